package dev.sluice.net;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.sharding.MergedEvents;
import dev.sluice.sharding.ShardedLink;

/** Opens links to whole servers, however many shards they have. Stateless. */
public final class Links {
    private Links() {}

    /**
     * Connects, and waits until the server has said that the client is in. Each server is tried once; an established link reconnects by itself.
     *
     * @throws LinkException with the code of the refusal, or {@link dev.sluice.wire.RefusalCode#SHUTTING_DOWN} when no server can be reached
     */
    public static Link open(LinkOptions options, LinkListener listener) throws LinkException {
        MergedEvents events = new MergedEvents(listener);
        NettyLink home = NettyLink.open(options, events.of(0));
        return events.buckets().shards() == 1 ? home : new ShardedLink(home, options, NettyLink::open, events);
    }
}
