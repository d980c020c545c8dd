package dev.sluice.server.selector;

import dev.sluice.server.selector.SelectorParser.ApproximateLiteralContext;
import dev.sluice.server.selector.SelectorParser.BooleanLiteralContext;
import dev.sluice.server.selector.SelectorParser.ExactLiteralContext;
import dev.sluice.server.selector.SelectorParser.IdentifierContext;
import dev.sluice.server.selector.SelectorParser.PrimaryContext;
import dev.sluice.server.selector.SelectorParser.TextLiteralContext;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.TerminalNode;

/** Compiles names and literals, and gives each distinct name its slot. Used once, by the compiler. */
final class PrimaryCompiler {
    private final Refusals refusals;
    private final NumberLiteral numbers;
    private final List<Identifier> identifiers = new ArrayList<>();

    PrimaryCompiler(Refusals refusals) {
        this.refusals = refusals;
        this.numbers = new NumberLiteral(refusals);
    }

    List<Identifier> identifiers() {
        return identifiers;
    }

    boolean isNumber(PrimaryContext primary) {
        return primary instanceof ExactLiteralContext || primary instanceof ApproximateLiteralContext;
    }

    /** A numeric literal with a minus before it. */
    Operand negative(PrimaryContext primary) {
        Token token = primary.getStart();
        return number(
                primary instanceof ExactLiteralContext ? numbers.exact(token, true) : numbers.approximate(token, true));
    }

    /** Anything but parentheses. */
    Operand compile(PrimaryContext primary) {
        Token token = primary.getStart();
        if (primary instanceof IdentifierContext) {
            return named(token);
        }
        if (primary instanceof TextLiteralContext literal) {
            return constantText(text(literal.STRING()));
        }
        if (primary instanceof BooleanLiteralContext literal) {
            var value = new Value();
            value.setBoolean(literal.TRUE() != null);
            return new Operand.Constant(Type.BOOLEAN, value);
        }
        return number(
                primary instanceof ExactLiteralContext
                        ? numbers.exact(token, false)
                        : numbers.approximate(token, false));
    }

    private static Operand number(Value value) {
        return new Operand.Constant(Type.NUMBER, value);
    }

    private static Operand constantText(String text) {
        UnsafeBuffer bytes = Bytes.utf8(text);
        var value = new Value();
        value.setText(bytes, 0, bytes.capacity());
        return new Operand.Constant(Type.TEXT, value);
    }

    /** What a string literal stands for. */
    static String text(TerminalNode literal) {
        String quoted = literal.getText();
        return quoted.substring(1, quoted.length() - 1).replace("''", "'");
    }

    private Operand.Named named(Token token) {
        String name = token.getText();
        checkCharacters(token, name);
        for (int slot = 0; slot < identifiers.size(); slot++) {
            if (identifiers.get(slot).name().equals(name)) {
                return new Operand.Named(identifiers.get(slot).source().type, slot);
            }
        }
        Identifier identifier = Identifier.of(name);
        if (identifier.isForbidden()) {
            throw refusals.at(
                    token,
                    "\"" + name
                            + "\" is no header field that a selector may use (those are JMSDeliveryMode, JMSPriority, JMSMessageID,"
                            + " JMSTimestamp, JMSCorrelationID and JMSType), and properties do not begin with JMS");
        }
        identifiers.add(identifier);
        return new Operand.Named(identifier.source().type, identifiers.size() - 1);
    }

    /** The grammar lets all characters beyond ASCII into a name; Java has the last word. */
    private void checkCharacters(Token token, String name) {
        for (int index = 0; index < name.length(); ) {
            int character = name.codePointAt(index);
            if (index == 0 ? !Character.isJavaIdentifierStart(character) : !Character.isJavaIdentifierPart(character)) {
                throw refusals.at(
                        token,
                        String.format(
                                "the character U+%04X cannot %s a name", character, index == 0 ? "begin" : "be in"));
            }
            index += Character.charCount(character);
        }
    }
}
