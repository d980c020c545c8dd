package dev.sluice.server.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.EnvelopeFlagsDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import java.util.Objects;
import org.agrona.DirectBuffer;

/**
 * The group of a message (JMSXGroupID) as a number, read from its envelope in place: a hash, so that two groups may, once in a lifetime,
 * be taken for one. Stateless.
 */
final class GroupKey {
    /** Of a message without a group. */
    static final long NONE = 0;

    /** Correlation id, type and reply-to stand before the group in an envelope. */
    private static final int PARTS_BEFORE = 3;

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private GroupKey() {}

    /** The key of a message that is in memory. An envelope that is none, and an empty group id, have no group. */
    static long of(StoredMessage message) {
        DirectBuffer buffer = Objects.requireNonNull(message.buffer());
        int start = message.offset();
        int end = start + message.length;
        int block = start + MessageHeaderDecoder.ENCODED_LENGTH;
        if (end - block < EnvelopeDecoder.BLOCK_LENGTH) {
            return NONE;
        }
        short flags = buffer.getShort(block + EnvelopeDecoder.flagsEncodingOffset(), LITTLE_ENDIAN);
        if (!EnvelopeFlagsDecoder.hasGroup(flags)) {
            return NONE;
        }
        int at = block + (buffer.getShort(start, LITTLE_ENDIAN) & 0xffff);
        for (int part = 0; part < PARTS_BEFORE; part++) {
            at += Integer.BYTES + length(buffer, at, end);
        }
        int length = length(buffer, at, end);
        return length == 0 ? NONE : hash(buffer, at + Integer.BYTES, length);
    }

    /** The length of the part at {@code at}; 0 when that is outside of the envelope or says so. */
    private static int length(DirectBuffer buffer, int at, int end) {
        int length = end - at < Integer.BYTES ? 0 : buffer.getInt(at, LITTLE_ENDIAN);
        return length < 0 || length > end - at - Integer.BYTES ? 0 : length;
    }

    private static long hash(DirectBuffer buffer, int offset, int length) {
        long hash = FNV_BASIS;
        for (int index = offset; index < offset + length; index++) {
            hash = (hash ^ (buffer.getByte(index) & 0xff)) * FNV_PRIME;
        }
        return hash == NONE ? 1 : hash;
    }
}
