package dev.sluice.server.shard;

import io.netty.buffer.ByteBuf;

/**
 * The way into a shard, for any thread. Each method returns false when there is no room: the caller stops reading its socket and
 * offers again when {@link Outlet#inboxHasRoom} is called; nothing is ever dropped. {@link #closed} has reserved room and is never refused.
 */
public interface Inbox {
    /** An authenticated client said Hello. The shard answers with Welcome or Refused through the outlet. */
    boolean hello(Outlet outlet, Greeting greeting);

    /**
     * Whole frames of a connection (each with its length before it), checked: known templates for a client, block lengths, groups
     * and data within the frame, sizes within {@code Wire}'s limits. Ownership moves with a true return; the shard releases it.
     */
    boolean frames(Outlet outlet, ByteBuf frames);

    /** The connection is gone. Always taken. */
    void closed(Outlet outlet);

    /** Whether the shard takes clients: not while another server leads it. Any thread. */
    boolean isServing();

    /** What time it is by the clock of the log, which clients count by. Any thread. */
    long serverTimeMillis();

    /** The outlet has written what was queued above its high-water mark. Always taken. */
    void drained(Outlet outlet);

    /**
     * Who connects. {@code sessionId} 0 asks for a new session. {@code client} is what it says of itself, for people.
     */
    record Greeting(long sessionId, long keyHigh, long keyLow, String clientId, String user, String client) {}
}
