package dev.sluice.link;

import dev.sluice.base.Clock;
import dev.sluice.base.SharedLong;

/**
 * Whether messages may be handed to the application: for a time, which is over as soon as one of two clocks says so. The monotonic one may stand
 * still as long as the machine is suspended, while the server's goes on and the messages go to others; the wall clock may be set back. The
 * owner of the link's turn sets it; any thread asks.
 */
public final class HandOut {
    private final Clock clock;
    private final SharedLong endNanos;
    private final SharedLong endMillis;

    /** Not allowed yet. */
    public HandOut(Clock clock) {
        this.clock = clock;
        endNanos = new SharedLong(clock.nanoTime());
        endMillis = new SharedLong(clock.wallMillis());
    }

    /** From now on it is allowed until then, by each of the clocks, whatever was said before. */
    public void until(long nanos, long wallMillis) {
        endMillis.set(wallMillis);
        endNanos.set(nanos);
    }

    /** Whether it is allowed at this moment. */
    public boolean isAllowed() {
        return clock.nanoTime() - endNanos.value() < 0 && clock.wallMillis() < endMillis.value();
    }
}
