package dev.sluice.server.cli;

/** The command line asks for something that cannot be; the text says what. Ends the command with {@link Exit#USAGE}. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String text) {
        super(text);
    }
}
