package dev.sluice.link;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long to wait before the next attempt: not at all, then 50 ms, and each time a quarter more up to 2 s, which is about a quarter of the time
 * that has been waited: who is there again after a second is found in a quarter of one. Each wait is shortened by chance, by half at most, so that
 * clients do not come in step.
 */
final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LongSupplier random;
    private long nextNanos;

    Backoff(LongSupplier random) {
        this.random = random;
    }

    /** The wait before the next attempt, which is counted. */
    long nextNanos() {
        long full = nextNanos;
        nextNanos = full == 0 ? FIRST_NANOS : Math.min(MOST_NANOS, full + full / 4);
        return full == 0 ? 0 : full / 2 + Math.floorMod(random.getAsLong(), full / 2);
    }

    /** All is well again. */
    void reset() {
        nextNanos = 0;
    }
}
