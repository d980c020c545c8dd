package dev.sluice.server.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/** Writes and reads the small rows of the store, field by field. Every row begins with the version of its layout. */
final class Rows {
    private static final byte VERSION = 1;

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(256);
    private int length;

    /** Begins a row. */
    @CanIgnoreReturnValue
    Rows begin() {
        length = 0;
        buffer.putByte(length++, VERSION);
        return this;
    }

    @CanIgnoreReturnValue
    Rows number(long value) {
        buffer.putLong(length, value);
        length += Long.BYTES;
        return this;
    }

    @CanIgnoreReturnValue
    Rows text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        buffer.putInt(length, bytes.length);
        buffer.putBytes(length + Integer.BYTES, bytes);
        length += Integer.BYTES + bytes.length;
        return this;
    }

    /** Puts the row into the change set. */
    void put(ChangeSet changes, Table table, long major, long minor) {
        changes.put(table, major, minor, buffer, length);
    }

    /** Reads what {@link Rows} wrote. */
    static final class Reader {
        private final DirectBuffer buffer;
        private int at;

        Reader(DirectBuffer buffer) {
            this.buffer = buffer;
            byte version = buffer.getByte(0);
            if (version != VERSION) {
                throw new IllegalStateException(
                        "a row of the store has layout " + version + "; this version reads " + VERSION);
            }
            at = 1;
        }

        /** Whether the row goes on: rows grow at their ends. */
        boolean hasMore() {
            return at < buffer.capacity();
        }

        long number() {
            long value = buffer.getLong(at);
            at += Long.BYTES;
            return value;
        }

        String text() {
            byte[] bytes = new byte[buffer.getInt(at)];
            buffer.getBytes(at + Integer.BYTES, bytes);
            at += Integer.BYTES + bytes.length;
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
