package dev.sluice.server.selector;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * One value of the selector's language: a register that its one owner (an evaluator, or a literal that never changes) sets and reads.
 * A text is not copied: it is a range of a buffer, in UTF-8.
 */
final class Value {
    /** Of a register whose value was not looked up yet. */
    static final int UNREAD = 0;

    static final int NULL = 1;
    static final int BOOLEAN = 2;
    static final int TEXT = 3;
    /** There, but of a type that no operator takes. */
    static final int OPAQUE = 4;
    // The numbers are last, in the order of Java's promotion.
    static final int INT = 5;
    static final int LONG = 6;
    static final int FLOAT = 7;
    static final int DOUBLE = 8;

    private static final UnsafeBuffer EMPTY = new UnsafeBuffer(new byte[0]);

    private int kind = UNREAD;
    private long exact;
    private double approximate;
    private UnsafeBuffer text = EMPTY;
    private int textOffset;
    private int textLength;

    int kind() {
        return kind;
    }

    boolean isUnread() {
        return kind == UNREAD;
    }

    boolean isNull() {
        return kind == NULL;
    }

    boolean isText() {
        return kind == TEXT;
    }

    boolean isBoolean() {
        return kind == BOOLEAN;
    }

    boolean isNumber() {
        return kind >= INT;
    }

    boolean isTrue() {
        return exact != 0;
    }

    long exact() {
        return exact;
    }

    float toFloat() {
        return kind <= LONG ? (float) exact : (float) approximate;
    }

    double toDouble() {
        return kind <= LONG ? (double) exact : approximate;
    }

    UnsafeBuffer text() {
        return text;
    }

    int textOffset() {
        return textOffset;
    }

    int textLength() {
        return textLength;
    }

    void forget() {
        kind = UNREAD;
    }

    void setNull() {
        kind = NULL;
    }

    void setOpaque() {
        kind = OPAQUE;
    }

    void setBoolean(boolean value) {
        kind = BOOLEAN;
        exact = value ? 1 : 0;
    }

    void setInt(int value) {
        kind = INT;
        exact = value;
    }

    void setLong(long value) {
        kind = LONG;
        exact = value;
    }

    void setFloat(float value) {
        kind = FLOAT;
        approximate = value;
    }

    void setDouble(double value) {
        kind = DOUBLE;
        approximate = value;
    }

    void setText(UnsafeBuffer buffer, int offset, int length) {
        kind = TEXT;
        text = buffer;
        textOffset = offset;
        textLength = length;
    }

    void set(Value other) {
        kind = other.kind;
        exact = other.exact;
        approximate = other.approximate;
        text = other.text;
        textOffset = other.textOffset;
        textLength = other.textLength;
    }

    /** Whether both are text, or both boolean. */
    boolean isLike(Value other) {
        return kind == other.kind && (kind == TEXT || kind == BOOLEAN);
    }

    /** Whether two values that are like each other are equal. */
    boolean isSame(Value other) {
        return kind == TEXT
                ? textLength == other.textLength
                        && Bytes.equal(text, textOffset, other.text, other.textOffset, textLength)
                : exact == other.exact;
    }
}
