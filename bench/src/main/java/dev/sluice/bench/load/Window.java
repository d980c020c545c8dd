package dev.sluice.bench.load;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what one sender has unconfirmed. A sender that found it full goes on when a quarter of it is free: to be woken for each
 * confirmation would cost more than the sends.
 */
final class Window {
    private static final long NOBODY_WAITS = Long.MAX_VALUE;

    private final int size;
    private final int quarter;
    private final Thread sender = Thread.currentThread();
    private final AtomicLong confirmed = new AtomicLong();
    private volatile long awaited = NOBODY_WAITS;
    private volatile @Nullable Exception failure;
    private long entered;

    /** Belongs to the thread that makes it. */
    Window(int size) {
        this.size = size;
        this.quarter = Math.max(1, size / 4);
    }

    /** Takes a place for a message, as soon as there is one. */
    void enter() throws Exception {
        if (entered - confirmed.get() >= size) {
            await(entered - size + quarter);
        }
        check();
        entered++;
    }

    /** One confirmation; any thread. */
    void leave() {
        if (confirmed.incrementAndGet() == awaited) {
            LockSupport.unpark(sender);
        }
    }

    /** The sender ends with it; any thread. */
    void fail(Exception reason) {
        failure = reason;
        LockSupport.unpark(sender);
    }

    /** Gives the last place back: nothing was sent. */
    void withdraw() {
        entered--;
    }

    void awaitEmpty() throws Exception {
        await(entered);
        check();
    }

    private void await(long count) throws InterruptedException {
        awaited = count;
        while (confirmed.get() < count && failure == null) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted with " + (entered - confirmed.get()) + " unconfirmed");
            }
        }
        awaited = NOBODY_WAITS;
    }

    private void check() throws Exception {
        Exception reason = failure;
        if (reason != null) {
            throw new IllegalStateException("an asynchronous send failed: " + reason.getMessage(), reason);
        }
    }
}
