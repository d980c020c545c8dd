package dev.sluice.server.store;

import dev.sluice.base.Monitor;
import dev.sluice.server.core.Table;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Txn;

/**
 * All rows of a store as they were at one moment, read piece by piece by whoever copies the store. As long as it is open LMDB keeps what
 * was freed since, so the file grows. Thread-safe; it ends with the store, and reads nothing more then.
 *
 * <p>A piece has whole rows, each as table (int8), key (two int64), length (int32) and value, big-endian.
 */
public final class StoreImage implements AutoCloseable {
    private final Environment environment;
    /** Of all images of the store: it is not closed while one reads. */
    private final Monitor monitor;

    private final long appliedIndex;
    private @Nullable Txn<DirectBuffer> transaction;
    private int table;
    private @Nullable TableCursor cursor;

    /** The caller is inside the monitor. */
    StoreImage(Environment environment, Monitor monitor) {
        this.environment = environment;
        this.monitor = monitor;
        Txn<DirectBuffer> begun = environment.read();
        transaction = begun;
        appliedIndex = environment.appliedIndex(begun);
    }

    /** The batch up to which the rows have everything. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /**
     * The next rows, no more than {@code bytes} but for the last one; empty at the end.
     *
     * @throws StoreException when it was closed, or the store was
     */
    public byte[] next(int bytes) {
        ByteArrayOutputStream piece = new ByteArrayOutputStream(bytes);
        monitor.enter();
        try {
            Txn<DirectBuffer> current = transaction;
            if (current == null) {
                throw new StoreException("the rows cannot be read on: their store was closed");
            }
            DataOutputStream out = new DataOutputStream(piece);
            while (piece.size() < bytes && toNextRow(current)) {
                write(out);
            }
            return piece.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            monitor.leave();
        }
    }

    private boolean toNextRow(Txn<DirectBuffer> current) {
        while (table < Table.values().length) {
            TableCursor open = cursor;
            boolean there = open == null ? begin(current) : open.next();
            if (there && !isOwnRow()) {
                return true;
            }
            if (!there) {
                endTable();
            }
        }
        return false;
    }

    private boolean begin(Txn<DirectBuffer> current) {
        TableCursor opened = environment.cursor(Table.of(table), current);
        cursor = opened;
        return opened.seek(0, 0);
    }

    private boolean isOwnRow() {
        return Table.of(table) == Table.SHARD && cursor().major() == Environment.OWN_MAJOR;
    }

    private TableCursor cursor() {
        return Objects.requireNonNull(cursor);
    }

    private void endTable() {
        cursor().close();
        cursor = null;
        table++;
    }

    private void write(DataOutputStream out) throws IOException {
        TableCursor row = cursor();
        DirectBuffer value = row.value();
        byte[] bytes = new byte[value.capacity()];
        value.getBytes(0, bytes);
        out.writeByte(table);
        out.writeLong(row.major());
        out.writeLong(row.minor());
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    @Override
    public void close() {
        monitor.enter();
        try {
            end();
        } finally {
            monitor.leave();
        }
    }

    /** The caller is inside the monitor. */
    boolean isClosed() {
        return transaction == null;
    }

    /** The caller is inside the monitor. */
    void end() {
        Txn<DirectBuffer> current = transaction;
        transaction = null;
        if (current != null) {
            if (cursor != null) {
                cursor.close();
                cursor = null;
            }
            current.close();
        }
    }
}
