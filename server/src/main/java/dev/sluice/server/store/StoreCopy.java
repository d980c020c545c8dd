package dev.sluice.server.store;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.Table;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Txn;

/**
 * A store that is filled, with the pieces of a {@link StoreImage} say, beside the one that it will replace: nothing of that changes before all is
 * there and synced. Used by one thread.
 */
public final class StoreCopy implements AutoCloseable {
    private static final int VALUE_BYTES = 1 << 16;

    private final Path directory;
    private final Path replaced;
    private @Nullable Environment environment;
    /** LMDB reads direct memory only. */
    private ByteBuffer value = ByteBuffer.allocateDirect(VALUE_BYTES);

    private StoreCopy(Path directory, Path replaced, Environment environment) {
        this.directory = directory;
        this.replaced = replaced;
        this.environment = environment;
    }

    /**
     * Begins one in place of what an earlier one left.
     *
     * @param store the directory of the store that it will replace
     * @throws StoreException when it cannot be made
     */
    public static StoreCopy begin(Path store, StoreOptions options) {
        Path directory = store.resolveSibling(store.getFileName() + ".copy");
        delete(directory);
        return new StoreCopy(directory, store, Environment.open(directory, DiskRoom.mapBytes(directory, options)));
    }

    private static void delete(Path directory) {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> all = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.delete(path);
            }
        } catch (IOException failure) {
            throw new StoreException("what an earlier copy left in " + directory + " cannot be deleted", failure);
        }
    }

    /**
     * Adds a piece; pieces come in the order in which they were read.
     *
     * @throws StoreException when it is no piece, or cannot be written
     */
    public void add(byte[] piece) {
        Environment open = open();
        try (Txn<DirectBuffer> transaction = open.write()) {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(piece));
            while (in.available() > 0) {
                append(open, transaction, in);
            }
            transaction.commit();
        } catch (IOException | RuntimeException failure) {
            throw cannotBeAdded(failure);
        }
    }

    /**
     * Adds rows in any order, for one that is not made of pieces; they take the least room where they come in the order of their keys.
     *
     * @throws StoreException when they cannot be written
     */
    public void add(ChangeSet rows) {
        Environment open = open();
        try (Txn<DirectBuffer> transaction = open.write()) {
            try (Cursors cursors = new Cursors(open, transaction)) {
                rows.forEachRow((table, major, minor, buffer, offset, length) -> {
                    byte[] bytes = new byte[length];
                    buffer.getBytes(offset, bytes);
                    put(cursors.of(table), major, minor, bytes);
                });
            }
            transaction.commit();
        } catch (RuntimeException failure) {
            throw cannotBeAdded(failure);
        }
    }

    private void put(TableCursor cursor, long major, long minor, byte[] bytes) {
        boolean isLast = !cursor.last()
                || Long.compareUnsigned(cursor.major(), major) < 0
                || (cursor.major() == major && Long.compareUnsigned(cursor.minor(), minor) < 0);
        if (isLast) {
            cursor.append(major, minor, direct(bytes));
        } else {
            cursor.put(major, minor, direct(bytes));
        }
    }

    private DirectBuffer direct(byte[] bytes) {
        if (value.capacity() < bytes.length) {
            value = ByteBuffer.allocateDirect(bytes.length);
        }
        value.clear().put(bytes);
        return new UnsafeBuffer(value, 0, bytes.length);
    }

    private StoreException cannotBeAdded(Exception failure) {
        return new StoreException("rows cannot be added to " + directory + ": " + failure.getMessage(), failure);
    }

    private void append(Environment open, Txn<DirectBuffer> transaction, DataInputStream in) throws IOException {
        Table table = Table.of(in.readByte());
        long major = in.readLong();
        long minor = in.readLong();
        byte[] bytes = in.readNBytes(in.readInt());
        try (TableCursor cursor = open.cursor(table, transaction)) {
            cursor.append(major, minor, direct(bytes));
        }
    }

    /** All was added: from now on it is a whole store. Durable when this returns. */
    public void complete(long appliedIndex) {
        Environment open = open();
        try (Txn<DirectBuffer> transaction = open.write()) {
            open.appliedIndex(appliedIndex, transaction);
            transaction.commit();
        }
        close();
    }

    /** Puts it in place of the other, which is closed: at once, so that a crash finds the one or the other. */
    public void replace() {
        try {
            Files.createDirectories(replaced);
            Files.move(
                    directory.resolve(Environment.DATA_FILE),
                    replaced.resolve(Environment.DATA_FILE),
                    StandardCopyOption.ATOMIC_MOVE);
            SyncState.syncDirectory(replaced);
        } catch (IOException failure) {
            throw new StoreException("the copy cannot be put in place of " + replaced, failure);
        }
        delete(directory);
    }

    private Environment open() {
        return Objects.requireNonNull(environment);
    }

    @Override
    public void close() {
        Environment open = environment;
        environment = null;
        if (open != null) {
            open.close();
        }
    }
}
