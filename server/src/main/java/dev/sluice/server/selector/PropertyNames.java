package dev.sluice.server.selector;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** The names of the properties that a selector refers to, laid out so that most comparisons are of one long: the first eight bytes. Immutable. */
final class PropertyNames {
    /** The length of what is no property, and which no name has. */
    private static final int NONE = -1;

    private final int[] lengths;
    private final long[] heads;
    private final UnsafeBuffer[] names;

    PropertyNames(Identifier[] identifiers) {
        int count = identifiers.length;
        lengths = new int[count];
        heads = new long[count];
        names = new UnsafeBuffer[count];
        for (int slot = 0; slot < count; slot++) {
            UnsafeBuffer name = identifiers[slot].nameBytes();
            int length = name.capacity();
            names[slot] = name;
            lengths[slot] = identifiers[slot].source() == Identifier.Source.PROPERTY ? length : NONE;
            heads[slot] = head(name, 0, length, length);
        }
    }

    /** The first eight bytes of a name, or what there is of them and zeros. */
    static long head(UnsafeBuffer buffer, int offset, int length, int end) {
        if (end - offset >= Long.BYTES) {
            long bytes = buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN);
            if (length >= Long.BYTES) {
                return bytes;
            }
            // A shift by all 64 bits would be one by none.
            return length == 0 ? 0 : bytes & (-1L >>> (Long.SIZE - 8 * length));
        }
        long bytes = 0;
        for (int index = 0; index < length; index++) {
            bytes |= (buffer.getByte(offset + index) & 0xFFL) << (8 * index);
        }
        return bytes;
    }

    /** Whether the name at the offset, with that head, is the one of the slot. */
    boolean is(int slot, long head, UnsafeBuffer buffer, int offset, int length) {
        return lengths[slot] == length
                && heads[slot] == head
                && (length <= Long.BYTES || Bytes.equal(buffer, offset, names[slot], 0, length));
    }
}
