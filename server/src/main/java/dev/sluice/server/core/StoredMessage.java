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

    private @Nullable Lane lane;
    private Storage storage = Storage.NEW;
    private boolean indexSealed;
    private boolean indexStored;
    private boolean gone;
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

    /** How far the message is on its way to the store. NEW, then SEALED in a change set, then STORED. */
    enum Storage {
        NEW,
        SEALED,
        STORED
    }

    /** Whether the store has it (and not only a change set on its way). */
    boolean inStore() {
        return storage == Storage.STORED;
    }

    /** Whether it is in no change set yet. */
    boolean isNew() {
        return storage == Storage.NEW;
    }

    /** A change set takes it: its bytes stay until {@link #stored}. */
    void sealed() {
        storage = Storage.SEALED;
    }

    /** The change set is committed. */
    void stored() {
        storage = Storage.STORED;
        if (gone) {
            forget();
        }
    }

    /** No subscription wants it any more: its bytes go, at once or when the change set that has it is committed. */
    void discard() {
        gone = true;
        if (storage != Storage.SEALED) {
            forget();
        }
    }

    /** Whether no subscription wants it any more. */
    boolean isGone() {
        return gone;
    }

    boolean isExpired(long nowMillis) {
        return expiryMillis != 0 && expiryMillis <= nowMillis;
    }

    /** Its lane: its priority, with {@link Lane#TRANSIENT} when it is non-persistent. */
    int code() {
        return isTransient() ? priority | Lane.TRANSIENT : priority;
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

    /** The lane that it stands in. */
    void in(Lane newLane) {
        lane = newLane;
    }

    /** A change set takes its index row. */
    void indexSealed() {
        indexSealed = true;
    }

    /** Whether the store has its index row, or a change set on its way. */
    boolean isIndexSealed() {
        return indexSealed;
    }

    /** The store has its index row. */
    void indexStored() {
        indexStored = true;
        leaveWindow();
    }

    /** When the store has all of it and memory has not its bytes, the lane's window need not name it. */
    private void leaveWindow() {
        Lane standing = lane;
        if (standing != null && indexStored && buffer == null && !gone) {
            standing.remove(sequence);
        }
    }

    /** Whether it is non-persistent: in no log, and gone with the process. */
    public boolean isTransient() {
        return lane != null && lane.isTransient();
    }

    /** The same message for a read of its bytes. */
    StoredMessage copyWithoutBytes() {
        return new StoredMessage(
                number, new Place(addressId, priority, sequence), expiryMillis, bodyNumber, bodyBytes, length);
    }

    /** Lets go of the bytes; the store has them, or no one wants them. */
    void forget() {
        buffer = null;
        leaveWindow();
        if (slab != null) {
            Slab held = slab;
            slab = null;
            held.release();
        }
    }

    /** Where a message is: {@code sequence} is -1 as long as its delivery is delayed. */
    public record Place(long addressId, int priority, long sequence) {}
}
