package dev.sluice.link;

/** The answer to a command, now or later. Any thread may wait; it is done exactly once. */
public interface Reply {
    /**
     * Waits for the answer, however long it takes (a reconnect included).
     *
     * @return the value of the answer, 0 where it has none
     * @throws LinkException when the command was refused or the link failed
     * @throws InterruptedException when the waiting thread is interrupted; the command goes on
     */
    long await() throws LinkException, InterruptedException;

    /** Whether the answer is there. */
    boolean isDone();

    /** Calls back once, within a turn of the link (or at once, on this thread, when done): {@code failure} is null for success. */
    void whenDone(Callback callback);

    /** Gets the outcome; must not block. */
    @FunctionalInterface
    interface Callback {
        /** {@code failure} is null for success. */
        void done(long value, @org.jspecify.annotations.Nullable LinkException failure);
    }
}
