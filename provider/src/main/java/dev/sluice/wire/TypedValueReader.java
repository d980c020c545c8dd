package dev.sluice.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads counts, names and typed values in place. A cursor with one owner: {@link #nextName} and {@link #nextValue} move it, the
 * rest looks at what it stands on. Never reads outside the range it was given; whatever does not fit there is a
 * {@link MalformedException}, before memory is taken for it.
 */
public final class TypedValueReader {
    /** The smallest entry of a map: an empty name and a null. */
    private static final int ENTRY_BYTES_MIN = Short.BYTES + 1;

    private @Nullable DirectBuffer buffer;
    private int position;
    private int limit;

    private int nameOffset;
    private int nameLength;
    private byte type;
    private int valueOffset;
    private int valueLength;

    /** Starts at {@code offset}; what lies outside {@code length} bytes from there is never read. */
    @CanIgnoreReturnValue
    public TypedValueReader wrap(DirectBuffer source, int offset, int length) {
        source.boundsCheck(offset, length);
        buffer = source;
        position = offset;
        limit = offset + length;
        type = ValueType.NULL;
        nameLength = 0;
        valueLength = 0;
        return this;
    }

    /** Reads the number of entries of a map; so many names and values must follow. */
    public int mapCount() {
        int count = source(Short.BYTES).getShort(position, LITTLE_ENDIAN) & 0xffff;
        position += Short.BYTES;
        if (count > remaining() / ENTRY_BYTES_MIN) {
            throw new MalformedException(
                    "a map of " + count + " entries cannot be in the " + remaining() + " bytes that follow");
        }
        return count;
    }

    /** Reads the number of values of a stream; so many values must follow. */
    public int streamCount() {
        int count = source(Integer.BYTES).getInt(position, LITTLE_ENDIAN);
        position += Integer.BYTES;
        if (count < 0 || count > remaining()) {
            throw new MalformedException("a stream of " + Integer.toUnsignedLong(count) + " values cannot be in the "
                    + remaining() + " bytes that follow");
        }
        return count;
    }

    /** Moves over the name of a map entry. */
    public void nextName() {
        int length = source(Short.BYTES).getShort(position, LITTLE_ENDIAN) & 0xffff;
        position += Short.BYTES;
        require(length);
        nameOffset = position;
        nameLength = length;
        position += length;
    }

    /** Moves over a value and says its type (see {@link ValueType}). */
    public byte nextValue() {
        DirectBuffer source = source(Byte.BYTES);
        byte next = source.getByte(position);
        int length = ValueType.fixedBytes(next);
        int start = position + Byte.BYTES;
        if (length < 0) {
            requireFrom(start, Integer.BYTES);
            length = source.getInt(start, LITTLE_ENDIAN);
            start += Integer.BYTES;
        }
        requireFrom(start, length);
        if (next == ValueType.BOOLEAN && (source.getByte(start) & 0xfe) != 0) {
            throw new MalformedException("a boolean is " + (source.getByte(start) & 0xff) + "; it must be 0 or 1");
        }
        type = next;
        valueOffset = start;
        valueLength = length;
        position = start + length;
        return next;
    }

    /** Where the next name or value starts. */
    public int position() {
        return position;
    }

    /** Goes on at {@code offset}, where a name or value starts. */
    public void position(int offset) {
        if (offset < 0 || offset > limit) {
            throw new IndexOutOfBoundsException("position " + offset + " beyond " + limit);
        }
        position = offset;
    }

    /** Bytes not yet moved over. */
    public int remaining() {
        return limit - position;
    }

    /** Checks that the range ends here. */
    public void end() {
        if (remaining() != 0) {
            throw new MalformedException(remaining() + " bytes follow the last value");
        }
    }

    /** Where the name's UTF-8 bytes are. */
    public int nameOffset() {
        return nameOffset;
    }

    /** Bytes of the name. */
    public int nameLength() {
        return nameLength;
    }

    /** Whether the name is these UTF-8 bytes. */
    public boolean nameEquals(byte[] name) {
        if (name.length != nameLength) {
            return false;
        }
        DirectBuffer source = source(0);
        for (int index = 0; index < name.length; index++) {
            if (source.getByte(nameOffset + index) != name[index]) {
                return false;
            }
        }
        return true;
    }

    /** The name as a string. */
    public String name() {
        return text(source(0), nameOffset, nameLength);
    }

    /** The type of the value. */
    public byte type() {
        return type;
    }

    /** Where the value is, after its type and length. */
    public int valueOffset() {
        return valueOffset;
    }

    /** Bytes of the value, without type and length. */
    public int valueLength() {
        return valueLength;
    }

    /** The value of a boolean. */
    public boolean booleanValue() {
        return value(ValueType.BOOLEAN).getByte(valueOffset) != 0;
    }

    /** The value of a char. */
    public char charValue() {
        return value(ValueType.CHAR).getChar(valueOffset, LITTLE_ENDIAN);
    }

    /** The value of a byte, short, int or long. */
    public long longValue() {
        DirectBuffer source = source(0);
        return switch (type) {
            case ValueType.BYTE -> source.getByte(valueOffset);
            case ValueType.SHORT -> source.getShort(valueOffset, LITTLE_ENDIAN);
            case ValueType.INT -> source.getInt(valueOffset, LITTLE_ENDIAN);
            case ValueType.LONG -> source.getLong(valueOffset, LITTLE_ENDIAN);
            default -> throw new IllegalStateException("value type " + type + " is not a whole number");
        };
    }

    /** The value of a float or double. */
    public double doubleValue() {
        return type == ValueType.FLOAT
                ? value(ValueType.FLOAT).getFloat(valueOffset, LITTLE_ENDIAN)
                : value(ValueType.DOUBLE).getDouble(valueOffset, LITTLE_ENDIAN);
    }

    /** The value of a string. */
    public String stringValue() {
        return text(value(ValueType.STRING), valueOffset, valueLength);
    }

    /** A copy of the value of bytes. */
    public byte[] bytesValue() {
        byte[] copy = new byte[valueLength];
        value(ValueType.BYTES).getBytes(valueOffset, copy);
        return copy;
    }

    /** Copies {@code length} bytes of a value of bytes, from {@code from} in it. */
    public void copyBytes(int from, byte[] target, int length) {
        if (from < 0 || length < 0 || from > valueLength - length) {
            throw new IndexOutOfBoundsException(from + " and " + length + " in a value of " + valueLength + " bytes");
        }
        value(ValueType.BYTES).getBytes(valueOffset + from, target, 0, length);
    }

    /** The value as an object of its class; null for a null. */
    public @Nullable Object value() {
        return switch (type) {
            case ValueType.NULL -> null;
            case ValueType.BOOLEAN -> booleanValue();
            case ValueType.BYTE -> (byte) longValue();
            case ValueType.SHORT -> (short) longValue();
            case ValueType.INT -> (int) longValue();
            case ValueType.LONG -> longValue();
            case ValueType.FLOAT -> (float) doubleValue();
            case ValueType.DOUBLE -> doubleValue();
            case ValueType.STRING -> stringValue();
            case ValueType.CHAR -> charValue();
            default -> bytesValue();
        };
    }

    private static String text(DirectBuffer source, int offset, int length) {
        byte[] array = source.byteArray();
        if (array != null) {
            return new String(array, offset + source.wrapAdjustment(), length, StandardCharsets.UTF_8);
        }
        byte[] copy = new byte[length];
        source.getBytes(offset, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    private DirectBuffer value(byte expected) {
        if (type != expected) {
            throw new IllegalStateException("value type is " + type + ", not " + expected);
        }
        return source(0);
    }

    private DirectBuffer source(int bytes) {
        DirectBuffer source = buffer;
        if (source == null) {
            throw new IllegalStateException("wrap a buffer first");
        }
        require(bytes);
        return source;
    }

    private void require(int bytes) {
        requireFrom(position, bytes);
    }

    private void requireFrom(int start, int bytes) {
        if (bytes < 0 || bytes > limit - start) {
            throw new MalformedException("a length of " + Integer.toUnsignedLong(bytes) + " bytes goes beyond the "
                    + Math.max(0, limit - start) + " that are left");
        }
    }
}
