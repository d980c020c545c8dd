package dev.sluice.base;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A thing that is made for its first user and ended after its last. */
public final class Shared<T> {
    private final Supplier<T> maker;
    private final Consumer<T> ender;
    private @Nullable T thing;
    private int users;

    /** How it is made and ended; both are called one at a time. */
    public Shared(Supplier<T> maker, Consumer<T> ender) {
        this.maker = maker;
        this.ender = ender;
    }

    /** One more user. */
    public synchronized T acquire() {
        T current = thing;
        if (current == null) {
            current = maker.get();
            thing = current;
        }
        users++;
        return current;
    }

    /** One user less. */
    public synchronized void release() {
        T current = thing;
        Invariant.check(current != null && users > 0, "released more often than acquired");
        users--;
        if (users == 0 && current != null) {
            thing = null;
            ender.accept(current);
        }
    }
}
