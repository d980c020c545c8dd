package dev.sluice.server.cli;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON. Stateless. */
final class Json {
    private Json() {}

    /** Maps become objects, collections arrays; numbers, booleans and null stay; all else is its text. */
    static String of(@Nullable Object value) {
        StringBuilder json = new StringBuilder();
        write(json, value);
        return json.toString();
    }

    private static void write(StringBuilder json, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            object(json, map);
        } else if (value instanceof Collection<?> collection) {
            array(json, collection);
        } else if (value == null || value instanceof Boolean || isPlainNumber(value)) {
            json.append(value);
        } else {
            text(json, value.toString());
        }
    }

    /** JSON has no NaN and no infinity; those become text. */
    private static boolean isPlainNumber(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return Double.isFinite(((Number) value).doubleValue());
        }
        return value instanceof Number;
    }

    private static void object(StringBuilder json, Map<?, ?> map) {
        json.append('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                json.append(',');
            }
            first = false;
            text(json, String.valueOf(entry.getKey()));
            json.append(':');
            write(json, entry.getValue());
        }
        json.append('}');
    }

    private static void array(StringBuilder json, Collection<?> collection) {
        json.append('[');
        boolean first = true;
        for (Object element : collection) {
            if (!first) {
                json.append(',');
            }
            first = false;
            write(json, element);
        }
        json.append(']');
    }

    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            switch (letter) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    // Half of a pair alone cannot be written as UTF-8.
                    if (letter < ' ' || letter == 0x7F || isAlone(text, index)) {
                        json.append(String.format("\\u%04x", (int) letter));
                    } else {
                        json.append(letter);
                    }
                }
            }
        }
        json.append('"');
    }

    private static boolean isAlone(String text, int index) {
        char letter = text.charAt(index);
        if (Character.isHighSurrogate(letter)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(letter) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }
}
