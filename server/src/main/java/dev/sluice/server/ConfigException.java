package dev.sluice.server;

/** The configuration cannot be used; the text is for the operator and says where, what, and what is allowed. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /** Says what is wrong with no key in particular. */
    public ConfigException(String text) {
        this("", text);
    }

    /** Says what is wrong with the value of {@code key}; whoever knows where it came from adds that. */
    public ConfigException(String key, String text) {
        super(text);
        this.key = key;
    }

    /** The key whose value is wrong, or empty. */
    public String key() {
        return key;
    }
}
