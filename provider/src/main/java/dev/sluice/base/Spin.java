package dev.sluice.base;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A short busy wait before a thread parks. Waking a parked thread takes a good part of the time of a round trip to a server nearby, so the
 * only thread of this JVM that waits looks again and again for as long as such answers usually take. It does not where several
 * wait (they need the processors for each other), where there is one processor, or where the answers take too long for it. Thread-safe.
 */
final class Spin {
    /** A round trip on one machine with a sync of its disk takes 50 to 150 µs. */
    private static final long NANOS_MAX = 500_000;

    private static final int LOOKS_PER_CLOCK = 16;
    private static final int SMOOTHING = 8;
    /** Where answers take too long, one wait in so many tries whether they still do. */
    private static final int TRY_EVERY = 256;

    private static final boolean SEVERAL_PROCESSORS = Runtime.getRuntime().availableProcessors() > 1;

    private final AtomicInteger waiting = new AtomicInteger();
    /** A guess that threads overwrite for each other: it decides nothing but how long to spin. */
    private volatile long usualNanos;

    private volatile int skipped;

    /** Spins until {@code done} or it is better to park; returns whether it is done. */
    boolean until(BooleanSupplier done) {
        if (!SEVERAL_PROCESSORS) {
            return done.getAsBoolean();
        }
        boolean alone = waiting.incrementAndGet() == 1;
        try {
            return (alone && isWorthIt()) ? spin(done) : done.getAsBoolean();
        } finally {
            waiting.decrementAndGet();
        }
    }

    private boolean isWorthIt() {
        if (usualNanos <= NANOS_MAX * 3 / 4) {
            return true;
        }
        int count = skipped + 1;
        skipped = count;
        return count % TRY_EVERY == 0;
    }

    private boolean spin(BooleanSupplier done) {
        long begun = System.nanoTime();
        long nanos = 0;
        while (!done.getAsBoolean() && nanos < NANOS_MAX && waiting.get() == 1) {
            for (int look = 0; look < LOOKS_PER_CLOCK && !done.getAsBoolean(); look++) {
                Thread.onSpinWait();
            }
            nanos = System.nanoTime() - begun;
        }
        long usual = usualNanos;
        usualNanos = usual + (nanos - usual) / SMOOTHING;
        return done.getAsBoolean();
    }
}
