package dev.sluice.server.selector;

import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Evaluates one selector on one message after the other, in place, without making objects. It belongs to one owner, who calls it from one
 * thread at a time; the selector it comes from may have any number of them.
 */
public final class SelectorEvaluator {
    private final Condition condition;
    private final Identifier[] identifiers;
    private final Value[] values;
    private final Value[] registers;
    private final EnvelopeReader envelope;

    SelectorEvaluator(Condition condition, List<Identifier> identifiers, int registerCount) {
        this.condition = condition;
        this.identifiers = identifiers.toArray(Identifier[]::new);
        this.values = newValues(this.identifiers.length);
        this.registers = newValues(registerCount);
        this.envelope = new EnvelopeReader(this.identifiers, values);
    }

    private static Value[] newValues(int count) {
        var values = new Value[count];
        for (int index = 0; index < count; index++) {
            values[index] = new Value();
        }
        return values;
    }

    /**
     * Whether the selector is true of the message whose encoded Envelope, with its message header, is in the range. An envelope that turns
     * out to be malformed does not match.
     */
    public boolean matches(DirectBuffer buffer, int offset, int length) {
        if (identifiers.length == 0) {
            return condition.test(this) == Truth.TRUE;
        }
        for (Value value : values) {
            value.forget();
        }
        return envelope.wrap(buffer, offset, length) && condition.test(this) == Truth.TRUE && !envelope.isMalformed();
    }

    /** The value of an identifier, looked up at its first use in a message. */
    Value value(int slot) {
        Value value = values[slot];
        if (value.isUnread()) {
            envelope.read(slot);
        }
        return value;
    }

    Value register(int register) {
        return registers[register];
    }
}
