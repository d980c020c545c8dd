package dev.sluice.server.selector;

/** A comparison operator. Numbers are promoted as in Java; other types only know equality, and unlike types are never equal nor unequal. */
enum Comparison {
    EQUAL("=", false, true, false),
    NOT_EQUAL("<>", true, false, true),
    LESS("<", true, false, false),
    LESS_OR_EQUAL("<=", true, true, false),
    GREATER(">", false, false, true),
    GREATER_OR_EQUAL(">=", false, true, true);

    final String symbol;
    private final boolean holdsOfLess;
    private final boolean holdsOfEqual;
    private final boolean holdsOfGreater;

    Comparison(String symbol, boolean holdsOfLess, boolean holdsOfEqual, boolean holdsOfGreater) {
        this.symbol = symbol;
        this.holdsOfLess = holdsOfLess;
        this.holdsOfEqual = holdsOfEqual;
        this.holdsOfGreater = holdsOfGreater;
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
        return holdsOfLess != holdsOfGreater;
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
        int kind = Math.max(left.kind(), right.kind());
        if (kind <= Value.LONG) {
            return holds(left.exact(), right.exact());
        }
        // A float is compared as the double of the same value, with the same outcome.
        return kind == Value.FLOAT ? holds(left.toFloat(), right.toFloat()) : holds(left.toDouble(), right.toDouble());
    }

    private boolean holds(long left, long right) {
        return left < right ? holdsOfLess : left > right ? holdsOfGreater : holdsOfEqual;
    }

    private boolean holds(double left, double right) {
        if (left < right) {
            return holdsOfLess;
        }
        if (left > right) {
            return holdsOfGreater;
        }
        // What is in no order is not a number, and unequal to all.
        return left == right ? holdsOfEqual : this == NOT_EQUAL;
    }
}
