package dev.sluice.bench.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** HTML and SVG as it is written: elements closed in order, every text and every value of an attribute escaped. */
final class Markup {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** An element that has content. */
    void open(String tag, Object... namesAndValues) {
        tag(tag, namesAndValues);
        out.append('>');
        open.push(tag);
    }

    void close() {
        out.append("</").append(open.pop()).append('>');
    }

    /** An element without content. */
    void empty(String tag, Object... namesAndValues) {
        tag(tag, namesAndValues);
        out.append("/>");
    }

    /** An element whose content is a text. */
    void leaf(String tag, String text, Object... namesAndValues) {
        open(tag, namesAndValues);
        text(text);
        close();
    }

    void text(String text) {
        escape(text);
    }

    /** What is no one's input: a style sheet, the document type. */
    void raw(String trusted) {
        out.append(trusted);
    }

    private void tag(String tag, Object... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("<" + tag + ">: an attribute without a value");
        }
        out.append('<').append(tag);
        for (int at = 0; at < namesAndValues.length; at += 2) {
            out.append(' ').append(namesAndValues[at]).append("=\"");
            escape(value(namesAndValues[at + 1]));
            out.append('"');
        }
    }

    /** Coordinates with one digit: the page stays small, and no one sees less. */
    private static String value(Object value) {
        return value instanceof Double number ? String.format(Locale.ROOT, "%.1f", number) : value.toString();
    }

    private void escape(String text) {
        for (int at = 0; at < text.length(); at++) {
            char letter = text.charAt(at);
            switch (letter) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                default -> out.append(Character.isISOControl(letter) && letter != '\n' ? ' ' : letter);
            }
        }
    }

    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("<" + open.peek() + "> is not closed");
        }
        return out.toString();
    }
}
