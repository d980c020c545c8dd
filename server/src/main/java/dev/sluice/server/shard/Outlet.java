package dev.sluice.server.shard;

import io.netty.buffer.ByteBuf;

/** A connection as the shard sees it. Called on the shard thread only, but for {@link #queuedBytes}; never blocks. */
public interface Outlet {
    /** A number of the gateway's, for logs. */
    long id();

    /** An empty direct buffer for frames, from the connection's allocator. */
    ByteBuf allocate(int initialBytes);

    /** Hands over whole frames (each with its length before it); they are written and flushed in order. */
    void write(ByteBuf frames);

    /** Bytes handed over and not yet taken by the socket; above its high-water mark the shard holds deliveries back. */
    long queuedBytes();

    /** The inbox had no room and has some now: offer again, read on. */
    void inboxHasRoom();

    /** Writes what is queued, then closes. */
    void close();
}
