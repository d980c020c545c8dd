package dev.sluice.server.log;

/**
 * How a local log is kept. {@code shard} names the threads. {@code segmentBytes} is the size of a file, and with a header the largest
 * batch. {@code diskReserveBytes} of the disk are left alone: no segment is allocated into them (0: an eighth of the disk, at most
 * 256 MiB).
 */
public record LogOptions(int shard, int segmentBytes, long diskReserveBytes, Sync sync) {
    /** A multiple of 8, as every position in a segment. */
    public static final int SEGMENT_BYTES_DEFAULT = 16 << 20;

    private static final int SEGMENT_BYTES_MIN = 4 << 10;

    /** Checks the values. */
    public LogOptions {
        if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes % BatchHeader.ALIGNMENT != 0) {
            throw new IllegalArgumentException("segmentBytes is " + segmentBytes + ": it must be at least "
                    + SEGMENT_BYTES_MIN + " and a multiple of " + BatchHeader.ALIGNMENT);
        }
        if (shard < 0 || diskReserveBytes < 0) {
            throw new IllegalArgumentException(
                    "shard " + shard + " and diskReserveBytes " + diskReserveBytes + " must not be negative");
        }
    }

    /** Who makes batches durable. */
    public enum Sync {
        /** The thread that proposes: no hand-off, best on a fast disk. */
        INLINE,
        /** A thread of the log, which makes all batches that wait durable at once: best on a slow disk. */
        THREAD,
        /** Whichever suits the disk, by its speed at start and then by that of the last seconds. */
        MEASURED
    }

    /** For shard 0, measured. */
    public static LogOptions defaults() {
        return new LogOptions(0, SEGMENT_BYTES_DEFAULT, 0, Sync.MEASURED);
    }

    /** The same for another shard. */
    public LogOptions withShard(int number) {
        return new LogOptions(number, segmentBytes, diskReserveBytes, sync);
    }

    /** The same with another size of segments. */
    public LogOptions withSegmentBytes(int bytes) {
        return new LogOptions(shard, bytes, diskReserveBytes, sync);
    }

    /** The same with another way to sync. */
    public LogOptions withSync(Sync way) {
        return new LogOptions(shard, segmentBytes, diskReserveBytes, way);
    }
}
