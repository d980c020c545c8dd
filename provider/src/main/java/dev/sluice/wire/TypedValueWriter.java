package dev.sluice.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes counts, names and typed values one after another, from an offset on. One owner; the buffer grows if it is expandable,
 * otherwise what does not fit throws {@link IndexOutOfBoundsException}.
 */
public final class TypedValueWriter {
    /** Most entries of a property map, and of a MapMessage. */
    public static final int MAP_ENTRIES_MAX = 0xffff;

    /** Longest name of a map entry in UTF-8 bytes. */
    public static final int NAME_BYTES_MAX = 0xffff;

    private final MutableDirectBuffer buffer;
    private int position;

    /** Writes to {@code buffer} from {@code offset} on. */
    public TypedValueWriter(MutableDirectBuffer buffer, int offset) {
        this.buffer = buffer;
        this.position = offset;
    }

    /** Where the next byte goes. */
    public int position() {
        return position;
    }

    /** Goes on at {@code offset}. */
    public void position(int offset) {
        position = offset;
    }

    /** Starts a map of {@code count} entries. */
    public void writeMapCount(int count) {
        if (count < 0 || count > MAP_ENTRIES_MAX) {
            throw new IllegalArgumentException(count + " entries are more than the limit of " + MAP_ENTRIES_MAX);
        }
        buffer.putShort(position, (short) count, LITTLE_ENDIAN);
        position += Short.BYTES;
    }

    /** Starts a stream of {@code count} values. */
    public void writeStreamCount(int count) {
        buffer.putInt(position, count, LITTLE_ENDIAN);
        position += Integer.BYTES;
    }

    /** Names the map entry whose value comes next. */
    public void writeName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a name of " + bytes.length + " bytes is longer than the limit of " + NAME_BYTES_MAX);
        }
        buffer.putShort(position, (short) bytes.length, LITTLE_ENDIAN);
        buffer.putBytes(position + Short.BYTES, bytes);
        position += Short.BYTES + bytes.length;
    }

    /** A null. */
    public void writeNull() {
        type(ValueType.NULL);
    }

    /** A boolean. */
    public void writeBoolean(boolean value) {
        type(ValueType.BOOLEAN);
        buffer.putByte(position, (byte) (value ? 1 : 0));
        position += Byte.BYTES;
    }

    /** A byte. */
    public void writeByte(byte value) {
        type(ValueType.BYTE);
        buffer.putByte(position, value);
        position += Byte.BYTES;
    }

    /** A short. */
    public void writeShort(short value) {
        type(ValueType.SHORT);
        buffer.putShort(position, value, LITTLE_ENDIAN);
        position += Short.BYTES;
    }

    /** A char. */
    public void writeChar(char value) {
        type(ValueType.CHAR);
        buffer.putChar(position, value, LITTLE_ENDIAN);
        position += Character.BYTES;
    }

    /** An int. */
    public void writeInt(int value) {
        type(ValueType.INT);
        buffer.putInt(position, value, LITTLE_ENDIAN);
        position += Integer.BYTES;
    }

    /** A long. */
    public void writeLong(long value) {
        type(ValueType.LONG);
        buffer.putLong(position, value, LITTLE_ENDIAN);
        position += Long.BYTES;
    }

    /** A float. */
    public void writeFloat(float value) {
        type(ValueType.FLOAT);
        buffer.putFloat(position, value, LITTLE_ENDIAN);
        position += Float.BYTES;
    }

    /** A double. */
    public void writeDouble(double value) {
        type(ValueType.DOUBLE);
        buffer.putDouble(position, value, LITTLE_ENDIAN);
        position += Double.BYTES;
    }

    /** A string; unpaired surrogates become {@code ?}. */
    public void writeString(String value) {
        type(ValueType.STRING);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        lengthAndBytes(bytes, 0, bytes.length);
    }

    /** Bytes. */
    public void writeBytes(byte[] value, int offset, int length) {
        type(ValueType.BYTES);
        lengthAndBytes(value, offset, length);
    }

    /** Any of the above by its class; null is a value too. */
    public void writeObject(@Nullable Object value) {
        if (value == null) {
            writeNull();
        } else if (value instanceof String text) {
            writeString(text);
        } else if (value instanceof Integer number) {
            writeInt(number);
        } else if (value instanceof Long number) {
            writeLong(number);
        } else if (value instanceof Boolean truth) {
            writeBoolean(truth);
        } else if (value instanceof Double number) {
            writeDouble(number);
        } else if (value instanceof Float number) {
            writeFloat(number);
        } else if (value instanceof Short number) {
            writeShort(number);
        } else if (value instanceof Byte number) {
            writeByte(number);
        } else if (value instanceof Character character) {
            writeChar(character);
        } else if (value instanceof byte[] bytes) {
            writeBytes(bytes, 0, bytes.length);
        } else {
            throw new IllegalArgumentException(
                    "no value type for " + value.getClass().getName());
        }
    }

    private void type(byte type) {
        buffer.putByte(position, type);
        position += Byte.BYTES;
    }

    private void lengthAndBytes(byte[] value, int offset, int length) {
        buffer.putInt(position, length, LITTLE_ENDIAN);
        buffer.putBytes(position + Integer.BYTES, value, offset, length);
        position += Integer.BYTES + length;
    }
}
