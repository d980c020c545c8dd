package dev.sluice.bench.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How long the disk takes for a synced write. */
final class SyncSpeed {
    private static final int BLOCK_BYTES = 4_096;
    private static final int BLOCKS = 250;
    private static final int TRIES = 5;

    private SyncSpeed() {}

    /** Nanoseconds of a write of a block into a preallocated file until fdatasync has returned: the mean of the best of five tries, as Artemis measures it. */
    static long nanos(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "sync", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            write(channel, ByteBuffer.allocate(BLOCK_BYTES * BLOCKS), 0);
            channel.force(true);
            long best = Long.MAX_VALUE;
            for (int attempt = 0; attempt < TRIES; attempt++) {
                best = Math.min(best, oneTry(channel));
            }
            return best / BLOCKS;
        } finally {
            Files.delete(file);
        }
    }

    private static long oneTry(FileChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        long start = System.nanoTime();
        for (int index = 0; index < BLOCKS; index++) {
            write(channel, block.clear(), (long) index * BLOCK_BYTES);
            channel.force(false);
        }
        return System.nanoTime() - start;
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
