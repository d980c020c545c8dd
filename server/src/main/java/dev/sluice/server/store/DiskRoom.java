package dev.sluice.server.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How far the rows may grow: to the configured limit, and not into the reserve of the disk. The disk is asked a few times a second, and after each commit.
 * Owner: the shard thread.
 */
final class DiskRoom {
    private static final long ASK_NANOS = 200_000_000;
    private static final long RESERVE_BYTES_MAX = 256L << 20;
    private static final int RESERVE_SHARE = 8;
    // The map is addresses, not memory: it is so much larger than the limit that removals always find pages.
    private static final long MAP_HEADROOM_BYTES = 1L << 30;
    private static final long MAP_BYTES_MIN = 16L << 30;
    private static final long MAP_ALIGNMENT = 1L << 20;

    private final FileStore disk;
    private final Environment environment;
    private final long limitBytes;
    private final long reserveBytes;
    private long growBytesMax;
    private long askedNanos;
    private long askedUsedBytes = -1;
    private boolean full;

    DiskRoom(Path directory, StoreOptions options, Environment environment) {
        this.environment = environment;
        limitBytes = options.limitBytes() == 0 ? Long.MAX_VALUE : options.limitBytes();
        try {
            disk = Files.getFileStore(directory);
            reserveBytes = options.diskReserveBytes() > 0
                    ? options.diskReserveBytes()
                    : Math.min(disk.getTotalSpace() / RESERVE_SHARE, RESERVE_BYTES_MAX);
        } catch (IOException failure) {
            throw new StoreException("the disk of " + directory + " cannot be asked for its size", failure);
        }
    }

    /** The size of the map for these options. */
    static long mapBytes(Path directory, StoreOptions options) {
        long bytes = options.limitBytes() > 0
                ? options.limitBytes() * 2 + MAP_HEADROOM_BYTES
                : Math.max(MAP_BYTES_MIN, diskBytes(directory) * 2);
        return (bytes + MAP_ALIGNMENT - 1) / MAP_ALIGNMENT * MAP_ALIGNMENT;
    }

    private static long diskBytes(Path directory) {
        try {
            Files.createDirectories(directory);
            return Files.getFileStore(directory).getTotalSpace();
        } catch (IOException failure) {
            throw new StoreException(
                    "the data directory " + directory + " cannot be created or asked for its size", failure);
        }
    }

    /** The most that rows may use, when they use {@code usedBytes}. */
    long limitBytes(long usedBytes) {
        long now = System.nanoTime();
        if (usedBytes != askedUsedBytes || now - askedNanos > ASK_NANOS) {
            askedUsedBytes = usedBytes;
            askedNanos = now;
            growBytesMax = growBytesMax();
        }
        return full ? Math.min(usedBytes, limitBytes) : Math.min(limitBytes, growBytesMax);
    }

    private long growBytesMax() {
        try {
            return Math.max(0, environment.fileBytes() + disk.getUsableSpace() - reserveBytes);
        } catch (IOException failure) {
            // A disk that does not answer is no reason to refuse; if it is broken, the next write will say so.
            return Long.MAX_VALUE;
        }
    }

    boolean isFull() {
        return full;
    }

    /** A commit found no space, or succeeded again. */
    void full(boolean isFull) {
        full = isFull;
    }
}
