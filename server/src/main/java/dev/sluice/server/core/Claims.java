package dev.sluice.server.core;

import java.util.Arrays;

/** What a client says of a consumer with which it comes back. */
public final class Claims {
    private final Runs held = new Runs();
    private final long[] receivedEnds = new long[Lane.CODES];

    /** What it holds. */
    public Runs held() {
        return held;
    }

    /** It holds these messages. */
    public void hold(int lane, long first, int count) {
        held.add(lane, first, count);
        received(lane, first + count - 1);
    }

    /** This message of the lane came to it, held or not. */
    public void received(int lane, long sequence) {
        receivedEnds[lane] = Math.max(receivedEnds[lane], sequence + 1);
    }

    /** Behind the last message of each lane that came to it. */
    long[] receivedEnds() {
        return Arrays.copyOf(receivedEnds, receivedEnds.length);
    }
}
