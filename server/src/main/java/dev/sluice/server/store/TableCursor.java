package dev.sluice.server.store;

import static org.lmdbjava.GetOp.MDB_SET;
import static org.lmdbjava.GetOp.MDB_SET_RANGE;
import static org.lmdbjava.SeekOp.MDB_LAST;
import static org.lmdbjava.SeekOp.MDB_NEXT;

import dev.sluice.base.Invariant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/** A cursor over one table within one transaction, whose keys are two longs. Owner: the thread of the transaction. */
final class TableCursor implements AutoCloseable {
    static final int KEY_BYTES = 16;

    private static final PutFlags[] NO_FLAGS = {};
    private static final PutFlags[] APPEND = {PutFlags.MDB_APPEND};

    private final Cursor<DirectBuffer> cursor;
    private final UnsafeBuffer key = new UnsafeBuffer(ByteBuffer.allocateDirect(KEY_BYTES));

    TableCursor(Dbi<DirectBuffer> dbi, Txn<DirectBuffer> transaction) {
        cursor = dbi.openCursor(transaction);
    }

    /** Goes to the row, or the first one after it; false when there is none. */
    boolean seek(long major, long minor) {
        return cursor.get(key(major, minor), MDB_SET_RANGE);
    }

    /** Goes to exactly this row; false when there is none. */
    boolean find(long major, long minor) {
        return cursor.get(key(major, minor), MDB_SET);
    }

    /** Goes to the next row, after a {@link #delete} to the one after the deleted one; false at the end. */
    boolean next() {
        return cursor.seek(MDB_NEXT);
    }

    /** Goes to the last row; false when the table is empty. */
    boolean last() {
        return cursor.seek(MDB_LAST);
    }

    long major() {
        return cursor.key().getLong(0, ByteOrder.BIG_ENDIAN);
    }

    long minor() {
        return cursor.key().getLong(8, ByteOrder.BIG_ENDIAN);
    }

    /** The value of the row, good until the transaction ends or writes. */
    DirectBuffer value() {
        return cursor.val();
    }

    /** Deletes the row the cursor is at. */
    void delete() {
        cursor.delete();
    }

    void put(long major, long minor, DirectBuffer value) {
        Invariant.check(cursor.put(key(major, minor), value, NO_FLAGS), "LMDB refused to replace a row");
    }

    /** Puts a row whose key is greater than any other of the table. */
    void append(long major, long minor, DirectBuffer value) {
        Invariant.check(cursor.put(key(major, minor), value, APPEND), "LMDB refused to append a row");
    }

    /** Goes over to a new life of a read transaction. */
    void renew(Txn<DirectBuffer> transaction) {
        cursor.renew(transaction);
    }

    @Override
    public void close() {
        cursor.close();
    }

    private DirectBuffer key(long major, long minor) {
        key.putLong(0, major, ByteOrder.BIG_ENDIAN);
        key.putLong(8, minor, ByteOrder.BIG_ENDIAN);
        return key;
    }
}
