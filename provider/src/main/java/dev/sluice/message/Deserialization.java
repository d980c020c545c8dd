package dev.sluice.message;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which classes the body of a received ObjectMessage may hold, and who loads them. Nothing but strings, the wrappers of the
 * primitive types and arrays of them is allowed by itself: the bytes come from outside, and making an object runs its code.
 *
 * @param allowed class names; {@code com.acme.*} is a package and all below it, {@code *} is everything
 * @param loader asked at each use; null for the loader of this library
 */
public record Deserialization(List<String> allowed, Supplier<@Nullable ClassLoader> loader) {
    /** The option of a URL that extends {@code allowed}. */
    public static final String OPTION = "deserialization.allow";

    private static final String ALL = "*";

    /** No class beyond the harmless ones. */
    public static final Deserialization NONE = new Deserialization(List.of(), () -> null);

    /** Copies the patterns and refuses those that cannot mean anything. */
    public Deserialization {
        allowed = List.copyOf(allowed);
        for (String pattern : allowed) {
            int star = pattern.indexOf('*');
            boolean valid = !pattern.isBlank()
                    && (star < 0 || pattern.equals(ALL) || (star == pattern.length() - 1 && pattern.endsWith(".*")));
            if (!valid) {
                throw new IllegalArgumentException("'" + pattern + "' in " + OPTION
                        + " is neither the name of a class, nor a package as in com.acme.*, nor *");
            }
        }
    }

    /** The patterns of a list with commas, as an option of a URL has it. */
    public static Deserialization of(String patterns, Supplier<@Nullable ClassLoader> loader) {
        return new Deserialization(
                Arrays.stream(patterns.split(",", -1))
                        .map(String::strip)
                        .filter(pattern -> !pattern.isEmpty())
                        .toList(),
                loader);
    }

    boolean allows(String className) {
        for (String pattern : allowed) {
            if (pattern.equals(ALL)
                    || pattern.equals(className)
                    || (pattern.endsWith(".*") && className.startsWith(pattern.substring(0, pattern.length() - 1)))) {
                return true;
            }
        }
        return false;
    }
}
