package dev.sluice.server.core;

/**
 * What is remembered of the deliveries of a message that failed, in one number: how many, whether one more is suspected to have been (a server
 * may have sent it and died), when the last one failed, and whether a further one has begun since. Stateless.
 */
final class Attempts {
    /** None has failed, and none is suspected. */
    static final long NONE = 0;

    private static final int FAILED_BITS = 20;
    private static final int FAILED_MAX = (1 << FAILED_BITS) - 1;
    private static final long BEGUN = 1L << FAILED_BITS;
    private static final long SUSPECTED = BEGUN << 1;
    private static final int MILLIS_SHIFT = FAILED_BITS + 2;

    private Attempts() {}

    /** So many failed, the last one at this time; {@code begun}: whether the message was handed out again since. */
    static long of(int failed, boolean suspected, boolean begun, long millis) {
        if (failed == 0 && !suspected) {
            return NONE;
        }
        long time = failed == 0 ? 0 : millis << MILLIS_SHIFT;
        return time | (begun ? BEGUN : 0) | (suspected ? SUSPECTED : 0) | Math.min(failed, FAILED_MAX);
    }

    /** From what stands in a row. */
    static long withFlags(int failed, long millis, int flags) {
        return of(failed, (flags & 2) != 0, (flags & 1) != 0, millis);
    }

    /** What is begun and suspected, for a row. */
    static int flags(long attempts) {
        return (isBegun(attempts) ? 1 : 0) | (isSuspected(attempts) ? 2 : 0);
    }

    /** One more has failed, at this time. */
    static long failedAt(long attempts, long millis) {
        return of(failed(attempts) + 1, isSuspected(attempts), false, millis);
    }

    /** The one that had begun ended, and does not count. */
    static long ended(long attempts) {
        return attempts & ~BEGUN;
    }

    /** How many failed for sure; no more than about a million are counted. */
    static int failed(long attempts) {
        return (int) attempts & FAILED_MAX;
    }

    /** Whether there may have been one more. */
    static boolean isSuspected(long attempts) {
        return (attempts & SUSPECTED) != 0;
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
