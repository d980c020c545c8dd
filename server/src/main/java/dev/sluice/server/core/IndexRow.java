package dev.sluice.server.core;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The encoding of a row of the index: message number, expiry, body number, body bytes (int64 each), length of the envelope (int32), all
 * little endian. Its length is {@link StoredMessage#INDEX_ROW_BYTES}.
 */
public final class IndexRow {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private IndexRow() {}

    /** Writes the row of a message. */
    public static void encode(StoredMessage message, MutableDirectBuffer to) {
        to.putLong(0, message.number, ORDER);
        to.putLong(8, message.expiryMillis, ORDER);
        to.putLong(16, message.bodyNumber, ORDER);
        to.putLong(24, message.bodyBytes, ORDER);
        to.putInt(32, message.length, ORDER);
    }

    /** The message. */
    public static long number(DirectBuffer row) {
        return row.getLong(0, ORDER);
    }

    /** When it expires; 0 for never. */
    public static long expiryMillis(DirectBuffer row) {
        return row.getLong(8, ORDER);
    }

    /** Under which number its chunks are; 0 for none. */
    public static long bodyNumber(DirectBuffer row) {
        return row.getLong(16, ORDER);
    }

    /** The message itself, without its bytes. */
    public static StoredMessage message(DirectBuffer row, StoredMessage.Place place) {
        return new StoredMessage(
                number(row), place, expiryMillis(row), bodyNumber(row), row.getLong(24, ORDER), row.getInt(32, ORDER));
    }

    /** The same row in a shard where all numbers are so much higher. */
    static void renumbered(DirectBuffer row, long higher, MutableDirectBuffer to) {
        to.putBytes(0, row, 0, StoredMessage.INDEX_ROW_BYTES);
        to.putLong(0, number(row) + higher, ORDER);
        to.putLong(16, bodyNumber(row) == 0 ? 0 : bodyNumber(row) + higher, ORDER);
    }
}
