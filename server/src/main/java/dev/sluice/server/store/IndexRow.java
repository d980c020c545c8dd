package dev.sluice.server.store;

import dev.sluice.server.core.StoredMessage;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The encoding of a row of the index: message number, expiry, body number, body bytes (int64 each), length of the envelope (int32), all
 * little endian. Its length is {@link StoredMessage#INDEX_ROW_BYTES}.
 */
final class IndexRow {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private IndexRow() {}

    static void encode(StoredMessage message, MutableDirectBuffer to) {
        to.putLong(0, message.number, ORDER);
        to.putLong(8, message.expiryMillis, ORDER);
        to.putLong(16, message.bodyNumber, ORDER);
        to.putLong(24, message.bodyBytes, ORDER);
        to.putInt(32, message.length, ORDER);
    }

    static long number(DirectBuffer row) {
        return row.getLong(0, ORDER);
    }

    static long expiryMillis(DirectBuffer row) {
        return row.getLong(8, ORDER);
    }

    static long bodyNumber(DirectBuffer row) {
        return row.getLong(16, ORDER);
    }

    static StoredMessage message(DirectBuffer row, StoredMessage.Place place) {
        return new StoredMessage(
                number(row), place, expiryMillis(row), bodyNumber(row), row.getLong(24, ORDER), row.getInt(32, ORDER));
    }
}
