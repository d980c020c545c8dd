package dev.sluice.server.core;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message of a shard, persistent or not, in memory. Its bytes are in a slab (newest part of the log) or in a buffer of their own (read
 * back from the store); when they are in neither, only the store has them. Owner: the shard thread; what the store thread reads (number,
 * place, bytes) does not change once the message is in a change set.
 */
public final class StoredMessage {
    /** The bytes of an encoded index row: number, expiry, body number, body bytes (int64 each), envelope length (int32). */
    public static final int INDEX_ROW_BYTES = 36;

    /** Shard-wide, only grows. */
    public final long number;

    /** The address it was sent to. */
    public final long addressId;

    /** 0 to 9. */
    public final int priority;

    /** When it expires, in milliseconds of the log's clock; 0 for never. */
    public final long expiryMillis;

    /** The number under which its chunks are stored; 0 when the body is in the envelope. */
    public final long bodyNumber;

    /** Bytes of the chunked body; 0 when the body is in the envelope. */
    public final long bodyBytes;

    /** Length of the envelope in bytes. */
    public final int length;

    /** Its place in the address's lane of its priority; -1 as long as its delivery is delayed. */
    long sequence = -1;

    private @Nullable DirectBuffer buffer;
    private int offset;
    private @Nullable Slab slab;

    /** A message whose bytes are only in the store. */
    public StoredMessage(long number, Place place, long expiryMillis, long bodyNumber, long bodyBytes, int length) {
        this.number = number;
        this.addressId = place.addressId();
        this.priority = place.priority();
        this.sequence = place.sequence();
        this.expiryMillis = expiryMillis;
        this.bodyNumber = bodyNumber;
        this.bodyBytes = bodyBytes;
        this.length = length;
    }

    /** Its place in the lane; -1 as long as its delivery is delayed. */
    public long sequence() {
        return sequence;
    }

    /** The buffer that has the envelope at {@link #offset}, or null when only the store has it. */
    public @Nullable DirectBuffer buffer() {
        return buffer;
    }

    /** Where the envelope begins in {@link #buffer}. */
    public int offset() {
        return offset;
    }

    /** The bytes were read into a buffer of the message's own. */
    public void loaded(DirectBuffer bytes, int at) {
        buffer = bytes;
        offset = at;
    }

    /** The bytes stand in a slab, which gets one more user. */
    void inSlab(Slab newSlab, int at) {
        slab = newSlab;
        newSlab.retain();
        buffer = newSlab.buffer();
        offset = at;
    }

    /** Lets go of the bytes. */
    void forget() {
        buffer = null;
        if (slab != null) {
            Slab held = slab;
            slab = null;
            held.release();
        }
    }

    /** Where a message is: {@code sequence} is -1 as long as its delivery is delayed. */
    public record Place(long addressId, int priority, long sequence) {}
}
