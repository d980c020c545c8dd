package dev.sluice.server.simulation.oracle;

/**
 * What a message consists of, beside where it goes.
 *
 * @param bodyBytes the length of its body
 * @param chunked whether the body comes in pieces, and not with the envelope
 * @param colour what selectors ask for
 * @param timeToLiveMillis 0 for no end
 * @param delayMillis 0 for none
 */
public record Content(int bodyBytes, boolean chunked, int colour, long timeToLiveMillis, long delayMillis) {
    /** Colours are the numbers below. */
    public static final int COLOURS = 4;

    /** What lives longer than that outlives the world. */
    private static final long LIFE_MILLIS_MAX = 600_000;

    private static final int PRIME = 31;
    private static final int SHIFT = 7;

    /** With a body of its own, which follows from the number of the message: no piece of it is like another. */
    public byte[] body(long id) {
        byte[] body = new byte[bodyBytes];
        for (int index = 0; index < body.length; index++) {
            body[index] = (byte) (id * PRIME + index + (long) (index >>> SHIFT) * PRIME);
        }
        return body;
    }

    /** Whether its end may come while the world is there. */
    boolean mayExpire() {
        return timeToLiveMillis > 0 && timeToLiveMillis < LIFE_MILLIS_MAX;
    }
}
