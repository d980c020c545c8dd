package dev.sluice.server.store;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.IndexRow;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Messages in lanes the naive way; makes random change sets and says where a store differs. */
final class RowModel {
    private static final int ADDRESSES = 5;

    private final TreeMap<Long, StoredMessage> messages = new TreeMap<>();
    private final TreeMap<Long, String> bodies = new TreeMap<>();
    private final long[][] nextSequence = new long[ADDRESSES][10];
    private long nextNumber = 1;

    ChangeSet step(SplittableRandom random, long index) {
        ChangeSet changes = new ChangeSet(index);
        for (int removals = random.nextInt(4); removals > 0; removals--) {
            remove(random, changes);
        }
        for (int publishes = random.nextInt(60); publishes > 0; publishes--) {
            publish(random, changes);
        }
        return changes;
    }

    private void publish(SplittableRandom random, ChangeSet changes) {
        int address = random.nextInt(ADDRESSES);
        int priority = random.nextInt(3) + 3;
        long number = nextNumber++;
        long expiry = random.nextInt(3) == 0 ? random.nextLong(1, 1_000) : 0;
        long body = random.nextInt(10) == 0 ? number : 0;
        String text = number + "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 10_000 : 200));
        StoredMessage message = Rows.message(
                number,
                new StoredMessage.Place(address, priority, nextSequence[address][priority]++),
                expiry,
                body,
                text);
        Rows.put(changes, message);
        messages.put(number, message);
        bodies.put(number, text);
        if (expiry != 0) {
            Rows.put(changes, Table.DUE, expiry, number, "");
        }
        for (long offset = 0; body != 0 && offset < 3; offset++) {
            changes.chunks().add(new ChangeSet.Chunk(body, offset, Rows.direct("chunk"), 0, 5));
        }
    }

    private void remove(SplittableRandom random, ChangeSet changes) {
        int address = random.nextInt(ADDRESSES);
        int priority = random.nextInt(3) + 3;
        long first = random.nextLong(nextSequence[address][priority] + 1);
        long count = random.nextLong(50);
        Rows.removeRange(changes, address, Table.minor(priority, first), count);
        messages.values()
                .removeIf(message -> message.addressId == address
                        && message.priority == priority
                        && message.sequence() >= first
                        && message.sequence() < first + count);
    }

    /** What a store shows that should not be, or does not show that should. */
    List<String> differences(RowStore store) {
        List<String> wrong = new ArrayList<>();
        compare(wrong, "envelopes", expectedEnvelopes(), Rows.scan(store, Table.MESSAGES));
        compare(wrong, "due", expectedDue(), Rows.scan(store, Table.DUE));
        compare(wrong, "chunks", expectedChunks(), Rows.scan(store, Table.CHUNKS));
        List<String> places = new ArrayList<>();
        store.scan(Table.INDEX, 0, 0, (major, minor, value, length) -> {
            places.add(major + "/" + minor + "=" + IndexRow.number(value));
            return true;
        });
        compare(wrong, "places", expectedPlaces(), places);
        return wrong;
    }

    private static void compare(List<String> wrong, String what, List<String> expected, List<String> actual) {
        if (!expected.equals(actual)) {
            wrong.add(what + ": expected " + expected + " but there is " + actual);
        }
    }

    private List<String> expectedEnvelopes() {
        return messages.keySet().stream()
                .map(number -> number + "/0=" + bodies.get(number))
                .toList();
    }

    private List<String> expectedDue() {
        TreeMap<Long, TreeMap<Long, String>> due = new TreeMap<>();
        messages.values().stream()
                .filter(message -> message.expiryMillis != 0)
                .forEach(message -> due.computeIfAbsent(message.expiryMillis, time -> new TreeMap<>())
                        .put(message.number, message.expiryMillis + "/" + message.number + "="));
        return due.values().stream().flatMap(rows -> rows.values().stream()).toList();
    }

    private List<String> expectedChunks() {
        return messages.values().stream()
                .filter(message -> message.bodyNumber != 0)
                .flatMap(message ->
                        List.of(0, 1, 2).stream().map(offset -> message.bodyNumber + "/" + offset + "=chunk"))
                .toList();
    }

    private List<String> expectedPlaces() {
        TreeMap<Long, TreeMap<Long, String>> places = new TreeMap<>();
        messages.values().forEach(message -> {
            long minor = Table.minor(message.priority, message.sequence());
            places.computeIfAbsent(message.addressId, address -> new TreeMap<>())
                    .put(minor, message.addressId + "/" + minor + "=" + message.number);
        });
        return places.values().stream().flatMap(rows -> rows.values().stream()).toList();
    }
}
