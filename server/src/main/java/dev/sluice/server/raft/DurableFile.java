package dev.sluice.server.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small files that are written as a whole. Stateless. */
final class DurableFile {
    private DurableFile() {}

    /** Writes a file in place of the one that is there, if any: after a crash it is the one or the other. Durable when this returns. */
    static void write(Path file, byte[] content) throws IOException {
        // Ratis takes whatever begins like a segment of its log for one.
        Path unfinished = file.resolveSibling("unfinished-" + file.getFileName());
        try (FileChannel out = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                int unused = out.write(bytes);
            }
            out.force(true);
        } catch (IOException full) {
            boolean unused = Files.deleteIfExists(unfinished);
            throw full;
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
