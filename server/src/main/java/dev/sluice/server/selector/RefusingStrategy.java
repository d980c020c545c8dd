package dev.sluice.server.selector;

import java.util.ArrayList;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/** Ends parsing at the first token that is wrong, with the refusal that says what is allowed there. */
final class RefusingStrategy extends DefaultErrorStrategy {
    private static final int NAMED_ONE_BY_ONE_MAX = 4;

    private final Refusals refusals;
    /** Where the parser was when it first looked for an optional part at this token. */
    private @Nullable ParserRuleContext optionalContext;

    private int optionalState;
    private int optionalIndex = -1;

    RefusingStrategy(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public void sync(Parser parser) {
        // Nothing to repair: what follows fails by itself. But there only what must follow is known, not what might
        // have.
        int index = parser.getInputStream().index();
        if (index != optionalIndex) {
            optionalIndex = index;
            optionalState = parser.getState();
            optionalContext = parser.getContext();
        }
    }

    @Override
    public Token recoverInline(Parser parser) {
        throw refusal(parser);
    }

    @Override
    public void reportError(Parser parser, RecognitionException error) {
        throw refusal(parser);
    }

    private RuntimeException refusal(Parser parser) {
        Token before = parser.getInputStream().LT(-1);
        return refusals.expected(expectation(allowed(parser)), before, parser.getCurrentToken());
    }

    private IntervalSet allowed(Parser parser) {
        return optionalContext != null && parser.getInputStream().index() == optionalIndex
                ? parser.getATN().getExpectedTokens(optionalState, optionalContext)
                : parser.getExpectedTokens();
    }

    private static String expectation(IntervalSet allowed) {
        if (allowed.contains(SelectorParser.IDENTIFIER)) {
            return allowed.contains(SelectorParser.NOT) ? "a condition" : "a value";
        }
        var names = new ArrayList<String>();
        for (int type : allowed.toArray()) {
            names.add(name(type));
        }
        if (names.size() > NAMED_ONE_BY_ONE_MAX) {
            return "an operator" + (allowed.contains(Token.EOF) ? " or the end" : " or \")\"");
        }
        int last = names.size() - 1;
        return last == 0 ? names.get(0) : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    }

    private static String name(int type) {
        return switch (type) {
            case Token.EOF -> "the end";
            case SelectorParser.STRING -> "a string in single quotes";
            default -> {
                String literal = SelectorParser.VOCABULARY.getLiteralName(type);
                yield literal == null
                        ? SelectorParser.VOCABULARY.getSymbolicName(type)
                        : '"' + literal.substring(1, literal.length() - 1) + '"';
            }
        };
    }
}
