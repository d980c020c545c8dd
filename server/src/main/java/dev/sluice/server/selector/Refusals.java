package dev.sluice.server.selector;

import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/** Words the refusals of one selector, each with the place that it is about. Thrown through the parser, and turned into the checked exception at its end. */
final class Refusals {
    /** Characters shown on each side of the place. */
    private static final int SHOWN = 30;

    private final String text;

    Refusals(String text) {
        this.text = text;
    }

    /** A refusal of what is at the token. */
    ParseCancellationException at(Token token, String what) {
        return new ParseCancellationException(
                "selector: " + what + ", at position " + (token.getStartIndex() + 1) + ": " + excerpt(token));
    }

    /** A refusal since the token is not what must be here; {@code before} is the last one that was right. */
    ParseCancellationException expected(String what, @Nullable Token before, Token found) {
        String after = before == null || before.getType() == Token.EOF ? "" : " after " + quoted(before);
        return at(found, "expected " + what + after + ", found " + described(found));
    }

    private static String described(Token token) {
        return switch (token.getType()) {
            case Token.EOF -> "the end";
            case SelectorLexer.UNCLOSED -> "a string without its closing quote";
            case SelectorLexer.FOREIGN -> quoted(token) + " (a selector writes " + meant(token) + ")";
            case SelectorLexer.STRAY -> stray(token);
            case SelectorLexer.IDENTIFIER, SelectorLexer.STRING, SelectorLexer.EXACT, SelectorLexer.APPROXIMATE ->
                quoted(token);
            case SelectorLexer.OPEN,
                    SelectorLexer.CLOSE,
                    SelectorLexer.COMMA,
                    SelectorLexer.EQUAL,
                    SelectorLexer.NOT_EQUAL,
                    SelectorLexer.LESS,
                    SelectorLexer.LESS_OR_EQUAL,
                    SelectorLexer.GREATER,
                    SelectorLexer.GREATER_OR_EQUAL,
                    SelectorLexer.PLUS,
                    SelectorLexer.MINUS,
                    SelectorLexer.TIMES,
                    SelectorLexer.DIVIDE -> quoted(token);
            default -> "the keyword " + quoted(token);
        };
    }

    private static String stray(Token token) {
        int character = token.getText().codePointAt(0);
        if (character == '"') {
            return "a double quote (a selector writes strings in single quotes)";
        }
        return character > ' ' && character < 0x7F ? quoted(token) : String.format("the character U+%04X", character);
    }

    private static String meant(Token token) {
        return switch (token.getText()) {
            case "!=" -> "<>";
            case "==" -> "=";
            case "&&" -> "AND";
            default -> "OR";
        };
    }

    static String quoted(Token token) {
        String shown = token.getText();
        if (shown.length() <= SHOWN) {
            return '"' + shown + '"';
        }
        int end = Character.isLowSurrogate(shown.charAt(SHOWN)) ? SHOWN + 1 : SHOWN;
        return '"' + shown.substring(0, end) + "…\"";
    }

    private String excerpt(Token token) {
        int place = text.offsetByCodePoints(0, Math.min(token.getStartIndex(), text.codePointCount(0, text.length())));
        int from = Math.max(0, place - SHOWN);
        int to = Math.min(text.length(), place + SHOWN);
        if (from > 0 && Character.isLowSurrogate(text.charAt(from))) {
            from++;
        }
        if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
            to++;
        }
        return (from > 0 ? "…" : "") + text.substring(from, to) + (to < text.length() ? "…" : "");
    }
}
