package dev.sluice.base;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A file without a future: only this process can see it, and it is gone when closed, or with the process. Appended by one thread;
 * read by any, at any place that was appended. An interrupt does not close it.
 */
public final class TemporaryFile {
    private final AsynchronousFileChannel channel;
    private long bytes;

    private TemporaryFile(AsynchronousFileChannel channel) {
        this.channel = channel;
    }

    /** Makes one in the directory that {@code java.io.tmpdir} names. */
    public static TemporaryFile create() throws IOException {
        Path path = Files.createTempFile("sluice-", ".body");
        try {
            // An asynchronous channel, run by the caller itself: it is the only one that an interrupt of the caller
            // does not close.
            return new TemporaryFile(AsynchronousFileChannel.open(
                    path,
                    Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE),
                    new CallerRuns()));
        } catch (IOException failure) {
            Files.deleteIfExists(path);
            throw failure;
        }
    }

    /** Its length. */
    public long bytes() {
        return bytes;
    }

    /** Appends {@code length} bytes of {@code source} from {@code offset}. */
    public void append(byte[] source, int offset, int length) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(source, offset, length);
        while (from.hasRemaining()) {
            int written = done(channel.write(from, bytes));
            bytes += written;
        }
    }

    /** Reads {@code length} bytes from {@code position} into {@code target} at {@code offset}. */
    public void read(long position, byte[] target, int offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(target, offset, length);
        long from = position;
        while (into.hasRemaining()) {
            int read = done(channel.read(into, from));
            if (read < 0) {
                throw new EOFException("position " + from + " is beyond the " + bytes + " bytes of a temporary file");
            }
            from += read;
        }
    }

    /** Removes the file; further calls do nothing. */
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int done(Future<Integer> result) throws IOException {
        try {
            return result.get();
        } catch (ExecutionException failure) {
            throw new IOException(String.valueOf(failure.getCause()), failure.getCause());
        } catch (InterruptedException impossible) {
            // It was done before it was asked for: the caller ran it.
            throw new IOException("interrupted", impossible);
        }
    }

    /** Runs everything at once, in the calling thread. */
    private static final class CallerRuns extends AbstractExecutorService {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
