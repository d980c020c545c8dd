package dev.sluice.server.raft;

import java.util.ArrayDeque;

/**
 * How much of a Raft log is kept for members that were away for a while: they get what they missed from it, which is less work than a copy of
 * the whole store. Of what was applied before the start nothing is known here: it is kept until enough has come after it. Used by one thread.
 */
final class Kept {
    /** The log is cut in segments, which are not shorter. */
    private static final long BYTES_PER_STEP = 8L << 20;

    /** Where steps ended. */
    private final ArrayDeque<Long> steps = new ArrayDeque<>();

    private final long stepsKept;
    private long bytesOfStep;
    private long cutIndex;

    /** Keeps so many bytes, and up to a step more. */
    Kept(long bytes) {
        stepsKept = Math.max(1, bytes / BYTES_PER_STEP);
    }

    /** An entry was applied; whether the log may be cut further now. */
    boolean add(long index, int bytes) {
        bytesOfStep += bytes;
        if (bytesOfStep < BYTES_PER_STEP) {
            return false;
        }
        bytesOfStep = 0;
        steps.add(index);
        if (steps.size() <= stepsKept) {
            return false;
        }
        cutIndex = steps.remove();
        return true;
    }

    /** Up to where what was applied may be cut; 0 when nothing. */
    long cutIndex() {
        return cutIndex;
    }
}
