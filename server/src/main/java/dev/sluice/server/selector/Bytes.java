package dev.sluice.server.selector;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/** Comparing ranges of buffers, eight bytes at a time. */
final class Bytes {
    private Bytes() {}

    static UnsafeBuffer utf8(String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    static boolean equal(UnsafeBuffer left, int leftOffset, UnsafeBuffer right, int rightOffset, int length) {
        if (length >= Long.BYTES) {
            return equalLongs(left, leftOffset, right, rightOffset, length - Long.BYTES);
        }
        if (length >= Integer.BYTES) {
            // Two ints that overlap unless the length is eight.
            int last = length - Integer.BYTES;
            return left.getInt(leftOffset) == right.getInt(rightOffset)
                    && left.getInt(leftOffset + last) == right.getInt(rightOffset + last);
        }
        for (int index = 0; index < length; index++) {
            if (left.getByte(leftOffset + index) != right.getByte(rightOffset + index)) {
                return false;
            }
        }
        return true;
    }

    /** Compares eight bytes at a time, the last eight overlapping those before. */
    private static boolean equalLongs(
            UnsafeBuffer left, int leftOffset, UnsafeBuffer right, int rightOffset, int last) {
        for (int index = 0; index < last; index += Long.BYTES) {
            if (left.getLong(leftOffset + index) != right.getLong(rightOffset + index)) {
                return false;
            }
        }
        return left.getLong(leftOffset + last) == right.getLong(rightOffset + last);
    }

    /** An order of a range and a whole buffer, the shorter first: not the alphabet's, but cheap and total. */
    static int compare(UnsafeBuffer left, int leftOffset, int leftLength, UnsafeBuffer right) {
        int rightLength = right.capacity();
        if (leftLength != rightLength) {
            return Integer.compare(leftLength, rightLength);
        }
        int index = 0;
        for (; index + Long.BYTES <= leftLength; index += Long.BYTES) {
            long ours = left.getLong(leftOffset + index, ByteOrder.BIG_ENDIAN);
            long theirs = right.getLong(index, ByteOrder.BIG_ENDIAN);
            if (ours != theirs) {
                return Long.compareUnsigned(ours, theirs);
            }
        }
        for (; index < leftLength; index++) {
            int difference = Byte.compareUnsigned(left.getByte(leftOffset + index), right.getByte(index));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }
}
