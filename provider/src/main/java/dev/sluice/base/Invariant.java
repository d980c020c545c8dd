package dev.sluice.base;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/** Checks that are always on. A broken invariant is a bug: whoever catches it stops, and never goes on. */
public final class Invariant {
    private Invariant() {}

    /** Throws {@link IllegalStateException} with the formatted message unless {@code holds}. */
    @FormatMethod
    public static void check(boolean holds, @FormatString String message, Object... values) {
        if (!holds) {
            throw new IllegalStateException("invariant broken: " + String.format(message, values));
        }
    }

    /** As {@link #check(boolean, String, Object...)}, for hot paths: no boxing, a constant text. */
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException("invariant broken: " + message);
        }
    }
}
