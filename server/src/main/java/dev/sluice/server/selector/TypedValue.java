package dev.sluice.server.selector;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads a property's value in the format of {@code docs/wire.md}: a type, and what follows it. */
final class TypedValue {
    private static final int NULL = 0;
    private static final int BOOLEAN = 1;
    private static final int BYTE = 2;
    private static final int SHORT = 3;
    private static final int INT = 4;
    private static final int LONG = 5;
    private static final int FLOAT = 6;
    private static final int DOUBLE = 7;
    private static final int STRING = 8;
    private static final int CHAR = 9;
    private static final int BYTES = 10;

    /** In place of a length: it stands before the value. */
    private static final int PREFIXED = -1;

    private static final int[] LENGTHS = lengths();

    private TypedValue() {}

    private static int[] lengths() {
        int[] lengths = new int[BYTES + 1];
        lengths[NULL] = 0;
        lengths[BOOLEAN] = Byte.BYTES;
        lengths[BYTE] = Byte.BYTES;
        lengths[SHORT] = Short.BYTES;
        lengths[CHAR] = Character.BYTES;
        lengths[INT] = Integer.BYTES;
        lengths[LONG] = Long.BYTES;
        lengths[FLOAT] = Float.BYTES;
        lengths[DOUBLE] = Double.BYTES;
        lengths[STRING] = PREFIXED;
        lengths[BYTES] = PREFIXED;
        return lengths;
    }

    /** Bytes of the value at the position, or -1 if the type is unknown or the value does not end before {@code end}. */
    static int length(int type, UnsafeBuffer buffer, int position, int end) {
        if (type < 0 || type >= LENGTHS.length) {
            return -1;
        }
        int room = end - position;
        int length = LENGTHS[type];
        if (length == PREFIXED) {
            return prefixedLength(buffer, position, room);
        }
        return length <= room ? length : -1;
    }

    private static int prefixedLength(UnsafeBuffer buffer, int position, int room) {
        if (room < Integer.BYTES) {
            return -1;
        }
        int length = buffer.getInt(position, ByteOrder.LITTLE_ENDIAN);
        return length >= 0 && length <= room - Integer.BYTES ? Integer.BYTES + length : -1;
    }

    /** Reads a value whose length {@link #length} has told. */
    static void read(int type, UnsafeBuffer buffer, int position, int length, Value value) {
        switch (type) {
            case NULL -> value.setNull();
            case BOOLEAN -> value.setBoolean(buffer.getByte(position) != 0);
            case BYTE -> value.setInt(buffer.getByte(position));
            case SHORT -> value.setInt(buffer.getShort(position, ByteOrder.LITTLE_ENDIAN));
            case INT -> value.setInt(buffer.getInt(position, ByteOrder.LITTLE_ENDIAN));
            case LONG -> value.setLong(buffer.getLong(position, ByteOrder.LITTLE_ENDIAN));
            case FLOAT -> value.setFloat(buffer.getFloat(position, ByteOrder.LITTLE_ENDIAN));
            case DOUBLE -> value.setDouble(buffer.getDouble(position, ByteOrder.LITTLE_ENDIAN));
            case STRING -> value.setText(buffer, position + Integer.BYTES, length - Integer.BYTES);
            default -> value.setOpaque();
        }
    }
}
