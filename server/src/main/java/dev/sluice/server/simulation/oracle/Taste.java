package dev.sluice.server.simulation.oracle;

/**
 * Which colours a consumer, a subscription or a browser wants.
 *
 * @param selector the same in words; empty for all
 * @param least the first colour that it wants
 * @param most the last one
 */
public record Taste(String selector, int least, int most) {
    /** Wants all. */
    public static final Taste ALL = new Taste("", 0, Content.COLOURS);

    /** Wants those from one colour to another, both included. */
    public static Taste of(int least, int most) {
        return new Taste("colour BETWEEN " + least + " AND " + most, least, most);
    }

    boolean likes(Sent message) {
        int colour = message.content().colour();
        return colour >= least && colour <= most;
    }

    @Override
    public String toString() {
        return selector.isEmpty() ? "anything" : selector;
    }
}
