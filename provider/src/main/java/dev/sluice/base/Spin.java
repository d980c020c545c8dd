package dev.sluice.base;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A short busy wait before a thread parks. Waking a parked thread takes a good part of the time of a round trip to a server nearby, so the
 * only thread that waits looks again and again for as long as such answers usually take. It does not where others wait, parked or not (they
 * need the processors), where there is one processor, or where the answers take too long for it. Thread-safe.
 */
final class Spin {
    /** A round trip on one machine with a sync of its disk takes 50 to 200 µs. */
    private static final long NANOS_MAX = 500_000;

    private static final int SMOOTHING = 8;
    /** Where answers take too long, one wait in so many tries whether they still do. */
    private static final int TRY_EVERY = 256;

    private static final boolean SEVERAL_PROCESSORS = Runtime.getRuntime().availableProcessors() > 1;

    private final AtomicInteger waiting = new AtomicInteger();
    /** A guess that threads overwrite for each other: it decides nothing but how long to spin. */
    private volatile long usualNanos;

    private volatile int skipped;

    /** The caller waits now; {@link #end} is to follow, after it has been parked if need be. */
    void begin() {
        waiting.incrementAndGet();
    }

    /** The caller waits no more. */
    void end() {
        waiting.decrementAndGet();
    }

    /** Between {@link #begin} and {@link #end}: spins until {@code done} or it is better to park; returns whether it is done. */
    boolean until(BooleanSupplier done) {
        return (SEVERAL_PROCESSORS && isAlone() && isWorthIt()) ? spin(done) : done.getAsBoolean();
    }

    private boolean isAlone() {
        return waiting.get() == 1;
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
        boolean isDone = done.getAsBoolean();
        while (!isDone && nanos < NANOS_MAX && isAlone()) {
            Thread.onSpinWait();
            nanos = System.nanoTime() - begun;
            isDone = done.getAsBoolean();
        }
        if (isDone || nanos >= NANOS_MAX) {
            long usual = usualNanos;
            usualNanos = usual + (nanos - usual) / SMOOTHING;
        }
        return isDone;
    }
}
