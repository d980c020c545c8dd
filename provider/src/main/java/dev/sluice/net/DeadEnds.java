package dev.sluice.net;

import dev.sluice.base.Clock;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Servers that were named by others and that this machine tried to reach for long, in vain: a cluster may call its members by names that are
 * good only among themselves. Another link need not find that out again. A server that was reached once is never one. Thread-safe.
 */
final class DeadEnds {
    /** Of this JVM. */
    static final DeadEnds ALL = new DeadEnds(Clock.SYSTEM);

    /** For how long a server that was named by others may be tried. */
    static final long TRYING_MILLIS = 2_000;

    /** Who is turned away at once may be there in a moment, and costs nothing to ask. */
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final int REACHED_MAX = 10_000;

    private final Clock clock;
    private final Map<SocketAddress, Long> until = new ConcurrentHashMap<>();
    private final Set<SocketAddress> reached = ConcurrentHashMap.newKeySet();

    DeadEnds(Clock clock) {
        this.clock = clock;
    }

    /** Whether it was not reached a short while ago. */
    boolean has(SocketAddress server) {
        Long end = until.get(server);
        return end != null && clock.nanoTime() - end < 0;
    }

    /** An attempt that began at this time was in vain. */
    void failed(SocketAddress server, long begunNanos) {
        long now = clock.nanoTime();
        boolean unused = until.values().removeIf(end -> now - end >= 0);
        if (now - begunNanos >= LONG_NANOS && !reached.contains(server)) {
            until.put(server, now + KEPT_NANOS);
        }
    }

    /** It has let a link in. */
    void reached(SocketAddress server) {
        until.remove(server);
        if (reached.size() < REACHED_MAX) {
            reached.add(server);
        }
    }
}
