package dev.sluice.server.log;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What stands before each batch in a segment, little endian: CRC32C of all that follows (int32), magic with the version (int32), length of
 * the batch (int32), id of the segment (int32), index (int64), timestamp (int64), the CRC of the batch before (int32), and how far the
 * index is beyond the last one known to be durable when the batch was written (int32).
 *
 * <p>The segment id tells a batch from one of an earlier life of the file. The CRC of the batch before tells it from one that was
 * cut off after a crash. The last field proves which earlier batches were durable, so that damage is told from a torn tail.
 */
final class BatchHeader {
    static final int BYTES = BatchLog.HEADER_BYTES;
    static final int CRC_BYTES = 4;
    /** Every batch begins at a multiple of it. */
    static final int ALIGNMENT = 8;
    /** "SLG" and the version of the format. */
    static final int MAGIC = 0x01474c53;

    static final int MAGIC_OFFSET = 4;
    static final int LENGTH_OFFSET = 8;
    static final int SEGMENT_OFFSET = 12;
    private static final int INDEX_OFFSET = 16;
    private static final int TIMESTAMP_OFFSET = 24;
    private static final int PREVIOUS_CRC_OFFSET = 32;
    private static final int UNSYNCED_OFFSET = 36;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private BatchHeader() {}

    /** Fills in all but the CRC. */
    static void encode(MutableDirectBuffer to, int at, int length, int segment, Stamp stamp) {
        to.putInt(at + MAGIC_OFFSET, MAGIC, ORDER);
        to.putInt(at + LENGTH_OFFSET, length, ORDER);
        to.putInt(at + SEGMENT_OFFSET, segment, ORDER);
        to.putLong(at + INDEX_OFFSET, stamp.index, ORDER);
        to.putLong(at + TIMESTAMP_OFFSET, stamp.timestampMillis, ORDER);
        to.putInt(at + PREVIOUS_CRC_OFFSET, stamp.previousCrc, ORDER);
        to.putInt(at + UNSYNCED_OFFSET, (int) Math.min(Integer.MAX_VALUE, stamp.index - stamp.durableIndex), ORDER);
    }

    static void crc(MutableDirectBuffer to, int at, int crc) {
        to.putInt(at, crc, ORDER);
    }

    /** Whether this may be the header of a batch of the segment. */
    static boolean plausible(DirectBuffer from, int at, int segment) {
        return from.getInt(at + MAGIC_OFFSET, ORDER) == MAGIC
                && from.getInt(at + SEGMENT_OFFSET, ORDER) == segment
                && from.getInt(at + LENGTH_OFFSET, ORDER) >= 0;
    }

    static int crc(DirectBuffer from, int at) {
        return from.getInt(at, ORDER);
    }

    static int length(DirectBuffer from, int at) {
        return from.getInt(at + LENGTH_OFFSET, ORDER);
    }

    static void decode(DirectBuffer from, int at, Stamp stamp) {
        stamp.index = from.getLong(at + INDEX_OFFSET, ORDER);
        stamp.timestampMillis = from.getLong(at + TIMESTAMP_OFFSET, ORDER);
        stamp.previousCrc = from.getInt(at + PREVIOUS_CRC_OFFSET, ORDER);
        stamp.durableIndex = stamp.index - from.getInt(at + UNSYNCED_OFFSET, ORDER);
    }

    /** Where the batch after one of {@code length} bytes at {@code position} begins. */
    static long next(long position, int length) {
        return (position + BYTES + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Where a batch stands among the others. Used again and again by its owner. */
    static final class Stamp {
        long index;
        long timestampMillis;
        int previousCrc;
        /** The last batch that was known to be durable when this one was written. */
        long durableIndex;
    }
}
