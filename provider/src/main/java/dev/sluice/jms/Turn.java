package dev.sluice.jms;

import dev.sluice.base.Monitor;
import dev.sluice.session.Handed;
import org.jspecify.annotations.Nullable;

/** Who uses a session now: one receive or one listener, and one that ends a transaction. Guarded by the monitor of the session. */
final class Turn {
    /** The thread inside receive, and where. */
    @Nullable Thread receiver;

    @Nullable ConsumerCore receivingFrom;

    /** The session's thread for listeners, and the consumer whose listener runs. */
    @Nullable Thread listening;

    @Nullable ConsumerCore dispatching;

    /** The thread that commits or rolls back. */
    @Nullable Thread ending;

    /** The message that a receive is handing over. */
    @Nullable Handed received;

    /** Whether the thread runs a message listener: as the session's own, or as one that lends itself and hands over what it received. */
    boolean isInListener(Thread thread) {
        return listening == thread || (receiver == thread && received != null);
    }

    /** Whether anyone uses the session. */
    boolean isTaken() {
        return receiver != null || dispatching != null || ending != null;
    }

    /** What a receive took, if anything, had expired. */
    void receivedNothing(Monitor monitor) {
        if (received != null) {
            received = null;
            monitor.changed();
        }
    }
}
