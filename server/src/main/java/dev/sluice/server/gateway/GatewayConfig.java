package dev.sluice.server.gateway;

import java.time.Duration;

/**
 * What the gateway is told.
 *
 * @param connections the most at a time
 * @param unauthenticatedPerAddress the most of one address that have not said who they are
 * @param handshakeTimeout how long they may take to say it
 * @param heartbeat how often the server says that it is there; a client may ask for it more often
 * @param anonymousLoopback whether clients on this machine need no password
 */
public record GatewayConfig(
        int connections,
        int unauthenticatedPerAddress,
        Duration handshakeTimeout,
        Duration heartbeat,
        boolean anonymousLoopback) {}
