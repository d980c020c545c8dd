package dev.sluice.server.selector;

/** A comparison operator. Numbers are promoted as in Java; other types only know equality, and unlike types are never equal nor unequal. */
enum Comparison {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    final String symbol;

    Comparison(String symbol) {
        this.symbol = symbol;
    }

    static Comparison of(String symbol) {
        return switch (symbol) {
            case "=" -> EQUAL;
            case "<>" -> NOT_EQUAL;
            case "<" -> LESS;
            case "<=" -> LESS_OR_EQUAL;
            case ">" -> GREATER;
            case ">=" -> GREATER_OR_EQUAL;
            default -> throw new IllegalArgumentException(symbol);
        };
    }

    boolean isOfOrder() {
        return this != EQUAL && this != NOT_EQUAL;
    }

    /** The operator that says the same with the sides exchanged. */
    Comparison mirrored() {
        return switch (this) {
            case LESS -> GREATER;
            case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
            case GREATER -> LESS;
            case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
            case EQUAL, NOT_EQUAL -> this;
        };
    }

    Truth compare(Value left, Value right) {
        if (left.isNull() || right.isNull()) {
            return Truth.UNKNOWN;
        }
        if (left.isNumber() && right.isNumber()) {
            return Truth.of(holdsOfNumbers(left, right));
        }
        if (isOfOrder() || !left.isLike(right)) {
            return Truth.FALSE;
        }
        return Truth.of(left.isSame(right) == (this == EQUAL));
    }

    private boolean holdsOfNumbers(Value left, Value right) {
        return switch (Math.max(left.kind(), right.kind())) {
            case Value.DOUBLE -> holds(left.toDouble(), right.toDouble());
            // A float is compared as the double of the same value, with the same outcome.
            case Value.FLOAT -> holds((double) left.toFloat(), (double) right.toFloat());
            default -> holds(left.exact(), right.exact());
        };
    }

    private boolean holds(long left, long right) {
        return switch (this) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
        };
    }

    private boolean holds(double left, double right) {
        return switch (this) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
        };
    }
}
