package dev.sluice.base;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers that are given out once, from 1 on. Any thread. */
public final class Counter {
    private final AtomicLong last = new AtomicLong();

    /** The next number. */
    public long next() {
        return last.incrementAndGet();
    }
}
