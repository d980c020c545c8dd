package dev.sluice.server.simulation.raft;

import java.util.Arrays;

/** What a leader knows of the members, for the one term in which it leads. */
final class Reign {
    private final long[] next;
    private final long[] match;
    private final long[] heardNanos;

    Reign(int members, long lastIndex, long nowNanos) {
        next = new long[members];
        match = new long[members];
        heardNanos = new long[members];
        Arrays.fill(next, lastIndex + 1);
        Arrays.fill(heardNanos, nowNanos);
    }

    long next(int member) {
        return next[member];
    }

    void sent(int member, int entries) {
        next[member] += entries;
    }

    void sendAgain(int member) {
        if (match[member] > 0) {
            next[member] = match[member] + 1;
        }
    }

    void answered(int member, boolean success, long index, long nowNanos) {
        heardNanos[member] = nowNanos;
        if (success) {
            match[member] = Math.max(match[member], index);
            next[member] = Math.max(next[member], index + 1);
        } else {
            next[member] = Math.max(match[member], Math.min(index, next[member] - 1)) + 1;
        }
    }

    /** The last entry that so many members have. */
    long onMost(int majority) {
        long[] sorted = match.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - majority];
    }

    /** How many members were heard since then, the own one included. */
    int heardSince(long nanos, int own) {
        int count = 0;
        for (int member = 0; member < heardNanos.length; member++) {
            if (member == own || heardNanos[member] >= nanos) {
                count++;
            }
        }
        return count;
    }
}
