package dev.sluice.server.simulation.raft;

import java.util.Arrays;

/** What a leader knows of the members, for the one term in which it leads. */
final class Reign {
    private final long[] next;
    private final long[] match;
    private final long[] heardNanos;
    private final int[] incarnations;
    private final boolean[] strange;
    /** Strangers are members once they and most others have this entry; 0 before it is there. */
    private final long[] admission;

    Reign(int members, long lastIndex, long nowNanos) {
        next = new long[members];
        match = new long[members];
        heardNanos = new long[members];
        incarnations = new int[members];
        strange = new boolean[members];
        admission = new long[members];
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

    /** One answers as whoever it is now; false when that is over. */
    boolean isNow(int member, int incarnation, boolean stranger) {
        if (incarnation > incarnations[member]) {
            incarnations[member] = incarnation;
            match[member] = 0;
            admission[member] = 0;
        }
        boolean isNow = incarnation == incarnations[member];
        if (isNow) {
            strange[member] = stranger;
        }
        return isNow;
    }

    long admission(int member) {
        return admission[member];
    }

    void admitWith(int member, long index) {
        admission[member] = index;
    }

    long match(int member) {
        return match[member];
    }

    void heard(int member, long nowNanos) {
        heardNanos[member] = nowNanos;
    }

    void answered(int member, boolean success, long index, long nowNanos) {
        heard(member, nowNanos);
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
        for (int member = 0; member < sorted.length; member++) {
            sorted[member] = strange[member] ? 0 : sorted[member];
        }
        Arrays.sort(sorted);
        return sorted[sorted.length - majority];
    }

    /** How many members were heard since then, the own one included. */
    int heardSince(long nanos, int own) {
        int count = 0;
        for (int member = 0; member < heardNanos.length; member++) {
            if (member == own || (heardNanos[member] >= nanos && !strange[member])) {
                count++;
            }
        }
        return count;
    }
}
