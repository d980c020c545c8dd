package dev.sluice.server.log;

/** The log cannot be read or written; the text says which file, where, and what to do. */
public final class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a text for the operator. */
    public LogException(String message) {
        super(message);
    }

    /** With a text for the operator and the cause. */
    public LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
