package dev.sluice.server;

/** A server cannot start; the text is for the operator: what was wrong, where, and what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a text for the operator. */
    public StartException(String text) {
        super(text);
    }

    /** With a text for the operator and the cause. */
    public StartException(String text, Throwable cause) {
        super(text, cause);
    }
}
