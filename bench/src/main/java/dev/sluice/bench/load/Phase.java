package dev.sluice.bench.load;

/** What the workers do now; set by the main thread, read by all. */
final class Phase {
    private volatile boolean measuring;
    private volatile boolean sending = true;
    private volatile boolean over;
    private volatile boolean aborted;

    /** Whether what happens now counts. */
    boolean isMeasuring() {
        return measuring;
    }

    /** Whether there is more to send. */
    boolean isSending() {
        return sending;
    }

    /** Whether nothing more is expected: who has nothing to do ends. */
    boolean isOver() {
        return over;
    }

    /** Whether everybody ends, and leaves what there is to do. */
    boolean isAborted() {
        return aborted;
    }

    void measure(boolean now) {
        measuring = now;
    }

    void stopSending() {
        sending = false;
    }

    void end() {
        measuring = false;
        sending = false;
        over = true;
    }

    void abort() {
        end();
        aborted = true;
    }
}
