package dev.sluice.server.shard;

import io.netty.buffer.ByteBuf;

/** What waits in the inbox of a shard. */
sealed interface Inbound {
    /** The connection it came from. */
    Outlet outlet();

    /** An authenticated client said Hello. */
    record Hello(Outlet outlet, Inbox.Greeting greeting) implements Inbound {}

    /** Whole frames; whoever takes this releases them. */
    record Frames(Outlet outlet, ByteBuf frames) implements Inbound {}

    /** The connection is gone. */
    record Closed(Outlet outlet) implements Inbound {}

    /** The connection can take more. */
    record Drained(Outlet outlet) implements Inbound {}
}
