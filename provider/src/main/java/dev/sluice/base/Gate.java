package dev.sluice.base;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A window of entries and bytes that many threads fill and one empties. Who finds it full parks until there is room; an entry larger
 * than the window passes when it is alone. Closing lets everyone through with false.
 */
public final class Gate {
    /** Entries are in the upper 24 bits, bytes in the lower 40. */
    private static final int BYTES_BITS = 40;

    private static final long BYTES_MASK = (1L << BYTES_BITS) - 1;

    private final AtomicLong used = new AtomicLong();
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
    private volatile long entriesMost;
    private volatile long bytesMost;
    private volatile boolean closed;

    /** With its limits. */
    public Gate(int entriesMost, long bytesMost) {
        this.entriesMost = entriesMost;
        this.bytesMost = bytesMost;
    }

    /** Changes the limits; what is inside stays. */
    public void limits(int entries, long bytes) {
        entriesMost = entries;
        bytesMost = bytes;
        wakeNext();
    }

    /** Takes room for one entry, waiting for it. False when closed: nothing was taken. */
    public boolean enter(long bytes) throws InterruptedException {
        if (tryEnter(bytes)) {
            return true;
        }
        Thread self = Thread.currentThread();
        while (!closed) {
            waiting.add(self);
            if (tryEnter(bytes)) {
                leaveQueue(self);
                // We may have used up a wake-up, our own included, that was for the one behind us.
                wakeNext();
                return true;
            }
            if (!closed) {
                LockSupport.park(this);
            }
            leaveQueue(self);
            if (Thread.interrupted()) {
                // The wake-up may have been for us: hand it on.
                wakeNext();
                throw new InterruptedException();
            }
        }
        return false;
    }

    /** Takes room for one entry if there is some and the gate is open. */
    public boolean tryEnter(long bytes) {
        while (!closed) {
            long now = used.get();
            long entries = now >>> BYTES_BITS;
            if (entries > 0 && (entries >= entriesMost || (now & BYTES_MASK) + bytes > bytesMost)) {
                return false;
            }
            if (used.compareAndSet(now, now + one(bytes))) {
                // There may be room for the next as well: a release wakes only one.
                wakeNext();
                return true;
            }
        }
        return false;
    }

    /** Takes room even where there is none, for callers that must not wait. */
    public void force(long bytes) {
        used.addAndGet(one(bytes));
    }

    /** Gives back what one entry took. */
    public void leave(long bytes) {
        long left = used.addAndGet(-one(bytes));
        Invariant.check(left >= 0, "left a gate that was not entered");
        wakeNext();
    }

    /** Lets all waiting and all later callers through with false. */
    public void close() {
        closed = true;
        Thread next = waiting.poll();
        while (next != null) {
            LockSupport.unpark(next);
            next = waiting.poll();
        }
    }

    private void wakeNext() {
        if (!waiting.isEmpty()) {
            Thread next = waiting.poll();
            if (next != null) {
                LockSupport.unpark(next);
            }
        }
    }

    private void leaveQueue(Thread self) {
        boolean unused = waiting.remove(self);
    }

    private static long one(long bytes) {
        return (1L << BYTES_BITS) + bytes;
    }
}
