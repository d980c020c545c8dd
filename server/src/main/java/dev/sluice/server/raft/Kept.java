package dev.sluice.server.raft;

import java.util.ArrayDeque;

/**
 * How much of a Raft log is kept for members that were away for a while: they get what they missed from it, which is less work than a copy of
 * the whole store. Used by one thread.
 */
final class Kept {
    /** Ratis has something on the heap for each entry of the log, however small that is, and reads all of them at a start. */
    static final int BYTES_PER_ENTRY = 1 << 10;

    /** The log is cut in segments, which are not shorter. */
    static final long BYTES_PER_STEP = 8L << 20;

    private final ArrayDeque<Step> steps = new ArrayDeque<>();

    private final long bytesKept;
    private long bytesOfSteps;
    private long bytesOfStep;
    private long cutIndex;

    /** Entries that are cut together, up to {@code end}. */
    private record Step(long end, long bytes) {}

    /** Keeps so many bytes, and up to a step more. */
    Kept(long bytes) {
        bytesKept = Math.max(BYTES_PER_STEP, bytes);
    }

    /** An entry was applied; whether the log may be cut further now. */
    boolean add(long index, int bytes) {
        return add(index, 1, bytes);
    }

    /** As above, of so many entries up to {@code last}. */
    boolean add(long last, long entries, long bytes) {
        bytesOfStep += bytes + entries * BYTES_PER_ENTRY;
        if (bytesOfStep < BYTES_PER_STEP) {
            return false;
        }
        steps.add(new Step(last, bytesOfStep));
        bytesOfSteps += bytesOfStep;
        bytesOfStep = 0;
        long before = cutIndex;
        while (bytesOfSteps - steps.getFirst().bytes >= bytesKept) {
            Step oldest = steps.removeFirst();
            bytesOfSteps -= oldest.bytes;
            cutIndex = oldest.end;
        }
        return cutIndex > before;
    }

    /** Up to where what was applied may be cut; 0 when nothing. */
    long cutIndex() {
        return cutIndex;
    }
}
