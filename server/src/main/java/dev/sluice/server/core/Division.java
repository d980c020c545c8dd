package dev.sluice.server.core;

import dev.sluice.base.Invariant;
import dev.sluice.wire.BucketMap;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Divides the rows of shards among more of them: each address, with all that belongs to it, goes to the shard that its name says. The
 * shards that are divided have neither sessions nor transactions. Used once, by one thread.
 *
 * <p>Ids and message numbers are unique in a shard, and what comes from several may meet in one. So what comes from a shard is moved up by
 * as many as those before it have had, and each new shard goes on after all of them: none is ever used again. What comes from the first
 * shard keeps its own.
 */
public final class Division {
    private static final int BYTES_AT_ONCE = 1 << 20;
    private static final long NOWHERE = -1;

    /** The order in which rows are looked at: what names others after those. Envelopes and bodies come with the rows that name them. */
    private static final List<Table> TABLES = List.of(
            Table.SESSIONS,
            Table.TRANSACTIONS,
            Table.SHARD,
            Table.ADDRESSES,
            Table.LANES,
            Table.SUBSCRIPTIONS,
            Table.PROGRESS,
            Table.HOLES,
            Table.RETURNS,
            Table.INDEX,
            Table.DUE);

    private final List<@Nullable ChangeSet> open = new ArrayList<>();
    private final BucketMap buckets;
    private final long appliedIndex;
    private final Sink sink;
    private final Rows rows = new Rows();
    private final DueIndex due = new DueIndex();
    private final UnsafeBuffer indexRow = new UnsafeBuffer(new byte[StoredMessage.INDEX_ROW_BYTES]);
    private final Long2LongHashMap shardsByAddress = new Long2LongHashMap(NOWHERE);
    private final Long2LongHashMap shardsBySubscription = new Long2LongHashMap(NOWHERE);
    private Counters before = new Counters(0, 0, 0);
    private Counters counters = before;

    /** How many ids and numbers a shard has had, and the time of its last batch. */
    private record Counters(long ids, long numbers, long nowMillis) {
        Counters and(Counters other) {
            return new Counters(ids + other.ids, numbers + other.numbers, Math.max(nowMillis, other.nowMillis));
        }
    }

    /** Takes the rows of the new shards, which come in no order. */
    @FunctionalInterface
    public interface Sink {
        /** More rows of one, which are to be put and nothing else. */
        void add(int shard, ChangeSet rows);
    }

    /**
     * Among those of a map.
     *
     * @param appliedIndex of the last batch that the new ones have; not 0
     */
    public Division(BucketMap buckets, long appliedIndex, Sink sink) {
        this.buckets = buckets;
        Invariant.check(appliedIndex > 0, "rows without a batch");
        this.appliedIndex = appliedIndex;
        this.sink = sink;
        for (int shard = 0; shard < buckets.shards(); shard++) {
            open.add(null);
        }
    }

    /** Divides one more. */
    public void add(RowStore source) {
        shardsByAddress.clear();
        shardsBySubscription.clear();
        counters = new Counters(0, 0, 0);
        for (Table table : TABLES) {
            source.scan(table, 0, 0, (major, minor, value, length) -> {
                row(source, table, new Row(major, minor, value, length));
                return true;
            });
        }
        before = before.and(counters);
    }

    /** All were added. */
    public void end() {
        for (int shard = 0; shard < open.size(); shard++) {
            rows.begin()
                    .number(before.ids + 1)
                    .number(before.numbers + 1)
                    .number(before.nowMillis)
                    .put(changes(shard), Table.SHARD, 0, 1);
            flush(shard);
        }
    }

    private record Row(long major, long minor, DirectBuffer value, int length) {
        Rows.Reader reader() {
            return new Rows.Reader(value);
        }
    }

    private void row(RowStore source, Table table, Row row) {
        switch (table) {
            case SHARD -> counters(row);
            case ADDRESSES -> address(row);
            case SUBSCRIPTIONS -> subscription(row);
            case LANES -> put(shardsByAddress, table, row);
            case PROGRESS, HOLES, RETURNS -> put(shardsBySubscription, table, row);
            case INDEX -> index(source, row);
            case DUE -> due(source, row);
            default -> throw new IllegalStateException("a shard is to be divided that has " + table + " " + row.major);
        }
    }

    // ---- what is where ----

    private void counters(Row row) {
        if (row.minor == 1) {
            Rows.Reader reader = row.reader();
            counters = new Counters(reader.number() - 1, reader.number() - 1, reader.number());
        }
    }

    private void address(Row row) {
        Rows.Reader reader = row.reader();
        long topic = reader.number();
        long owner = reader.number();
        long delayed = reader.number();
        String name = reader.text();
        Invariant.check(owner == 0, "the temporary destination %s has outlived its session", name);
        int shard = buckets.shardOf(name);
        shardsByAddress.put(row.major, shard);
        rows.begin()
                .number(topic)
                .number(owner)
                .number(delayed)
                .text(name)
                .put(changes(shard), Table.ADDRESSES, id(row.major), 0);
        flushWhenLarge(shard);
    }

    private void subscription(Row row) {
        Rows.Reader reader = row.reader();
        long address = reader.number();
        int shard = shardOf(shardsByAddress, address);
        shardsBySubscription.put(row.major, shard);
        rows.begin()
                .number(id(address))
                .number(reader.number())
                .number(reader.number())
                .number(id(reader.number()))
                .text(reader.text())
                .text(reader.text())
                .text(reader.text())
                .put(changes(shard), Table.SUBSCRIPTIONS, id(row.major), 0);
        flushWhenLarge(shard);
    }

    /** A row whose value names nothing. */
    private void put(Long2LongHashMap shards, Table table, Row row) {
        int shard = shardOf(shards, row.major);
        changes(shard).put(table, id(row.major), row.minor, row.value, row.length);
        flushWhenLarge(shard);
    }

    private static int shardOf(Long2LongHashMap shards, long id) {
        long shard = shards.get(id);
        Invariant.check(shard != NOWHERE, "a row names %d, which is not there", id);
        return (int) shard;
    }

    // ---- messages ----

    private void index(RowStore source, Row row) {
        int shard = shardOf(shardsByAddress, row.major);
        IndexRow.renumbered(row.value, before.numbers, indexRow);
        changes(shard).put(Table.INDEX, id(row.major), row.minor, indexRow, indexRow.capacity());
        message(source, shard, IndexRow.number(row.value), IndexRow.bodyNumber(row.value));
    }

    private void due(RowStore source, Row row) {
        DueIndex.Entry entry = DueIndex.decode(row.value);
        StoredMessage.Place place = entry.place();
        long shard = shardsByAddress.get(place.addressId());
        if (shard == NOWHERE) {
            // Its address was deleted: it would be dropped when it is due.
            return;
        }
        DueIndex.Content content = entry.content();
        DueIndex.Entry moved = new DueIndex.Entry(
                new StoredMessage.Place(id(place.addressId()), place.priority(), place.sequence()),
                new DueIndex.Content(
                        content.expiryMillis(), number(content.bodyNumber()), content.bodyBytes(), content.length()),
                id(entry.publisher()),
                id(entry.subscriptionsBelow()),
                null);
        due.put(changes((int) shard), new DueIndex.Key(row.major, number(row.minor)), moved);
        if (entry.isDelay()) {
            message(source, (int) shard, row.minor, content.bodyNumber());
        } else {
            flushWhenLarge((int) shard);
        }
    }

    private void message(RowStore source, int shard, long number, long bodyNumber) {
        DirectBuffer envelope = source.envelope(number);
        if (envelope != null) {
            changes(shard).put(Table.MESSAGES, number(number), 0, envelope, envelope.capacity());
        }
        if (bodyNumber != 0) {
            source.scan(Table.SHARES, bodyNumber, 0, (body, unused, value, length) -> {
                if (body == bodyNumber) {
                    changes(shard).put(Table.SHARES, number(body), 0, value, length);
                }
                return false;
            });
            source.scan(Table.CHUNKS, bodyNumber, 0, (body, offset, value, length) -> {
                if (body != bodyNumber) {
                    return false;
                }
                changes(shard).put(Table.CHUNKS, number(body), offset, value, length);
                flushWhenLarge(shard);
                return true;
            });
        }
        flushWhenLarge(shard);
    }

    // ---- out ----

    /** What an id of the shard that is divided is in another. */
    private long id(long id) {
        return id == 0 ? 0 : id + before.ids;
    }

    private long number(long number) {
        return number == 0 ? 0 : number + before.numbers;
    }

    private ChangeSet changes(int shard) {
        ChangeSet changes = open.get(shard);
        if (changes == null) {
            changes = new ChangeSet(appliedIndex);
            open.set(shard, changes);
        }
        return changes;
    }

    private void flushWhenLarge(int shard) {
        ChangeSet changes = open.get(shard);
        if (changes != null && changes.rowBytes() >= BYTES_AT_ONCE) {
            flush(shard);
        }
    }

    private void flush(int shard) {
        ChangeSet changes = open.set(shard, null);
        if (changes != null) {
            sink.add(shard, changes);
        }
    }
}
