package dev.sluice.server.store;

/** The rows or the data directory cannot be used; the text says which file, why, and what to do. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a text for the operator. */
    public StoreException(String message) {
        super(message);
    }

    /** With a text for the operator and the cause. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
