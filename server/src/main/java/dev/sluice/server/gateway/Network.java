package dev.sluice.server.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;

/** Where connections to other servers come from. */
@FunctionalInterface
public interface Network {
    /** What makes the connection that this client's is passed on by: with its event loop and its kind of channel. */
    Bootstrap passingOn(Channel client);
}
