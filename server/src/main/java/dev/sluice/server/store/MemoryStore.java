package dev.sluice.server.store;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.IndexRow;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Rows in sorted maps, for servers without a disk and for tests. Everything happens at once on the calling thread, and the answers wait
 * to be polled; bytes are copied, so slabs are free after a commit. Owner: the shard thread.
 */
public final class MemoryStore implements RowStore {
    private final List<NavigableMap<Key, byte[]>> tables = new ArrayList<>();
    private final ArrayDeque<ChangeSet> committed = new ArrayDeque<>();
    private final ArrayDeque<Load> loaded = new ArrayDeque<>();
    private final Runnable onAnswer;
    private final long limitBytes;
    private long usedBytes;
    private long appliedIndex;

    /** Bounded by half of the heap. */
    public MemoryStore(Runnable onAnswer) {
        this(onAnswer, Runtime.getRuntime().maxMemory() / 2);
    }

    /** Bounded by {@code limitBytes}. */
    public MemoryStore(Runnable onAnswer, long limitBytes) {
        this.onAnswer = onAnswer;
        this.limitBytes = limitBytes;
        for (int code = 0; code < Table.values().length; code++) {
            tables.add(new TreeMap<>());
        }
    }

    /** The same rows once more, bounded alike; what was asked of these and not polled is not asked of those. */
    public MemoryStore copy() {
        MemoryStore copy = new MemoryStore(() -> {}, limitBytes);
        for (int code = 0; code < tables.size(); code++) {
            // Values are never written into.
            copy.tables.get(code).putAll(tables.get(code));
        }
        copy.usedBytes = usedBytes;
        copy.appliedIndex = appliedIndex;
        return copy;
    }

    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

    @Override
    public void scan(Table table, long fromMajor, long fromMinor, ScanVisitor visitor) {
        for (Map.Entry<Key, byte[]> row :
                table(table).tailMap(new Key(fromMajor, fromMinor)).entrySet()) {
            byte[] value = row.getValue();
            if (!visitor.row(row.getKey().major, row.getKey().minor, new UnsafeBuffer(value), value.length)) {
                return;
            }
        }
    }

    @Override
    public @Nullable DirectBuffer envelope(long number) {
        return view(table(Table.MESSAGES).get(new Key(number, 0)));
    }

    @Override
    public void commit(ChangeSet changes) {
        for (int at = 0; at < changes.shares().size(); at += 2) {
            share(changes.shares().get(at), changes.shares().get(at + 1));
        }
        removeNumbers(changes.removedNumbers());
        removeBodies(changes.removedBodies());
        removeRanges(changes.removedRanges());
        for (StoredMessage message : changes.bodies()) {
            put(Table.MESSAGES, new Key(message.number, 0), Envelopes.copy(message));
        }
        for (ChangeSet.Chunk chunk : changes.chunks()) {
            byte[] bytes = new byte[chunk.length()];
            chunk.buffer().getBytes(chunk.offset(), bytes);
            put(Table.CHUNKS, new Key(chunk.bodyNumber(), chunk.bodyOffset()), bytes);
        }
        for (StoredMessage message : changes.indexed()) {
            byte[] row = new byte[StoredMessage.INDEX_ROW_BYTES];
            IndexRow.encode(message, new UnsafeBuffer(row));
            put(Table.INDEX, new Key(message.addressId, Table.minor(message.priority, message.sequence())), row);
        }
        changes.forEachRow((table, major, minor, buffer, offset, length) -> {
            if (length == ChangeSet.DELETED) {
                remove(table, new Key(major, minor));
            } else {
                byte[] value = new byte[length];
                buffer.getBytes(offset, value);
                put(table, new Key(major, minor), value);
            }
        });
        appliedIndex = changes.appliedIndex();
        committed.add(changes);
        onAnswer.run();
    }

    private void share(long body, long more) {
        Key key = new Key(body, 0);
        DirectBuffer before = view(table(Table.SHARES).get(key));
        long count = more + (before == null ? 0 : before.getLong(0));
        if (count == 0) {
            remove(Table.SHARES, key);
        } else {
            UnsafeBuffer row = new UnsafeBuffer(new byte[Long.BYTES]);
            row.putLong(0, count);
            put(Table.SHARES, key, row.byteArray());
        }
    }

    private void removeNumbers(ChangeSet.Longs numbers) {
        for (int at = 0; at < numbers.size(); at++) {
            remove(Table.MESSAGES, new Key(numbers.get(at), 0));
        }
    }

    private void removeBodies(ChangeSet.Longs bodies) {
        for (int at = 0; at < bodies.size(); at++) {
            removeBody(bodies.get(at));
        }
    }

    private void removeBody(long body) {
        if (table(Table.SHARES).containsKey(new Key(body, 0))) {
            share(body, -1);
            return;
        }
        removeAll(Table.CHUNKS, new Key(body, 0), new Key(body, -1));
    }

    private void removeRanges(ChangeSet.Longs ranges) {
        for (int at = 0; at < ranges.size(); at += 3) {
            long minor = ranges.get(at + 1);
            Key first = new Key(ranges.get(at), minor);
            Key last = new Key(ranges.get(at), minor + ranges.get(at + 2) - 1);
            if (ranges.get(at + 2) > 0) {
                for (byte[] value :
                        table(Table.INDEX).subMap(first, true, last, true).values()) {
                    removeMessage(new UnsafeBuffer(value));
                }
                removeAll(Table.INDEX, first, last);
            }
        }
    }

    private void removeMessage(DirectBuffer indexRow) {
        long number = IndexRow.number(indexRow);
        remove(Table.MESSAGES, new Key(number, 0));
        if (IndexRow.bodyNumber(indexRow) != 0) {
            removeBody(IndexRow.bodyNumber(indexRow));
        }
        if (IndexRow.expiryMillis(indexRow) != 0) {
            remove(Table.DUE, new Key(IndexRow.expiryMillis(indexRow), number));
        }
    }

    private void removeAll(Table table, Key first, Key last) {
        Iterator<byte[]> rows =
                table(table).subMap(first, true, last, true).values().iterator();
        while (rows.hasNext()) {
            usedBytes -= Key.BYTES + rows.next().length;
            rows.remove();
        }
    }

    private void put(Table table, Key key, byte[] value) {
        byte[] before = table(table).put(key, value);
        usedBytes += value.length - (before == null ? -Key.BYTES : before.length);
    }

    private void remove(Table table, Key key) {
        byte[] before = table(table).remove(key);
        usedBytes -= before == null ? 0 : Key.BYTES + before.length;
    }

    @Override
    public @Nullable ChangeSet pollCommitted() {
        return committed.poll();
    }

    @Override
    public @Nullable Throwable failure() {
        return null;
    }

    @Override
    public void load(Load request) {
        switch (request.kind) {
            case LANE -> loadLane(request);
            case MESSAGE -> {
                DirectBuffer envelope = envelope(request.from);
                if (envelope != null) {
                    request.messages.get(0).loaded(envelope, 0);
                }
            }
            case CHUNK -> request.chunk = view(table(Table.CHUNKS).get(new Key(request.major, request.from)));
        }
        loaded.add(request);
        onAnswer.run();
    }

    private void loadLane(Load request) {
        request.next = request.until;
        if (request.from >= request.until) {
            return;
        }
        Key first = new Key(request.major, Table.minor(request.priority, request.from));
        Key end = new Key(request.major, Table.minor(request.priority, Lane.end(request.until)));
        long bytes = 0;
        for (Map.Entry<Key, byte[]> row : table(Table.INDEX).subMap(first, end).entrySet()) {
            long sequence = Table.sequence(row.getKey().minor);
            if (request.messages.size() >= request.messagesMax || bytes >= request.bytesMax) {
                request.next = sequence;
                return;
            }
            StoredMessage message = IndexRow.message(
                    new UnsafeBuffer(row.getValue()),
                    new StoredMessage.Place(request.major, request.priority, sequence));
            DirectBuffer envelope = envelope(message.number);
            if (envelope != null) {
                message.loaded(envelope, 0);
                request.messages.add(message);
                bytes += envelope.capacity();
            }
        }
    }

    @Override
    public @Nullable Load pollLoaded() {
        return loaded.poll();
    }

    @Override
    public long usedBytes() {
        return usedBytes;
    }

    @Override
    public long limitBytes() {
        return limitBytes;
    }

    @Override
    public void close() {
        tables.forEach(Map::clear);
        usedBytes = 0;
    }

    private NavigableMap<Key, byte[]> table(Table table) {
        return tables.get(table.code());
    }

    private static @Nullable DirectBuffer view(byte @Nullable [] bytes) {
        return bytes == null ? null : new UnsafeBuffer(bytes);
    }

    private record Key(long major, long minor) implements Comparable<Key> {
        // What a row costs beside its value: the key, the map's entry, the headers of both and of the array.
        static final int BYTES = 120;

        @Override
        public int compareTo(Key other) {
            int majors = Long.compareUnsigned(major, other.major);
            return majors != 0 ? majors : Long.compareUnsigned(minor, other.minor);
        }
    }
}
