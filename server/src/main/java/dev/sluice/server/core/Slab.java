package dev.sluice.server.core;

import dev.sluice.base.Invariant;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A piece of direct memory that holds the newest part of the log: batches are encoded into it, written from it, and the messages in
 * it are delivered and stored from where they stand. Counted by its users; goes back to its pool at zero. Owner: the shard thread
 * (the store thread reads bytes that no longer change).
 */
public final class Slab {
    private final ByteBuffer bytes;
    private final UnsafeBuffer buffer;
    private final Pool pool;
    private int users;
    private int position;

    /** Wraps direct memory that goes back to {@code pool}. */
    public Slab(ByteBuffer bytes, Pool pool) {
        this.bytes = bytes;
        this.buffer = new UnsafeBuffer(bytes);
        this.pool = pool;
    }

    /** The memory, for writing it to a channel; position and limit belong to the caller of the moment. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** The memory, for codecs. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** Where the next batch begins. */
    public int position() {
        return position;
    }

    /** Sets where the next batch begins. */
    public void position(int newPosition) {
        position = newPosition;
    }

    /** One more user. */
    public void retain() {
        users++;
    }

    /** One user less; the last one gives the memory back. */
    public void release() {
        users--;
        Invariant.check(users >= 0, "a slab was released more often than retained");
        if (users == 0) {
            position = 0;
            pool.free(this);
        }
    }

    /** Where slabs come from and go back to. */
    public interface Pool {
        /** A slab of at least {@code minimumBytes}, retained once by the caller. */
        Slab take(int minimumBytes);

        /** Called by {@link Slab#release}. */
        void free(Slab slab);
    }
}
