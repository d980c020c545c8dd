package dev.sluice.link;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How long to wait before the next attempt: not at all, then 50 ms doubling to 2 s, each shortened by chance so that clients do not come in step. */
final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int DOUBLINGS_MAX = 6;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LongSupplier random;
    private int attempts;

    Backoff(LongSupplier random) {
        this.random = random;
    }

    /** The wait before the next attempt, which is counted. */
    long nextNanos() {
        int attempt = attempts++;
        if (attempt == 0) {
            return 0;
        }
        long full = Math.min(MOST_NANOS, FIRST_NANOS << Math.min(attempt - 1, DOUBLINGS_MAX));
        return full / 2 + Math.floorMod(random.getAsLong(), full / 2);
    }

    /** All is well again. */
    void reset() {
        attempts = 0;
    }
}
