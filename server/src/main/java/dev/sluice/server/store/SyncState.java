package dev.sluice.server.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A small file beside an environment that says whether its last sync failed. It is written when the environment is created and only
 * overwritten in place later, so that saying so needs no space on the disk.
 */
final class SyncState {
    private static final String GOOD = "good\n";
    private static final String FAILED = "fail\n";

    private final Path file;

    SyncState(Path directory) throws IOException {
        file = directory.resolve("sync-state");
        if (Files.notExists(file) || Files.size(file) == 0) {
            write(GOOD);
        }
    }

    boolean failed() throws IOException {
        return Files.readString(file, StandardCharsets.US_ASCII).equals(FAILED);
    }

    void good() throws IOException {
        write(GOOD);
    }

    void fail() throws IOException {
        write(FAILED);
    }

    private void write(String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            channel.force(true);
        }
    }

    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
