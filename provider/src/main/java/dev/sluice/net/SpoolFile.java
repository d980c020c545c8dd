package dev.sluice.net;

import dev.sluice.link.DeliverySink;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A large body in a temporary file. Written by the spool thread, then read by whoever has the message. The file has no name where the
 * system allows that, so that it is gone with the process whatever happens.
 */
final class SpoolFile implements DeliverySink.SpooledBody {
    private final FileChannel channel;
    private final Path path;
    private final long bytes;

    private SpoolFile(FileChannel channel, Path path, long bytes) {
        this.channel = channel;
        this.path = path;
        this.bytes = bytes;
    }

    static SpoolFile create(long bytes) throws IOException {
        Path path = Files.createTempFile("sluice-", ".body");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Files.delete(path);
        } catch (IOException openFilesKeepTheirName) {
            path.toFile().deleteOnExit();
        }
        return new SpoolFile(channel, path, bytes);
    }

    void append(byte[] part) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(part);
        while (source.hasRemaining()) {
            int unused = channel.write(source);
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void read(long position, byte[] target, int offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(target, offset, length);
        long at = position;
        while (into.hasRemaining()) {
            int read = channel.read(into, at);
            if (read < 0) {
                throw new EOFException("the body of " + bytes + " bytes ends before byte " + at);
            }
            at += read;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            boolean unused = Files.deleteIfExists(path);
        } catch (IOException leftToTheExit) {
            path.toFile().deleteOnExit();
        }
    }
}
