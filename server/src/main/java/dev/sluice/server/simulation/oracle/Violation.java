package dev.sluice.server.simulation.oracle;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;

/** A promise was broken: what was seen, and what was promised. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Promise promise;

    /** Of this promise. */
    @FormatMethod
    public Violation(Promise promise, @FormatString String what, Object... values) {
        super(promise + ": " + String.format(Locale.ROOT, what, values));
        this.promise = promise;
    }

    /** Which one. */
    public Promise promise() {
        return promise;
    }
}
