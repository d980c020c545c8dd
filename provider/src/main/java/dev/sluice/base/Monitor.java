package dev.sluice.base;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of one object that several threads may meet in, with one condition: "something changed". Whoever is inside only reads
 * and writes memory: no calls to the application, the link or another monitor's owner that may wait.
 */
public final class Monitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Goes in; every {@code enter} is followed by {@code try … finally leave}. */
    public void enter() {
        lock.lock();
    }

    /** Goes out. */
    public void leave() {
        lock.unlock();
    }

    /** Tells all who wait inside that something changed. The caller is inside. */
    public void changed() {
        changed.signalAll();
    }

    /** Waits, inside, for the next change, or for nothing: whoever waits checks again. */
    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    public void await() throws InterruptedException {
        changed.await();
    }

    /** As {@link #await()}, no longer than {@code nanos}; returns what is left of them. */
    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    public long await(long nanos) throws InterruptedException {
        return changed.awaitNanos(nanos);
    }

    /** As {@link #await()}, but an interrupt only marks the thread. */
    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    public void awaitQuietly() {
        changed.awaitUninterruptibly();
    }

    /** As {@link #await(long)}, but an interrupt only marks the thread: who is marked already waits all the same. */
    public long awaitQuietly(long nanos) {
        boolean interrupted = Thread.interrupted();
        long end = System.nanoTime() + nanos;
        try {
            return await(nanos);
        } catch (InterruptedException interrupt) {
            interrupted = true;
            // A change that came with it was not heard: the caller looks again.
            return end - System.nanoTime();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The nanoseconds of {@code millis}, at most a hundred years. */
    public static long nanosOf(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(Math.min(millis, TimeUnit.DAYS.toMillis(36_500)));
    }
}
