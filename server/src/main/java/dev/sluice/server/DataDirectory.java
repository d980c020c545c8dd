package dev.sluice.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a server, locked as long as this is open: by the system against other processes, and by a property of this JVM
 * against the same class in another class loader, whom the system does not tell apart. Both by the real path, before anything in it is
 * opened.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "lock";
    private static final String PROPERTY = "dev.sluice.server.data:";

    private final String property;
    private final FileChannel channel;

    private DataDirectory(String property, FileChannel channel) {
        this.property = property;
        this.channel = channel;
    }

    /**
     * Creates the directory where it is missing, and locks it.
     *
     * @throws IOException when it is in use or cannot be written; the text is for the operator
     */
    static DataDirectory lock(Path data) throws IOException {
        Path real;
        try {
            real = Files.createDirectories(data).toRealPath();
        } catch (IOException e) {
            throw new IOException("the data directory " + data + " cannot be created: " + e, e);
        }
        String property = PROPERTY + real;
        if (System.getProperties().putIfAbsent(property, "locked") != null) {
            throw new IOException("the data directory " + real + " is in use by another server in this JVM."
                    + " Servers in one JVM need a directory each, or one URL to share");
        }
        try {
            return new DataDirectory(property, locked(real));
        } catch (IOException | RuntimeException e) {
            System.clearProperty(property);
            throw e;
        }
    }

    private static FileChannel locked(Path real) throws IOException {
        Path file = real.resolve(LOCK_FILE);
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("the data directory " + real + " cannot be written: " + e, e);
        }
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this JVM, past the property: the same as held by another.
            lock = null;
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException("the data directory " + real
                    + " is in use by another server process. Stop that one, or choose another directory with --data");
        }
        return channel;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("the lock of a data directory cannot be released", e);
        } finally {
            Object before = System.getProperties().remove(property);
            Objects.requireNonNull(before, "a data directory was unlocked twice");
        }
    }
}
