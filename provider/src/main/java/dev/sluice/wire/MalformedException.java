package dev.sluice.wire;

/** Bytes from outside that are not what the wire format asks for. The message says what was wrong, the value and the limit. */
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was wrong. */
    public MalformedException(String text) {
        super(text);
    }
}
