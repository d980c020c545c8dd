package dev.sluice.server.raft;

import dev.sluice.server.core.Slab;
import dev.sluice.server.log.LogException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** A batch as it stands in an entry of the Raft log, little-endian: version (int32), the low half of the term in which it was proposed (int32), time stamp (int64), commands. Stateless. */
final class Entry {
    static final int HEADER_BYTES = 16;

    private static final int VERSION = 1;
    private static final int TERM_AT = 4;
    private static final int TIMESTAMP_AT = 8;

    private Entry() {}

    /** A copy: Ratis keeps it for followers that are late, and the slab is used again. */
    static ByteString of(Slab slab, int offset, int length, long timestampMillis, long term) {
        byte[] bytes = new byte[HEADER_BYTES + length];
        UnsafeBuffer view = new UnsafeBuffer(bytes);
        view.putInt(0, VERSION, ByteOrder.LITTLE_ENDIAN);
        view.putInt(TERM_AT, (int) term, ByteOrder.LITTLE_ENDIAN);
        view.putLong(TIMESTAMP_AT, timestampMillis, ByteOrder.LITTLE_ENDIAN);
        slab.buffer().getBytes(offset, bytes, HEADER_BYTES, length);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** Whether an entry was proposed in this term. */
    static boolean isOf(ByteString entry, long term) {
        ByteBuffer bytes = entry.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return entry.size() >= HEADER_BYTES && bytes.getInt(bytes.position() + TERM_AT) == (int) term;
    }

    /** Checks the version of an entry, and returns its time stamp. */
    static long timestampMillis(ByteString entry, long index) {
        if (entry.size() < HEADER_BYTES) {
            throw new LogException("entry " + index + " of the Raft log has " + entry.size() + " bytes, and no header");
        }
        ByteBuffer bytes = entry.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int version = bytes.getInt(bytes.position());
        if (version != VERSION) {
            throw new LogException("entry " + index + " of the Raft log has version " + version
                    + ", and this program reads version " + VERSION);
        }
        return bytes.getLong(bytes.position() + TIMESTAMP_AT);
    }

    /** Copies the commands of an entry; returns their length. */
    static int copy(ByteString entry, Slab slab, int offset) {
        int length = entry.size() - HEADER_BYTES;
        ByteBuffer bytes = entry.asReadOnlyByteBuffer();
        slab.buffer().putBytes(offset, bytes, bytes.position() + HEADER_BYTES, length);
        return length;
    }
}
