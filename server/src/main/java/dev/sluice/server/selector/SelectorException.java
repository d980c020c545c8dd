package dev.sluice.server.selector;

/** A selector that is refused. The message is for the user: what was expected, what was found, and where. */
public final class SelectorException extends Exception {
    private static final long serialVersionUID = 1L;

    SelectorException(String message) {
        super(message);
    }
}
