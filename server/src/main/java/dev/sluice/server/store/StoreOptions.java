package dev.sluice.server.store;

/**
 * How rows are stored. {@code shard} names the threads. {@code limitBytes} is the most that rows may use (0: what the disk has).
 * {@code diskReserveBytes} of the disk are never counted as room, so that removals and acknowledgements go on when it is full (0: an
 * eighth of the disk, at most 256 MiB).
 */
public record StoreOptions(int shard, long limitBytes, long diskReserveBytes) {
    /** Checks the values. */
    public StoreOptions {
        if (shard < 0 || limitBytes < 0 || diskReserveBytes < 0) {
            throw new IllegalArgumentException("shard " + shard + ", limitBytes " + limitBytes
                    + " and diskReserveBytes " + diskReserveBytes + " must not be negative");
        }
    }

    /** For shard 0, bounded by the disk alone. */
    public static StoreOptions defaults() {
        return new StoreOptions(0, 0, 0);
    }

    /** The same with a limit. */
    public StoreOptions withLimitBytes(long bytes) {
        return new StoreOptions(shard, bytes, diskReserveBytes);
    }

    /** The same for another shard. */
    public StoreOptions withShard(int number) {
        return new StoreOptions(number, limitBytes, diskReserveBytes);
    }
}
