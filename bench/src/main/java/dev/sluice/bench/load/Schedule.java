package dev.sluice.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When a sender sends. At a fixed rate each message has its planned time, however late the ones before it were, so that a slow answer
 * delays no measurement; at the maximum rate it is now.
 */
final class Schedule {
    /** Below it a thread spins: to park and wake takes about half of it. */
    private static final long SHORTEST_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final long WAKE_NANOS = TimeUnit.MICROSECONDS.toNanos(60);
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long firstNanos;
    private final long rate;
    private final int sharers;
    private long planned;

    /**
     * @param rate messages a second of all sharers; 0 for the maximum
     * @param sharers senders that share the rate
     * @param index which of them this is; they take turns
     */
    Schedule(long startNanos, long rate, int sharers, int index) {
        this.firstNanos = startNanos;
        this.rate = rate;
        this.sharers = sharers;
        this.planned = index;
    }

    /** Waits until the next message is due; the time it was planned for. */
    long await() {
        if (rate == 0) {
            return System.nanoTime();
        }
        long due = next();
        long left = due - System.nanoTime();
        while (left > 0) {
            if (left > SHORTEST_PARK_NANOS) {
                LockSupport.parkNanos(left - WAKE_NANOS);
            } else {
                Thread.onSpinWait();
            }
            left = due - System.nanoTime();
        }
        return due;
    }

    /** The next planned time. Exact, also after hours. */
    long next() {
        long due = firstNanos + planned / rate * NANOS_PER_SECOND + planned % rate * NANOS_PER_SECOND / rate;
        planned += sharers;
        return due;
    }
}
