package dev.sluice.server.core;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** When which subscription has something to deliver again. Owner: the shard thread. */
final class Wakes {
    private final PriorityQueue<Wake> queue = new PriorityQueue<>(Comparator.comparingLong(Wake::millis)
            .thenComparingLong(wake -> wake.outflow.subscription().id()));

    private record Wake(long millis, Outflow outflow) {}

    /** Looks when the next message of the subscription is due. */
    void watch(Outflow outflow) {
        long next = outflow.nextDelayMillis();
        if (next < outflow.wakeMillis()) {
            outflow.wakeMillis(next);
            queue.add(new Wake(next, outflow));
        }
    }

    /** When to {@link #poll} next; {@link Long#MAX_VALUE} for never. */
    long nextMillis() {
        return queue.isEmpty() ? Long.MAX_VALUE : queue.element().millis;
    }

    /** The next one that has something; null when it is not time yet. */
    @Nullable Outflow poll(long nowMillis) {
        while (nextMillis() <= nowMillis) {
            Wake wake = queue.remove();
            if (wake.outflow.wakeMillis() == wake.millis) {
                wake.outflow.wakeMillis(Long.MAX_VALUE);
                return wake.outflow;
            }
        }
        return null;
    }
}
