package dev.sluice.wire;

/** The type bytes of typed values; see {@code docs/wire.md}. */
public final class ValueType {
    /** No value; nothing follows. */
    public static final byte NULL = 0;

    /** uint8, 0 or 1. */
    public static final byte BOOLEAN = 1;

    /** int8. */
    public static final byte BYTE = 2;

    /** int16. */
    public static final byte SHORT = 3;

    /** int32. */
    public static final byte INT = 4;

    /** int64. */
    public static final byte LONG = 5;

    /** IEEE 754, 32 bits. */
    public static final byte FLOAT = 6;

    /** IEEE 754, 64 bits. */
    public static final byte DOUBLE = 7;

    /** uint32 length, UTF-8. */
    public static final byte STRING = 8;

    /** uint16, a UTF-16 unit. */
    public static final byte CHAR = 9;

    /** uint32 length, bytes. */
    public static final byte BYTES = 10;

    private static final int[] FIXED_BYTES = {0, 1, 1, 2, 4, 8, 4, 8, -1, 2, -1};

    private ValueType() {}

    /** Bytes of a value of this type; -1 when a uint32 length says it. */
    static int fixedBytes(byte type) {
        if (type < 0 || type >= FIXED_BYTES.length) {
            throw new MalformedException("unknown value type " + (type & 0xff) + "; the known ones are 0 to 10");
        }
        return FIXED_BYTES[type];
    }
}
