package dev.sluice.server.store;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.IndexRow;
import dev.sluice.server.core.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.lmdbjava.Txn;

/**
 * Removes messages within a write transaction, however many: LMDB uses the pages that become empty again at once, so neither memory nor
 * the file grows with the number. Rows go in the order of their keys, which touches each page once. First it counts what is shared from
 * now on. Owner: the store thread.
 */
final class Removal implements AutoCloseable {
    private static final int NUMBERS_AT_ONCE = 1 << 16;
    private static final int NUMBERS_FIRST = 1 << 10;
    private static final Comparator<Range> BY_PLACE = (left, right) -> {
        int addresses = Long.compareUnsigned(left.address, right.address);
        return addresses != 0 ? addresses : Long.compareUnsigned(left.firstMinor, right.firstMinor);
    };

    private final Cursors cursors;
    private final UnsafeBuffer shareRow = new UnsafeBuffer(ByteBuffer.allocateDirect(Long.BYTES));
    private long[] numbers = new long[NUMBERS_FIRST];
    private int count;

    Removal(Environment environment, Txn<DirectBuffer> transaction) {
        cursors = new Cursors(environment, transaction);
    }

    private record Range(long address, long firstMinor, long length) {}

    void run(ChangeSet changes) {
        for (int at = 0; at < changes.shares().size(); at += 2) {
            share(changes.shares().get(at), changes.shares().get(at + 1));
        }
        numbers(changes.removedNumbers());
        bodies(changes.removedBodies());
        ranges(changes.removedRanges());
        removeEnvelopes();
    }

    private void share(long body, long more) {
        TableCursor shares = cursors.of(Table.SHARES);
        long count = more + (shares.find(body, 0) ? shares.value().getLong(0) : 0);
        if (count == 0) {
            shares.delete();
        } else {
            shareRow.putLong(0, count);
            shares.put(body, 0, shareRow);
        }
    }

    private void numbers(ChangeSet.Longs removed) {
        for (int at = 0; at < removed.size(); at++) {
            envelope(removed.get(at));
        }
    }

    private void bodies(ChangeSet.Longs bodies) {
        for (int at = 0; at < bodies.size(); at++) {
            body(bodies.get(at));
        }
    }

    private void ranges(ChangeSet.Longs triples) {
        List<Range> ranges = new ArrayList<>(triples.size() / 3);
        for (int at = 0; at < triples.size(); at += 3) {
            ranges.add(new Range(triples.get(at), triples.get(at + 1), triples.get(at + 2)));
        }
        ranges.sort(BY_PLACE);
        ranges.forEach(this::range);
    }

    private void range(Range range) {
        TableCursor index = cursors.of(Table.INDEX);
        boolean there = index.seek(range.address, range.firstMinor);
        while (there
                && index.major() == range.address
                && Long.compareUnsigned(index.minor() - range.firstMinor, range.length) < 0) {
            DirectBuffer row = index.value();
            long number = IndexRow.number(row);
            long body = IndexRow.bodyNumber(row);
            long expiry = IndexRow.expiryMillis(row);
            index.delete();
            envelope(number);
            if (body != 0) {
                body(body);
            }
            if (expiry != 0) {
                row(Table.DUE, expiry, number);
            }
            there = index.next();
        }
    }

    private void envelope(long number) {
        if (count == NUMBERS_AT_ONCE) {
            removeEnvelopes();
        }
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, count * 2);
        }
        numbers[count++] = number;
    }

    private void removeEnvelopes() {
        Arrays.sort(numbers, 0, count);
        for (int at = 0; at < count; at++) {
            row(Table.MESSAGES, numbers[at], 0);
        }
        count = 0;
    }

    /** One message with this body goes: the body goes with the last one. */
    private void body(long body) {
        if (cursors.of(Table.SHARES).find(body, 0)) {
            share(body, -1);
            return;
        }
        TableCursor chunks = cursors.of(Table.CHUNKS);
        boolean there = chunks.seek(body, 0);
        while (there && chunks.major() == body) {
            chunks.delete();
            there = chunks.next();
        }
    }

    private void row(Table table, long major, long minor) {
        TableCursor cursor = cursors.of(table);
        if (cursor.find(major, minor)) {
            cursor.delete();
        }
    }

    @Override
    public void close() {
        cursors.close();
    }
}
