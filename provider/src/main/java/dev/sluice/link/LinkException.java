package dev.sluice.link;

import dev.sluice.wire.RefusalCode;

/** A command that was refused, or a link that failed. The façade turns it into the JMSException that the standard names. */
public final class LinkException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RefusalCode code;

    /** Says why; {@code text} is for people. */
    public LinkException(RefusalCode code, String text) {
        super(text);
        this.code = code;
    }

    /** Says why, with the cause below. */
    public LinkException(RefusalCode code, String text, Throwable cause) {
        super(text, cause);
        this.code = code;
    }

    /** The reason as the server gave it. */
    public RefusalCode code() {
        return code;
    }
}
