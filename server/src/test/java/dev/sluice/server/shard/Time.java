package dev.sluice.server.shard;

import dev.sluice.base.Clock;

/** Both clocks of a test, which moves them. */
final class Time implements Clock {
    long millis = 1_000_000;

    @Override
    public long nanoTime() {
        return millis * 1_000_000;
    }

    @Override
    public long wallMillis() {
        return millis;
    }
}
