package dev.sluice.server.gateway;

/** Makes text of strangers fit for a line of the log. Stateless. */
final class Printable {
    private static final int LENGTH_MAX = 120;

    private Printable() {}

    /** The text without control characters, cut where it is long. */
    static String of(String text) {
        String cut = text.length() > LENGTH_MAX ? text.substring(0, LENGTH_MAX) + "…" : text;
        return cut.codePoints()
                .map(point -> Character.isISOControl(point) || point == ' ' ? '_' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
