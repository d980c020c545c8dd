package dev.sluice.server.shard;

import dev.sluice.server.core.Lane;
import org.jspecify.annotations.Nullable;

/**
 * How far the sender of non-persistent messages on one connection is ahead of those who receive them. While they are on the move it is made to
 * wait, so that what it sends stays in memory; where nothing moves (no one receives, or one who sends first must receive) it is not, and
 * what has no room in memory goes to the disk. Owner: the shard thread.
 */
final class Lead {
    private static final long MESSAGES_MAX = 1_024;
    private static final long STANDSTILL_MILLIS = 1_000;

    private @Nullable Lane lane;
    private long start;
    private long movedMillis;

    /** A message was put into this lane. */
    void sentTo(Lane to, long nowMillis) {
        if (lane != to) {
            lane = to;
            start = to.windowStart();
            movedMillis = nowMillis;
        }
    }

    /** Whether too many messages wait in the lane that it sent to last, and some of them leave. */
    boolean isTooFar(long nowMillis) {
        Lane last = lane;
        if (last == null || last.nextSequence() - last.windowStart() <= MESSAGES_MAX) {
            return false;
        }
        if (last.windowStart() != start) {
            start = last.windowStart();
            movedMillis = nowMillis;
        }
        return nowMillis - movedMillis < STANDSTILL_MILLIS;
    }
}
