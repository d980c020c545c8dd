package dev.sluice.server.store;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.Table;
import org.agrona.DirectBuffer;
import org.lmdbjava.Txn;

/**
 * Removes messages within a write transaction, however many: LMDB uses the pages that become empty again at once, so neither memory nor
 * the file grows with the number. Owner: the store thread.
 */
final class Removal implements AutoCloseable {
    private final Cursors cursors;

    Removal(Environment environment, Txn<DirectBuffer> transaction) {
        cursors = new Cursors(environment, transaction);
    }

    void numbers(ChangeSet.Longs numbers) {
        for (int at = 0; at < numbers.size(); at++) {
            row(Table.MESSAGES, numbers.get(at), 0);
        }
    }

    void bodies(ChangeSet.Longs bodies) {
        for (int at = 0; at < bodies.size(); at++) {
            chunks(bodies.get(at));
        }
    }

    void ranges(ChangeSet.Longs ranges) {
        for (int at = 0; at < ranges.size(); at += 3) {
            range(ranges.get(at), ranges.get(at + 1), ranges.get(at + 2));
        }
    }

    private void range(long address, long firstMinor, long count) {
        TableCursor index = cursors.of(Table.INDEX);
        boolean there = index.seek(address, firstMinor);
        while (there && index.major() == address && Long.compareUnsigned(index.minor() - firstMinor, count) < 0) {
            DirectBuffer row = index.value();
            long number = IndexRow.number(row);
            long body = IndexRow.bodyNumber(row);
            long expiry = IndexRow.expiryMillis(row);
            index.delete();
            row(Table.MESSAGES, number, 0);
            if (body != 0) {
                chunks(body);
            }
            if (expiry != 0) {
                row(Table.DUE, expiry, number);
            }
            there = index.next();
        }
    }

    private void chunks(long body) {
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
