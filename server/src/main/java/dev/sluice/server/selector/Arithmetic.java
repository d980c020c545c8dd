package dev.sluice.server.selector;

/** An arithmetic operator, with Java's numeric promotion. What is no number makes the result NULL, and so does an exact division by zero. */
enum Arithmetic {
    PLUS,
    MINUS,
    TIMES,
    DIVIDE;

    static Arithmetic of(String symbol) {
        return switch (symbol) {
            case "+" -> PLUS;
            case "-" -> MINUS;
            case "*" -> TIMES;
            case "/" -> DIVIDE;
            default -> throw new IllegalArgumentException(symbol);
        };
    }

    /** Leaves {@code left (operator) right} in {@code left}. */
    void apply(Value left, Value right) {
        if (!left.isNumber() || !right.isNumber()) {
            left.setNull();
            return;
        }
        switch (Math.max(left.kind(), right.kind())) {
            case Value.DOUBLE -> left.setDouble(of(left.toDouble(), right.toDouble()));
            case Value.FLOAT -> left.setFloat(of(left.toFloat(), right.toFloat()));
            case Value.LONG -> applyExact(left, right, false);
            default -> applyExact(left, right, true);
        }
    }

    private void applyExact(Value left, Value right, boolean narrow) {
        if (this == DIVIDE && right.exact() == 0) {
            left.setNull();
            return;
        }
        long result = of(left.exact(), right.exact());
        if (narrow) {
            // Java's int arithmetic: the low 32 bits of the exact result.
            left.setInt((int) result);
        } else {
            left.setLong(result);
        }
    }

    private long of(long left, long right) {
        return switch (this) {
            case PLUS -> left + right;
            case MINUS -> left - right;
            case TIMES -> left * right;
            case DIVIDE -> left / right;
        };
    }

    private float of(float left, float right) {
        return switch (this) {
            case PLUS -> left + right;
            case MINUS -> left - right;
            case TIMES -> left * right;
            case DIVIDE -> left / right;
        };
    }

    private double of(double left, double right) {
        return switch (this) {
            case PLUS -> left + right;
            case MINUS -> left - right;
            case TIMES -> left * right;
            case DIVIDE -> left / right;
        };
    }

    /** Leaves the value with its sign changed, or NULL for what is no number. */
    static void negate(Value value) {
        switch (value.kind()) {
            case Value.INT -> value.setInt((int) -value.exact());
            case Value.LONG -> value.setLong(-value.exact());
            case Value.FLOAT -> value.setFloat(-value.toFloat());
            case Value.DOUBLE -> value.setDouble(-value.toDouble());
            default -> value.setNull();
        }
    }
}
