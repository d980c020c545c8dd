package dev.sluice.bench;

/** What the workers do now; set by the main thread, read by all. */
final class Phase {
    private volatile boolean measuring;
    private volatile boolean over;

    boolean isMeasuring() {
        return measuring;
    }

    boolean isOver() {
        return over;
    }

    void measure() {
        measuring = true;
    }

    void pause() {
        measuring = false;
    }

    void end() {
        measuring = false;
        over = true;
    }
}
