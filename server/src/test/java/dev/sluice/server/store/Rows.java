package dev.sluice.server.store;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Makes messages and rows for the tests of stores, and waits for what stores answer. */
final class Rows {
    private Rows() {}

    /** A message in direct memory, as one from a slab. */
    static StoredMessage message(long number, long address, int priority, long sequence, String text) {
        return message(number, new StoredMessage.Place(address, priority, sequence), 0, 0, text);
    }

    static StoredMessage message(long number, StoredMessage.Place place, long expiry, long body, String text) {
        UnsafeBuffer bytes = direct(text);
        StoredMessage message =
                new StoredMessage(number, place, expiry, body, body == 0 ? 0 : 3L * text.length(), bytes.capacity());
        message.loaded(bytes, 0);
        return message;
    }

    static UnsafeBuffer direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
        buffer.putBytes(0, bytes);
        return buffer;
    }

    static void put(ChangeSet changes, StoredMessage message) {
        changes.bodies().add(message);
        changes.indexed().add(message);
    }

    static void put(ChangeSet changes, Table table, long major, long minor, String value) {
        UnsafeBuffer bytes = new UnsafeBuffer(value.getBytes(StandardCharsets.UTF_8));
        changes.put(table, major, minor, bytes, bytes.capacity());
    }

    static void removeRange(ChangeSet changes, long address, long minor, long count) {
        changes.removedRanges().add(address);
        changes.removedRanges().add(minor);
        changes.removedRanges().add(count);
    }

    static void commit(RowStore store, ChangeSet changes) {
        store.commit(changes);
        ChangeSet ended = await(store::pollCommitted);
        if (ended != changes) {
            throw new AssertionError("another change set ended");
        }
    }

    static RowStore.Load load(RowStore store, RowStore.Load request) {
        store.load(request);
        return await(store::pollLoaded);
    }

    static <T> T await(Supplier<@Nullable T> poll) {
        List<T> answer = new ArrayList<>(1);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    T polled = poll.get();
                    return polled != null && answer.add(polled);
                });
        return answer.get(0);
    }

    static List<String> scan(RowStore store, Table table) {
        return scan(store, table, 0, 0);
    }

    /** The rows from a key on, each as {@code major/minor=value}. */
    static List<String> scan(RowStore store, Table table, long major, long minor) {
        List<String> rows = new ArrayList<>();
        store.scan(table, major, minor, (rowMajor, rowMinor, value, length) -> {
            rows.add(Long.toUnsignedString(rowMajor) + "/" + Long.toUnsignedString(rowMinor) + "="
                    + text(value, 0, length));
            return true;
        });
        return rows;
    }

    static String text(DirectBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static @Nullable String text(@Nullable DirectBuffer buffer) {
        return buffer == null ? null : text(buffer, 0, buffer.capacity());
    }

    static @Nullable String text(StoredMessage message) {
        DirectBuffer buffer = message.buffer();
        return buffer == null ? null : text(buffer, message.offset(), message.length);
    }
}
