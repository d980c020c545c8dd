package dev.sluice.link;

import dev.sluice.wire.RefusalCode;

/** A command that was refused, or a link that failed. The façade turns it into the JMSException that the standard names. */
public final class LinkException extends Exception {
    private static final long serialVersionUID = 1L;

    private final RefusalCode code;
    private final long limit;
    private final long actual;

    /** Says why; {@code text} is for people. */
    public LinkException(RefusalCode code, String text) {
        this(code, text, 0, 0);
    }

    /** Says why, with the limit that {@code actual} exceeds; both 0 for none. */
    public LinkException(RefusalCode code, String text, long limit, long actual) {
        super(text);
        this.code = code;
        this.limit = limit;
        this.actual = actual;
    }

    /** Says why, with the cause below. */
    public LinkException(RefusalCode code, String text, Throwable cause) {
        super(text, cause);
        this.code = code;
        this.limit = 0;
        this.actual = 0;
    }

    /** The reason as the server gave it. */
    public RefusalCode code() {
        return code;
    }

    /** The limit that was exceeded; 0 with {@link #actual} 0 when none was. */
    public long limit() {
        return limit;
    }

    /** What there was of it. */
    public long actual() {
        return actual;
    }
}
