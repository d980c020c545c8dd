package dev.sluice.server.log;

/**
 * Whether the disk of a log is slow: judged by some seconds of writes with their syncs, again and again, for a disk that is busy now is
 * not slow for ever. It becomes slow when most of them took too long, and fast again when few did. Owner: the shard thread.
 */
final class SyncSpeed {
    private static final long NANOS_MAX = 500_000;
    // What a disk of 250 MB/s needs to take them.
    private static final long NANOS_PER_BYTE_MAX = 4;
    private static final long JUDGED_NANOS = 5_000_000_000L;
    private static final int JUDGED_SYNCS_MIN = 15;
    private static final int MOST = 2;
    private static final int FEW = 8;

    private final boolean measured;
    private boolean slow;
    private long begunNanos;
    private long sumNanos;
    private long averageNanos;
    private int syncs;
    private int slowSyncs;

    SyncSpeed(LogOptions.Sync sync) {
        measured = sync == LogOptions.Sync.MEASURED;
        slow = sync == LogOptions.Sync.THREAD;
    }

    boolean isSlow() {
        return slow;
    }

    /** What the syncs took that were judged last, on average. */
    long averageNanos() {
        return averageNanos;
    }

    /** Adds a write of so many bytes, and its sync, which took {@code nanos} together. */
    void add(long nowNanos, long nanos, long bytes) {
        if (!measured) {
            return;
        }
        if (syncs == 0) {
            begunNanos = nowNanos - nanos;
        }
        syncs++;
        sumNanos += nanos;
        if (nanos > NANOS_MAX + bytes * NANOS_PER_BYTE_MAX) {
            slowSyncs++;
        }
        boolean enough = syncs >= JUDGED_SYNCS_MIN || sumNanos >= JUDGED_NANOS;
        if (enough && nowNanos - begunNanos >= JUDGED_NANOS) {
            judge();
        }
    }

    /** Judges by what was added since the last time, if anything, and begins anew. */
    void judge() {
        if (syncs == 0) {
            return;
        }
        slow = slowSyncs * (slow ? FEW : MOST) > syncs;
        averageNanos = sumNanos / syncs;
        sumNanos = 0;
        syncs = 0;
        slowSyncs = 0;
    }
}
