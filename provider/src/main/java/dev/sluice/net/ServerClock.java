package dev.sluice.net;

import dev.sluice.base.Clock;
import dev.sluice.base.SharedLong;
import java.util.concurrent.TimeUnit;

/**
 * The server's time, as far as it can be told from here. What the server says is held against this machine's wall clock, and clocks
 * that may well agree are taken to agree, so that an application finds the time of its send between two looks at its own clock.
 * Between two words it goes on with the monotonic clock: messages are judged to have expired by it, and a wall clock that is set must
 * not end them. The owner of the turn hears; any thread reads.
 */
final class ServerClock {
    /** Before the first question. */
    private static final long NEVER = Long.MIN_VALUE;

    /** Two clocks that agree may have ticked at different moments. */
    private static final long TICK_MILLIS = 1;

    /** So far off, a clock was set; less is what words are late and clocks drift. */
    private static final long FAR_MILLIS = 1_000;

    private final Clock clock;
    /** How far the server's clock is ahead of the monotonic one. */
    private final SharedLong ahead;
    // Of the owner of the turn; the offset is how far the server's clock is ahead of the wall clock.
    private long offset;
    private boolean known;
    private long askedAt = NEVER;

    ServerClock(Clock clock) {
        this.clock = clock;
        ahead = new SharedLong(clock.wallMillis() - monotonicMillis());
    }

    private long monotonicMillis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
    }

    /** The server is asked for its time; the next one that is heard is its answer. */
    void asked() {
        askedAt = clock.wallMillis();
    }

    /** The server said its time: some time before now, and when it answers, after it was asked. */
    void heard(long serverMillis) {
        long now = clock.wallMillis();
        long least = serverMillis - now;
        boolean answer = askedAt != NEVER;
        boolean mayAgree = least <= TICK_MILLIS && (!answer || serverMillis - askedAt >= -TICK_MILLIS);
        askedAt = NEVER;
        offset = next(least, answer, mayAgree);
        ahead.set(offset + now - monotonicMillis());
        known = true;
    }

    /** A word that was long on its way makes the server's clock look late: later looks are followed slowly, earlier ones at once. */
    private long next(long least, boolean answer, boolean mayAgree) {
        long before = offset;
        boolean far = Math.abs(least - before) > FAR_MILLIS;
        if (mayAgree && (answer || (before == 0 && !far))) {
            return 0;
        }
        return !known || far ? least : Math.max(least, before - 1);
    }

    /** Now, in milliseconds since 1970. */
    long millis() {
        return ahead.value() + monotonicMillis();
    }
}
