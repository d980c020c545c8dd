package dev.sluice.base;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A reference that threads share; what it points to is immutable or thread-safe. */
public final class SharedRef<T> {
    private final AtomicReference<@Nullable T> value = new AtomicReference<>();

    /** The newest value, null as long as there is none. */
    public @Nullable T value() {
        return value.get();
    }

    /** Sets it. */
    public void set(@Nullable T newValue) {
        value.set(newValue);
    }

    /** Sets it if there is none yet; whether there was none. */
    public boolean setOnce(T newValue) {
        return value.compareAndSet(null, newValue);
    }
}
