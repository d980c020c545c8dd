package dev.sluice.server.core;

import java.util.Arrays;

/**
 * Messages of one subscription as runs of consecutive sequences of one lane. A list that is filled and read again and again; who is
 * given one copies what outlives the call.
 */
public final class Runs {
    private int[] lanes = new int[8];
    private long[] firsts = new long[8];
    private int[] counts = new int[8];
    private int size;

    /** Forgets all. */
    public void clear() {
        size = 0;
    }

    /** How many runs. */
    public int size() {
        return size;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** The lane of run {@code index}: its priority, with {@link Lane#TRANSIENT} for non-persistent messages. */
    public int lane(int index) {
        return lanes[index];
    }

    /** The first sequence of run {@code index}. */
    public long first(int index) {
        return firsts[index];
    }

    /** How many messages run {@code index} has. */
    public int count(int index) {
        return counts[index];
    }

    /** How many messages all runs have. */
    public long messages() {
        long messages = 0;
        for (int index = 0; index < size; index++) {
            messages += counts[index];
        }
        return messages;
    }

    /** Whether a message is in one of the runs. */
    boolean contains(int lane, long sequence) {
        for (int index = 0; index < size; index++) {
            if (lanes[index] == lane && sequence >= firsts[index] && sequence - firsts[index] < counts[index]) {
                return true;
            }
        }
        return false;
    }

    /** Those of persistent messages, or of non-persistent ones. A copy. */
    Runs of(boolean transientOnes) {
        Runs some = new Runs();
        for (int index = 0; index < size; index++) {
            if ((lanes[index] >= Lane.TRANSIENT) == transientOnes) {
                some.add(lanes[index], firsts[index], counts[index]);
            }
        }
        return some;
    }

    /** Adds a run. */
    public void add(int lane, long first, int count) {
        if (size == lanes.length) {
            lanes = Arrays.copyOf(lanes, size * 2);
            firsts = Arrays.copyOf(firsts, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        lanes[size] = lane;
        firsts[size] = first;
        counts[size] = count;
        size++;
    }

    /** Adds one message; it joins the last run when it follows it. */
    public void add(int lane, long sequence) {
        int last = size - 1;
        if (size > 0 && lanes[last] == lane && firsts[last] + counts[last] == sequence) {
            counts[last]++;
        } else {
            add(lane, sequence, 1);
        }
    }
}
