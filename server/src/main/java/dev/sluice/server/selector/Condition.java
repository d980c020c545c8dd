package dev.sluice.server.selector;

/** A node of a compiled selector that is true, false or unknown of each message. Immutable; what changes is in the evaluator. */
abstract sealed class Condition implements Term {
    private Condition() {}

    abstract Truth test(SelectorEvaluator evaluator);

    @Override
    public Type type() {
        return Type.BOOLEAN;
    }

    /** AND, from left to right until one is false. */
    static final class All extends Condition {
        private final Condition[] parts;

        All(Condition[] parts) {
            this.parts = parts;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            Truth result = Truth.TRUE;
            for (Condition part : parts) {
                Truth truth = part.test(evaluator);
                if (truth == Truth.FALSE) {
                    return truth;
                }
                if (truth == Truth.UNKNOWN) {
                    result = truth;
                }
            }
            return result;
        }
    }

    /** OR, from left to right until one is true. */
    static final class Any extends Condition {
        private final Condition[] parts;

        Any(Condition[] parts) {
            this.parts = parts;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            Truth result = Truth.FALSE;
            for (Condition part : parts) {
                Truth truth = part.test(evaluator);
                if (truth == Truth.TRUE) {
                    return truth;
                }
                if (truth == Truth.UNKNOWN) {
                    result = truth;
                }
            }
            return result;
        }
    }

    /** NOT. */
    static final class Not extends Condition {
        private final Condition part;

        Not(Condition part) {
            this.part = part;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            return part.test(evaluator).negated();
        }
    }

    /** A boolean value standing alone. What is no boolean is neither true nor false. */
    static final class Flag extends Condition {
        private final Operand operand;

        Flag(Operand operand) {
            this.operand = operand;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            Value value = operand.value(evaluator);
            return value.isBoolean() ? Truth.of(value.isTrue()) : Truth.UNKNOWN;
        }
    }

    /** Two values compared. */
    static final class Compared extends Condition {
        private final Comparison comparison;
        private final Operand left;
        private final Operand right;

        Compared(Comparison comparison, Operand left, Operand right) {
            this.comparison = comparison;
            this.left = left;
            this.right = right;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            return comparison.compare(left.value(evaluator), right.value(evaluator));
        }
    }

    /** A name compared with a literal: what most selectors are made of. */
    static final class ComparedWithLiteral extends Condition {
        private final Comparison comparison;
        private final int slot;
        private final Value literal;

        ComparedWithLiteral(Comparison comparison, int slot, Value literal) {
            this.comparison = comparison;
            this.slot = slot;
            this.literal = literal;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            return comparison.compare(evaluator.value(slot), literal);
        }
    }

    /** BETWEEN, as the two comparisons that it stands for; the first value is computed once. */
    static final class Between extends Condition {
        private final Operand operand;
        private final Operand low;
        private final Operand high;
        private final boolean negated;

        Between(Operand operand, Operand low, Operand high, boolean negated) {
            this.operand = operand;
            this.low = low;
            this.high = high;
            this.negated = negated;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            Value value = operand.value(evaluator);
            Truth first =
                    (negated ? Comparison.LESS : Comparison.GREATER_OR_EQUAL).compare(value, low.value(evaluator));
            // What settles OR is true, what settles AND is false.
            Truth settles = Truth.of(negated);
            if (first == settles) {
                return first;
            }
            Truth second =
                    (negated ? Comparison.GREATER : Comparison.LESS_OR_EQUAL).compare(value, high.value(evaluator));
            return second == settles || first != Truth.UNKNOWN ? second : first;
        }
    }

    /** IN. Unknown for what is no text, with NOT and without. */
    static final class In extends Condition {
        private final int slot;
        private final TextSet texts;
        private final boolean negated;

        In(int slot, TextSet texts, boolean negated) {
            this.slot = slot;
            this.texts = texts;
            this.negated = negated;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            Value value = evaluator.value(slot);
            return value.isText() ? Truth.of(texts.contains(value) != negated) : Truth.UNKNOWN;
        }
    }

    /** LIKE. Unknown for what is no text, with NOT and without. */
    static final class Like extends Condition {
        private final int slot;
        private final LikePattern pattern;
        private final boolean negated;

        Like(int slot, LikePattern pattern, boolean negated) {
            this.slot = slot;
            this.pattern = pattern;
            this.negated = negated;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            Value value = evaluator.value(slot);
            return value.isText() ? Truth.of(pattern.matches(value) != negated) : Truth.UNKNOWN;
        }
    }

    /** IS NULL. */
    static final class IsNull extends Condition {
        private final int slot;
        private final boolean negated;

        IsNull(int slot, boolean negated) {
            this.slot = slot;
            this.negated = negated;
        }

        @Override
        Truth test(SelectorEvaluator evaluator) {
            return Truth.of(evaluator.value(slot).isNull() != negated);
        }
    }
}
