package dev.sluice.server.core;

import dev.sluice.server.selector.Selector;
import dev.sluice.server.selector.SelectorException;
import org.jspecify.annotations.Nullable;

/** Selectors that were parsed before, when they were accepted. */
final class Selectors {
    private Selectors() {}

    /** Why a selector does not parse, or null. */
    static @Nullable String fault(String text) {
        try {
            var unused = Selector.parse(text);
            return null;
        } catch (SelectorException fault) {
            return String.valueOf(fault.getMessage());
        }
    }

    /** Parses a selector of the state; that it does not parse is a bug. */
    static Selector known(String text) {
        try {
            return Selector.parse(text);
        } catch (SelectorException fault) {
            throw new IllegalStateException("an accepted selector does not parse: " + text, fault);
        }
    }
}
