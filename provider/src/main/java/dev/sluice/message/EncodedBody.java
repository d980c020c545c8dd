package dev.sluice.message;

import jakarta.jms.JMSException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A body in its wire form: in an array that no one writes to any more, or outside the heap; or null, which is not empty. */
final class EncodedBody {
    private static final byte[] NOTHING = {};

    /** No bytes. */
    static final EncodedBody EMPTY = new EncodedBody(NOTHING, 0, 0, null);

    /** A null body. */
    static final EncodedBody NULL = new EncodedBody(NOTHING, 0, 0, null);

    /** No array is longer: the virtual machine keeps a few words. */
    private static final int ARRAY_BYTES_MAX = Integer.MAX_VALUE - 16;

    private final byte[] array;
    private final int offset;
    private final int length;
    private final @Nullable LargeBody large;

    EncodedBody(byte[] array, int offset, int length, @Nullable LargeBody large) {
        this.array = array;
        this.offset = offset;
        this.length = length;
        this.large = large;
    }

    static EncodedBody of(byte[] array) {
        return new EncodedBody(array, 0, array.length, null);
    }

    static EncodedBody of(LargeBody large) {
        return new EncodedBody(NOTHING, 0, 0, large);
    }

    boolean isNull() {
        return this == NULL;
    }

    /** What it is in, while it is in the heap. */
    byte[] array() {
        return array;
    }

    /** Where it starts in the array. */
    int offset() {
        return offset;
    }

    /** How many bytes of the array it has. */
    int length() {
        return length;
    }

    /** What it is in, while it is outside the heap. */
    @Nullable LargeBody large() {
        return large;
    }

    long bytes() {
        return large == null ? length : large.bytes();
    }

    /** The same bytes in an array; lets go of what is outside the heap. */
    EncodedBody inHeap() throws JMSException {
        if (large == null) {
            return this;
        }
        EncodedBody loaded = of(copy());
        large.release();
        return loaded;
    }

    /** A new array with the bytes. */
    byte[] copy() throws JMSException {
        if (large == null) {
            return Arrays.copyOfRange(array, offset, offset + length);
        }
        long bytes = large.bytes();
        if (bytes > ARRAY_BYTES_MAX) {
            throw new JMSException("a body of " + bytes + " bytes is longer than the " + ARRAY_BYTES_MAX
                    + " that an array takes; read a BytesMessage piece by piece");
        }
        byte[] copy = new byte[(int) bytes];
        read(0, copy, 0, copy.length);
        return copy;
    }

    /** Reads a part of it. */
    void read(long position, byte[] target, int targetOffset, int count) throws JMSException {
        if (large == null) {
            System.arraycopy(array, offset + (int) position, target, targetOffset, count);
            return;
        }
        try {
            large.read(position, target, targetOffset, count);
        } catch (IOException failure) {
            throw Faults.of(new JMSException("cannot read the body from its temporary file: " + failure), failure);
        }
    }

    /** Lets go of what is outside the heap; the body must not be used afterwards. */
    void release() {
        if (large != null) {
            large.release();
        }
    }
}
