package dev.sluice.base;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a thing once, when its last holder lets go of it, or when no holder can be reached any more. Begins with one holder.
 * Thread-safe.
 */
public final class Holders {
    private static final Cleaner CLEANER = Cleaner.create();

    private final AtomicInteger count = new AtomicInteger(1);
    private final Cleaner.Cleanable end;

    /** {@code end} must not hold on to this object, nor to whatever holds this object: it would never be collected. */
    public Holders(Runnable end) {
        this.end = CLEANER.register(this, end);
    }

    /** One more holder; there must still be one. */
    public void retain() {
        int before = count.getAndIncrement();
        Invariant.check(before > 0, "retained after its end");
    }

    /** One holder less. */
    public void release() {
        int after = count.decrementAndGet();
        Invariant.check(after >= 0, "released more often than retained");
        if (after == 0) {
            end.clean();
        }
    }
}
