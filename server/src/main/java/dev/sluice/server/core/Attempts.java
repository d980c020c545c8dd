package dev.sluice.server.core;

/**
 * What is remembered of the deliveries of a message that failed, in one number: how many, when the last one did, and whether a further one
 * has begun since. Stateless.
 */
final class Attempts {
    /** None has failed. */
    static final long NONE = 0;

    private static final int FAILED_BITS = 20;
    private static final int FAILED_MAX = (1 << FAILED_BITS) - 1;
    private static final long BEGUN = 1L << FAILED_BITS;
    private static final int MILLIS_SHIFT = FAILED_BITS + 1;

    private Attempts() {}

    /** So many failed, the last one at this time; {@code begun}: whether the message was handed out again since. */
    static long of(int failed, boolean begun, long millis) {
        return failed == 0 ? NONE : millis << MILLIS_SHIFT | (begun ? BEGUN : 0) | Math.min(failed, FAILED_MAX);
    }

    /** How many failed; no more than about a million are counted. */
    static int failed(long attempts) {
        return (int) attempts & FAILED_MAX;
    }

    /** Whether it was handed out again since the last one failed. */
    static boolean isBegun(long attempts) {
        return (attempts & BEGUN) != 0;
    }

    /** When the last one failed. */
    static long millis(long attempts) {
        return attempts >>> MILLIS_SHIFT;
    }
}
