package dev.sluice.server.selector;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Comparing ranges of buffers, eight bytes at a time. */
final class Bytes {
    private Bytes() {}

    static UnsafeBuffer utf8(String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    static boolean equal(DirectBuffer left, int leftOffset, DirectBuffer right, int rightOffset, int length) {
        int index = 0;
        for (; index + Long.BYTES <= length; index += Long.BYTES) {
            if (left.getLong(leftOffset + index) != right.getLong(rightOffset + index)) {
                return false;
            }
        }
        for (; index < length; index++) {
            if (left.getByte(leftOffset + index) != right.getByte(rightOffset + index)) {
                return false;
            }
        }
        return true;
    }

    /** An order of ranges, the shorter first: not the alphabet's, but cheap and total. */
    static int compare(DirectBuffer left, int leftOffset, int leftLength, DirectBuffer right) {
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
