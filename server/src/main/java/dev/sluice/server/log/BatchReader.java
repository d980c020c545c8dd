package dev.sluice.server.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads a segment through a window of memory and checks batches, however large. Owner: the thread that recovers the log. */
final class BatchReader implements AutoCloseable {
    private static final int WINDOW_BYTES = 256 << 10;

    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES);
    private final UnsafeBuffer view = new UnsafeBuffer(window);
    private final CRC32C crc = new CRC32C();
    private final Segment segment;
    private long windowStart;
    private int windowBytes;

    /** Where the batch read last stands among the others. */
    final BatchHeader.Stamp stamp = new BatchHeader.Stamp();
    /** The bytes of the batch read last. */
    int length;
    /** Its CRC. */
    int batchCrc;

    BatchReader(Segment segment) {
        this.segment = segment;
    }

    /** Reads and checks the batch at {@code position}; false when none stands there whole. */
    boolean read(long position) throws IOException {
        if (!plausible(position)) {
            return false;
        }
        int at = (int) (position - windowStart);
        length = BatchHeader.length(view, at);
        if (length > segment.bytes - position - BatchHeader.BYTES) {
            return false;
        }
        batchCrc = BatchHeader.crc(view, at);
        BatchHeader.decode(view, at, stamp);
        return crc(position + BatchHeader.CRC_BYTES, BatchHeader.BYTES - BatchHeader.CRC_BYTES + length) == batchCrc;
    }

    private boolean plausible(long position) throws IOException {
        return load(position, BatchHeader.BYTES)
                && BatchHeader.plausible(view, (int) (position - windowStart), segment.id);
    }

    /** The first whole batch at or after {@code position}, or -1. It need not follow on what stands before it. */
    long find(long position) throws IOException {
        long at = position;
        while (at + BatchHeader.BYTES <= segment.bytes && load(at, BatchHeader.BYTES)) {
            at = windowStart + firstPlausible((int) (at - windowStart));
            if (at + BatchHeader.BYTES <= windowStart + windowBytes) {
                if (read(at)) {
                    return at;
                }
                at += BatchHeader.ALIGNMENT;
            }
        }
        return -1;
    }

    /** The first place in the window, from {@code at} on, where a header may stand; else the first where too little of it is left to tell. */
    private int firstPlausible(int at) {
        // Every start looks through all that the log has ready: nothing but this may be in the loop.
        int last = windowBytes - BatchHeader.BYTES;
        int found = at;
        while (found <= last && !BatchHeader.plausible(view, found, segment.id)) {
            found += BatchHeader.ALIGNMENT;
        }
        return found;
    }

    private int crc(long from, long bytes) throws IOException {
        crc.reset();
        long at = from;
        for (long left = bytes; left > 0; ) {
            int piece = (int) Math.min(left, WINDOW_BYTES);
            if (!load(at, piece)) {
                return ~batchCrc;
            }
            int start = (int) (at - windowStart);
            crc.update(window.limit(start + piece).position(start));
            at += piece;
            left -= piece;
        }
        return (int) crc.getValue();
    }

    private boolean load(long position, int bytes) throws IOException {
        if (position >= windowStart && position + bytes <= windowStart + windowBytes) {
            return true;
        }
        windowStart = position;
        windowBytes = segment.file.read(window.clear(), position);
        return windowBytes >= bytes;
    }

    @Override
    public void close() {
        BufferUtil.free(window);
    }
}
