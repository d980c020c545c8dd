package dev.sluice.base;

import java.util.concurrent.atomic.AtomicLong;

/** A number that threads share. */
public final class SharedLong {
    private final AtomicLong value;

    /** Begins with {@code initial}. */
    public SharedLong(long initial) {
        value = new AtomicLong(initial);
    }

    /** The newest value. */
    public long value() {
        return value.get();
    }

    /** Sets it; what was written before is seen by those who read it. */
    public void set(long newValue) {
        value.set(newValue);
    }

    /** Adds and returns the sum. */
    public long add(long amount) {
        return value.addAndGet(amount);
    }

    /** Sets it when it is {@code expected}; whether it was. */
    public boolean replace(long expected, long newValue) {
        return value.compareAndSet(expected, newValue);
    }
}
