package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes due, by time: delayed messages to be delivered, and messages to expire. In memory are the entries that the store does
 * not have yet, and the earliest of those it has, up to the horizon.
 */
final class DueIndex {
    private static final int LOADED_MAX = 4096;
    private static final int ENTRY_BYTES = 8 * 7 + 4 + 1 + 1;

    private static final byte VERSION = 1;

    private final TreeMap<Key, Entry> entries = new TreeMap<>();
    /** Those added since the last change set was sealed; they have no row anywhere yet. */
    private final TreeSet<Key> fresh = new TreeSet<>();

    private final ExpandableArrayBuffer row = new ExpandableArrayBuffer(ENTRY_BYTES);
    /** Entries of the store up to and with this key are in memory. */
    private Key horizon = Key.BEFORE_ALL;

    private boolean storeExhausted;

    /** When, and for which message number. */
    record Key(long timeMillis, long number) implements Comparable<Key> {
        static final Key BEFORE_ALL = new Key(Long.MIN_VALUE, 0);

        @Override
        public int compareTo(Key other) {
            int byTime = Long.compare(timeMillis, other.timeMillis);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /**
     * A message that waits. {@code sequence} is -1 for one whose delivery is delayed: it is for the subscriptions that were there when it
     * was sent, those with an id below {@code subscriptionsBelow}. {@code message} is null when only the store has it.
     */
    record Entry(
            StoredMessage.Place place,
            Content content,
            long publisher,
            long subscriptionsBelow,
            @Nullable StoredMessage message) {
        boolean isDelay() {
            return place.sequence() < 0;
        }
    }

    /** What else the message is. */
    record Content(long expiryMillis, long bodyNumber, long bodyBytes, int length) {}

    /** Adds an entry that the store does not have. */
    void add(Key key, Entry entry) {
        entries.put(key, entry);
        fresh.add(key);
    }

    /** Writes the rows of what was added since the last time and is still there. */
    void seal(ChangeSet changes) {
        for (Key key : fresh) {
            Entry entry = entries.get(key);
            if (entry != null) {
                put(changes, key, entry);
            }
        }
        fresh.clear();
    }

    /** Whether the earliest entry is due. */
    boolean isDue(long nowMillis, RowStore store) {
        Map.Entry<Key, Entry> first = first(store);
        return first != null && first.getKey().timeMillis <= nowMillis;
    }

    /** When the earliest entry is due; {@link Long#MAX_VALUE} when there is none. */
    long nextMillis(RowStore store) {
        Map.Entry<Key, Entry> first = first(store);
        return first == null ? Long.MAX_VALUE : first.getKey().timeMillis;
    }

    /** Takes the earliest entry if it is due. */
    Map.@Nullable Entry<Key, Entry> pollDue(long nowMillis, RowStore store, ChangeSet changes) {
        Map.Entry<Key, Entry> first = first(store);
        if (first == null || first.getKey().timeMillis > nowMillis) {
            return null;
        }
        delete(first.getKey(), changes);
        return first;
    }

    /** Takes out an entry whose message is done before its time; the store's row goes with the message. */
    void remove(Key key) {
        entries.remove(key);
        fresh.remove(key);
    }

    /** Takes out an entry, and its row. */
    void delete(Key key, ChangeSet changes) {
        entries.remove(key);
        if (!fresh.remove(key)) {
            changes.delete(Table.DUE, key.timeMillis, key.number);
        }
    }

    /** The entries in memory no longer name their message objects, whose bytes the store has now; far ones are left to the store. */
    void committed() {
        if (entries.size() > LOADED_MAX) {
            Key last = entries.firstKey();
            int kept = 0;
            for (Key key : entries.navigableKeySet()) {
                last = key;
                if (++kept == LOADED_MAX) {
                    break;
                }
            }
            if (last.compareTo(horizon) < 0 || storeExhausted) {
                horizon = last;
                storeExhausted = false;
            }
            List<Key> far = new ArrayList<>();
            entries.tailMap(last, false).forEach((key, entry) -> {
                if (isInStore(entry) && !fresh.contains(key)) {
                    far.add(key);
                }
            });
            far.forEach(entries::remove);
        }
    }

    private static boolean isInStore(Entry entry) {
        return entry.message == null || entry.message.inStore();
    }

    // An iterator's entry is a snapshot, so it may be used after the entry was removed.
    private Map.@Nullable Entry<Key, Entry> first(RowStore store) {
        Map.Entry<Key, Entry> first = entries.firstEntry();
        if (!storeExhausted && (first == null || first.getKey().compareTo(horizon) > 0)) {
            load(store);
            first = entries.firstEntry();
        }
        return first;
    }

    private void load(RowStore store) {
        int[] count = {0};
        storeExhausted = true;
        long fromNumber = horizon.number + 1;
        store.scan(Table.DUE, Math.max(horizon.timeMillis, 0), fromNumber, (time, number, value, length) -> {
            if (count[0]++ == LOADED_MAX) {
                storeExhausted = false;
                return false;
            }
            horizon = new Key(time, number);
            entries.putIfAbsent(horizon, decode(value));
            return true;
        });
    }

    /** Writes the row of an entry. */
    void put(ChangeSet changes, Key key, Entry entry) {
        row.putByte(0, VERSION);
        row.putByte(1, (byte) entry.place.priority());
        row.putLong(2, entry.place.addressId());
        row.putLong(10, entry.place.sequence());
        row.putLong(18, entry.content.expiryMillis);
        row.putLong(26, entry.content.bodyNumber);
        row.putLong(34, entry.content.bodyBytes);
        row.putLong(42, entry.publisher);
        row.putInt(50, entry.content.length);
        row.putLong(54, entry.subscriptionsBelow);
        changes.put(Table.DUE, key.timeMillis, key.number, row, ENTRY_BYTES);
    }

    /** Reads what a row says. */
    static Entry decode(DirectBuffer row) {
        byte version = row.getByte(0);
        if (version != VERSION) {
            throw new IllegalStateException(
                    "a row of the time index has layout " + version + "; this version reads " + VERSION);
        }
        return new Entry(
                new StoredMessage.Place(row.getLong(2), row.getByte(1), row.getLong(10)),
                new Content(row.getLong(18), row.getLong(26), row.getLong(34), row.getInt(50)),
                row.getLong(42),
                row.getLong(54),
                null);
    }
}
