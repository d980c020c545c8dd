package dev.sluice.sharding;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;

/** Opens the link to one shard. */
@FunctionalInterface
public interface LinkOpener {
    /** Opens the link to the shard of the options, and waits until the server has welcomed it. */
    Link open(LinkOptions options, LinkListener listener) throws LinkException;
}
