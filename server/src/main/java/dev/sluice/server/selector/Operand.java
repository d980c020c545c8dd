package dev.sluice.server.selector;

/** A node of a compiled selector that has a value in each message. Immutable; what changes is in the evaluator. */
abstract sealed class Operand implements Term {
    final Type type;

    private Operand(Type type) {
        this.type = type;
    }

    /** The value in the evaluator's message; good until the evaluator goes on to the next one. */
    abstract Value value(SelectorEvaluator evaluator);

    @Override
    public Type type() {
        return type;
    }

    /** A literal, or what literals amount to. */
    static final class Constant extends Operand {
        final Value value;

        Constant(Type type, Value value) {
            super(type);
            this.value = value;
        }

        @Override
        Value value(SelectorEvaluator evaluator) {
            return value;
        }
    }

    /** A header field or a property, by its slot in the evaluator. */
    static final class Named extends Operand {
        final int slot;

        Named(Type type, int slot) {
            super(type);
            this.slot = slot;
        }

        @Override
        Value value(SelectorEvaluator evaluator) {
            return evaluator.value(slot);
        }
    }

    /** A chain of operators of one precedence, from left to right. */
    static final class Chain extends Operand {
        private final int register;
        private final Operand first;
        private final Arithmetic[] operators;
        private final Operand[] others;

        Chain(int register, Operand first, Arithmetic[] operators, Operand[] others) {
            super(Type.NUMBER);
            this.register = register;
            this.first = first;
            this.operators = operators;
            this.others = others;
        }

        @Override
        Value value(SelectorEvaluator evaluator) {
            Value result = evaluator.register(register);
            result.set(first.value(evaluator));
            for (int index = 0; index < others.length && !result.isNull(); index++) {
                operators[index].apply(result, others[index].value(evaluator));
            }
            return result;
        }
    }

    /** A sign before what is no literal. */
    static final class Signed extends Operand {
        private final int register;
        private final boolean negative;
        private final Operand operand;

        Signed(int register, boolean negative, Operand operand) {
            super(Type.NUMBER);
            this.register = register;
            this.negative = negative;
            this.operand = operand;
        }

        @Override
        Value value(SelectorEvaluator evaluator) {
            Value value = operand.value(evaluator);
            if (!negative && value.isNumber()) {
                return value;
            }
            Value result = evaluator.register(register);
            result.set(value);
            Arithmetic.negate(result);
            return result;
        }
    }

    /** A condition in parentheses where a boolean value is wanted. */
    static final class Outcome extends Operand {
        private final int register;
        private final Condition condition;

        Outcome(int register, Condition condition) {
            super(Type.BOOLEAN);
            this.register = register;
            this.condition = condition;
        }

        @Override
        Value value(SelectorEvaluator evaluator) {
            Truth truth = condition.test(evaluator);
            Value result = evaluator.register(register);
            if (truth == Truth.UNKNOWN) {
                result.setNull();
            } else {
                result.setBoolean(truth == Truth.TRUE);
            }
            return result;
        }
    }
}
