package dev.sluice.sharding;

import dev.sluice.base.Clock;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long it is tried again to be let in at a shard of a server that has let the client in before: while the server cannot be reached, as
 * long as an established link would try; and a while longer than a heartbeat when the client identifier is in use, for a shard may notice a
 * little later than the first one that a client has died. Used by one thread, for one link.
 */
final class Insistence {
    private static final Duration STALE_MOST = Duration.ofSeconds(15);
    private static final long PAUSE_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long PAUSE_MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final long begun;
    private final long unreachableMillis;
    private final long staleMillis;
    private long pauseNanos = PAUSE_FIRST_NANOS;

    Insistence(LinkOptions options, Clock clock) {
        this.clock = clock;
        begun = clock.nanoTime();
        unreachableMillis = options.reconnectFor().toMillis();
        Duration stale = options.heartbeat().plusSeconds(2);
        staleMillis = (stale.compareTo(STALE_MOST) < 0 ? stale : STALE_MOST).toMillis();
    }

    /** How many nanoseconds to wait before the next attempt; throws the refusal when it is to be the last word. */
    long pauseAfter(LinkException refusal) throws LinkException {
        long mostMillis = switch (refusal.code()) {
            case SHUTTING_DOWN -> unreachableMillis;
            case CLIENT_ID_IN_USE -> staleMillis;
            default -> 0;
        };
        if (TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - begun) >= mostMillis) {
            throw refusal;
        }
        long pause = pauseNanos;
        pauseNanos = Math.min(PAUSE_MOST_NANOS, 2 * pause);
        return pause;
    }
}
