package dev.sluice.server.simulation.client;

import dev.sluice.link.Link;

/** An application of a client, for one run of that; what it does not care for is empty. */
interface Member {
    /** The client is connected. */
    void begin(Link link);

    /** Something that it may have waited for has changed: room to send, leave to hand out. */
    default void mayGoOn() {}

    /** The connection was interrupted. */
    default void interrupted() {}

    /** The connection is back; what became of the claims may have yet to be said. */
    default void resumed() {}

    /** From now on nothing new is begun, and what was is brought to its end. */
    default void calm() {}

    /** The process is killed. */
    void killed();
}
