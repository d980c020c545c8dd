package dev.sluice.base;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes one owner thread. A signal given while the owner is awake is kept and ends its next wait at once; signals between two waits
 * are one. Giving it costs an unpark only when the owner sleeps.
 */
public final class Signal {
    private static final int AWAKE = 0;
    private static final int SIGNALLED = 1;
    private static final int ASLEEP = 2;

    private final AtomicInteger state = new AtomicInteger(AWAKE);
    private volatile @Nullable Thread owner;

    /** Any thread: what was written before it is seen by the owner after its wait. */
    public void give() {
        if (state.get() == SIGNALLED) {
            return;
        }
        if (state.getAndSet(SIGNALLED) == ASLEEP) {
            LockSupport.unpark(owner);
        }
    }

    /** The owner: waits for a signal at most so long, and takes it. May return early without one, as when the thread is interrupted. */
    public void await(long nanos) {
        if (state.getAndSet(AWAKE) == SIGNALLED || nanos <= 0) {
            return;
        }
        owner = Thread.currentThread();
        if (state.compareAndSet(AWAKE, ASLEEP)) {
            LockSupport.parkNanos(this, nanos);
        }
        state.set(AWAKE);
    }
}
