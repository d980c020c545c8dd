package dev.sluice.server.selector;

import dev.sluice.wire.Wire;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/** Turns the text of a selector into the selector: limits first, then tokens, grammar, and types. */
final class SelectorReader {
    /** Deepest nesting of parentheses: each level takes some ten stack frames to parse. */
    static final int DEPTH_MAX = 100;

    /** Most names and literals, so that one selector cannot hold up a shard. */
    static final int TERMS_MAX = 2048;

    private final Refusals refusals;
    private final CommonTokenStream tokens;

    private SelectorReader(String text) {
        refusals = new Refusals(text);
        var lexer = new SelectorLexer(CharStreams.fromString(text));
        // The lexer knows no errors: what is no token of the language is one of its own.
        lexer.removeErrorListeners();
        tokens = new CommonTokenStream(lexer);
    }

    static Selector read(String text) throws SelectorException {
        if (text.isEmpty()) {
            // Nearly every subscription has none, and a start reads all of them: without the parser, nor its classes.
            return matchesAll(text);
        }
        int bytes = utf8Bytes(text);
        if (bytes > Wire.SELECTOR_BYTES_MAX) {
            throw new SelectorException("selector: its length is " + bytes + " bytes of UTF-8, the limit is "
                    + Wire.SELECTOR_BYTES_MAX + ": write it shorter, or put what it looks for into one property");
        }
        var reader = new SelectorReader(text);
        try {
            reader.tokens.fill();
            List<Token> tokens = reader.tokens.getTokens();
            if (tokens.size() == 1) {
                return matchesAll(text);
            }
            reader.checkLimits(tokens);
            return reader.compile(text);
        } catch (ParseCancellationException refusal) {
            throw new SelectorException(String.valueOf(refusal.getMessage()));
        }
    }

    private static Selector matchesAll(String text) {
        return new Selector(text, "", new Condition.All(new Condition[0]), List.of(), 0);
    }

    private static int utf8Bytes(String text) throws SelectorException {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException malformed) {
            throw new SelectorException("selector: its text has half a surrogate pair, which is no character");
        }
    }

    private void checkLimits(List<Token> tokens) {
        int depth = 0;
        int terms = 0;
        for (Token token : tokens) {
            switch (token.getType()) {
                case SelectorLexer.OPEN -> {
                    if (++depth > DEPTH_MAX) {
                        throw refusals.at(token, "parentheses are nested deeper than the limit of " + DEPTH_MAX);
                    }
                }
                case SelectorLexer.CLOSE -> depth--;
                case SelectorLexer.IDENTIFIER, SelectorLexer.STRING, SelectorLexer.EXACT, SelectorLexer.APPROXIMATE -> {
                    if (++terms > TERMS_MAX) {
                        throw refusals.at(token, "there are more names and literals than the limit of " + TERMS_MAX);
                    }
                }
                default -> {
                    // Only what nests or is evaluated is limited; the rest is bounded by the length.
                }
            }
        }
    }

    private Selector compile(String text) {
        var parser = new SelectorParser(tokens);
        parser.removeErrorListeners();
        parser.setErrorHandler(new RefusingStrategy(refusals));
        var compiler = new SelectorCompiler(refusals);
        Condition condition = compiler.compile(parser.selector());
        return new Selector(text, canonical(), condition, compiler.identifiers(), compiler.registerCount());
    }

    private String canonical() {
        var words = new ArrayList<String>();
        for (Token token : tokens.getTokens()) {
            int type = token.getType();
            if (type == SelectorLexer.IDENTIFIER || type == SelectorLexer.STRING) {
                words.add(token.getText());
            } else if (type != Token.EOF) {
                words.add(token.getText().toUpperCase(Locale.ROOT));
            }
        }
        return String.join(" ", words);
    }
}
