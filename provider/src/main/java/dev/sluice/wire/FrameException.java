package dev.sluice.wire;

/** A frame that breaks the protocol. The message names what was wrong, the limit and the value; the connection it came from ends. */
public final class FrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was wrong. */
    public FrameException(String text) {
        // Without a stack trace: the place says nothing, and whoever sends rubbish shall not make us work.
        super(text, null, false, false);
    }
}
