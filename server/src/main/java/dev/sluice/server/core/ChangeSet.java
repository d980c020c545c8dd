package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * All that a number of batches changed in the rows of a shard, to be committed in one transaction with the index of the last batch.
 * Filled by the shard thread, then handed to the store thread, which only reads it. The store applies it in this order: shares of bodies,
 * removals by number, removals by range, bodies, chunks, index rows, other rows. Removing what is not there is no error.
 */
public final class ChangeSet {
    /** The length that stands for a deleted row. */
    public static final int DELETED = -1;

    private long appliedIndex;
    private final List<StoredMessage> bodies = new ArrayList<>();
    private final List<StoredMessage> indexed = new ArrayList<>();
    private final List<Chunk> chunks = new ArrayList<>();
    private final Longs shares = new Longs();
    private final Longs removedNumbers = new Longs();
    private final Longs removedBodies = new Longs();
    private final Longs removedRanges = new Longs();
    private final ExpandableArrayBuffer rows = new ExpandableArrayBuffer(1024);
    private int rowBytes;

    /** An empty one. */
    public ChangeSet() {}

    /** An empty one with its last batch. */
    public ChangeSet(long appliedIndex) {
        this.appliedIndex = appliedIndex;
    }

    /** Sets the last batch: from then on nothing is added. */
    void seal(long index) {
        appliedIndex = index;
    }

    /** The index of the last batch in it. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /** Messages whose envelope goes to {@link Table#MESSAGES}, by growing number. */
    public List<StoredMessage> bodies() {
        return bodies;
    }

    /** Messages that got their place: a row in {@link Table#INDEX} each. */
    public List<StoredMessage> indexed() {
        return indexed;
    }

    /** Pieces of large bodies for {@link Table#CHUNKS}. */
    public List<Chunk> chunks() {
        return chunks;
    }

    /** Bodies that more messages have, as pairs (body number, how many more): the rows in {@link Table#SHARES} grow by so much. */
    public Longs shares() {
        return shares;
    }

    /** Message numbers (with no index row) whose envelope goes. */
    public Longs removedNumbers() {
        return removedNumbers;
    }

    /** Body numbers of which one message goes: with it one of {@link Table#SHARES}, or all chunks when there is none. */
    public Longs removedBodies() {
        return removedBodies;
    }

    /**
     * Runs of messages that go, as triples (address, minor key of the first, count): the store finds each index row there is and
     * removes it with its envelope, its chunks and its row in {@link Table#DUE} (expiry, number).
     */
    public Longs removedRanges() {
        return removedRanges;
    }

    /** Puts a row of another table. */
    public void put(Table table, long major, long minor, DirectBuffer value, int length) {
        row(table, major, minor, length);
        rows.putBytes(rowBytes, value, 0, length);
        rowBytes += length;
    }

    /** Deletes a row of another table. */
    public void delete(Table table, long major, long minor) {
        row(table, major, minor, DELETED);
    }

    private void row(Table table, long major, long minor, int length) {
        rows.putInt(rowBytes, table.code());
        rows.putLong(rowBytes + 4, major);
        rows.putLong(rowBytes + 12, minor);
        rows.putInt(rowBytes + 20, length);
        rowBytes += 24;
    }

    /** How many bytes they have, about. */
    int rowBytes() {
        return rowBytes;
    }

    /** Shows the rows put and deleted, in the order they were. */
    public void forEachRow(RowVisitor visitor) {
        for (int at = 0; at < rowBytes; ) {
            Table table = Table.of(rows.getInt(at));
            int length = rows.getInt(at + 20);
            visitor.row(table, rows.getLong(at + 4), rows.getLong(at + 12), rows, at + 24, length);
            at += 24 + Math.max(length, 0);
        }
    }

    /** Sees rows; a {@code length} of {@link #DELETED} is a deletion. */
    @FunctionalInterface
    public interface RowVisitor {
        /** One row; the buffer is good during the call. */
        void row(Table table, long major, long minor, DirectBuffer buffer, int offset, int length);
    }

    /** A piece of a large body, in memory that does not change as long as the change set lives. */
    public record Chunk(long bodyNumber, long bodyOffset, DirectBuffer buffer, int offset, int length) {}

    /** A growing list of longs. */
    public static final class Longs {
        private long[] values = new long[8];
        private int size;

        /** Adds one. */
        public void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        /** Adds a pair. */
        void add(long first, long second) {
            add(first);
            add(second);
        }

        /** How many. */
        public int size() {
            return size;
        }

        /** The one at {@code index}. */
        public long get(int index) {
            return values[index];
        }

        /** Forgets all. */
        public void clear() {
            size = 0;
        }
    }
}
