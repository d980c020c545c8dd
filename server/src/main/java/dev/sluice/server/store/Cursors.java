package dev.sluice.server.store;

import dev.sluice.server.core.Table;
import java.util.EnumMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.lmdbjava.Txn;

/** The cursors of one transaction, each opened when it is first used. Owner: the thread of the transaction. */
final class Cursors implements AutoCloseable {
    private final Map<Table, TableCursor> open = new EnumMap<>(Table.class);
    private final Environment environment;
    private final Txn<DirectBuffer> transaction;

    Cursors(Environment environment, Txn<DirectBuffer> transaction) {
        this.environment = environment;
        this.transaction = transaction;
    }

    TableCursor of(Table table) {
        TableCursor cursor = open.get(table);
        if (cursor == null) {
            cursor = environment.cursor(table, transaction);
            open.put(table, cursor);
        }
        return cursor;
    }

    /** Goes over to a new life of the read transaction. */
    void renew() {
        open.values().forEach(cursor -> cursor.renew(transaction));
    }

    @Override
    public void close() {
        open.values().forEach(TableCursor::close);
    }
}
