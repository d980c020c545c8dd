package dev.sluice.server.selector;

import java.util.List;
import org.agrona.DirectBuffer;

/**
 * A message selector: parsed and checked once, then evaluated on encoded messages. Immutable, and safe to share between threads. Two
 * selectors are equal if their texts are the same but for white space and the case of the keywords.
 */
public final class Selector {
    private final String text;
    private final String canonical;
    private final Condition condition;
    private final List<Identifier> identifiers;
    private final int registerCount;

    Selector(String text, String canonical, Condition condition, List<Identifier> identifiers, int registerCount) {
        this.text = text;
        this.canonical = canonical;
        this.condition = condition;
        this.identifiers = List.copyOf(identifiers);
        this.registerCount = registerCount;
    }

    /** Parses a selector; a blank one matches every message. */
    public static Selector parse(String text) throws SelectorException {
        return SelectorReader.read(text);
    }

    /** The selector as it was written. */
    public String text() {
        return text;
    }

    /** Whether this is no selector at all, since its text is blank. */
    public boolean matchesAll() {
        return canonical.isEmpty();
    }

    /** A new evaluator, to be kept by one owner: it makes no object when it evaluates. */
    public SelectorEvaluator evaluator() {
        return new SelectorEvaluator(condition, identifiers, registerCount);
    }

    /**
     * Whether the selector is true of the message whose encoded Envelope, with its message header, is in the range. May be called from any
     * thread; whoever evaluates many messages keeps an {@link #evaluator()} instead, since this makes one for each call.
     */
    public boolean matches(DirectBuffer envelope, int offset, int length) {
        return evaluator().matches(envelope, offset, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Selector selector && canonical.equals(selector.canonical);
    }

    @Override
    public int hashCode() {
        return canonical.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
