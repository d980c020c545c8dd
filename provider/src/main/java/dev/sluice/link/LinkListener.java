package dev.sluice.link;

import dev.sluice.wire.BucketMap;

/** Hears of the link's own state. Called within a turn of the link; must not block. */
public interface LinkListener {
    /** Hears nothing. */
    LinkListener NONE = new LinkListener() {
        @Override
        public void interrupted(LinkException reason) {}

        @Override
        public void resumed(String server) {}

        @Override
        public void failed(LinkException reason) {}
    };

    /** Where addresses live, as the server says: with each connection before anything else, and when it has found that this client does not know. */
    default void buckets(BucketMap map) {}

    /** The servers of the cluster, whenever that is news. */
    default void members(LinkOptions.Members members) {}

    /** The socket is gone; the link reconnects by itself. */
    void interrupted(LinkException reason);

    /** The link is there for the first time, at this server. */
    default void established(String server) {}

    /** The link is back, with its session, at this server. */
    void resumed(String server);

    /** The link has failed for good. */
    void failed(LinkException reason);
}
