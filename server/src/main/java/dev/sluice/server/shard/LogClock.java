package dev.sluice.server.shard;

import dev.sluice.base.Clock;
import dev.sluice.base.SharedLong;

/**
 * The clock that stamps batches: it never goes back, follows the monotonic clock, and moves to the wall clock slowly, so that a jump of
 * the wall clock neither expires nor delays anything at once. Owner: the shard thread; others may
 * read how far it is ahead.
 */
final class LogClock {
    /** It goes faster or slower by at most one tenth to meet the wall clock. */
    private static final int SLEW = 10;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Clock clock;
    /** How far the log's clock is ahead of the monotonic one, for other threads. */
    private final SharedLong aheadMillis;

    private long stampNanos;
    private long lastNanos;

    /** Begins at the wall clock, but not before {@code atLeastMillis}, the last stamp of the log. */
    LogClock(Clock clock, long atLeastMillis, SharedLong aheadMillis) {
        this.clock = clock;
        this.aheadMillis = aheadMillis;
        this.stampNanos = Math.max(clock.wallMillis(), atLeastMillis) * NANOS_PER_MILLI;
        this.lastNanos = clock.nanoTime();
    }

    /** Now by the monotonic clock, in nanoseconds. */
    long nanos() {
        return clock.nanoTime();
    }

    /** Now, in milliseconds. */
    long millis() {
        long now = clock.nanoTime();
        long elapsed = Math.max(0, now - lastNanos);
        lastNanos = now;
        long behind = clock.wallMillis() * NANOS_PER_MILLI - (stampNanos + elapsed);
        long most = elapsed / SLEW;
        stampNanos += elapsed + Math.max(-most, Math.min(most, behind));
        long millis = stampNanos / NANOS_PER_MILLI;
        aheadMillis.set(millis - now / NANOS_PER_MILLI);
        return millis;
    }
}
