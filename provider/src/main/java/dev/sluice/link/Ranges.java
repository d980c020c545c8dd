package dev.sluice.link;

import dev.sluice.wire.Wire;
import java.util.Arrays;

/** Messages of one consumer, as runs of consecutive sequences of one priority. Not thread-safe; handed over when passed to the link. */
public final class Ranges {
    private static final int INITIAL = 4;

    private long[] first = new long[INITIAL];
    private int[] count = new int[INITIAL];
    private byte[] priority = new byte[INITIAL];
    private boolean[] transientMessages = new boolean[INITIAL];
    private int size;

    /** Adds one message; it joins the last run when it follows it. */
    public void add(int messagePriority, boolean transientMessage, long sequence) {
        int last = size - 1;
        if (size > 0
                && priority[last] == messagePriority
                && transientMessages[last] == transientMessage
                && first[last] + count[last] == sequence) {
            count[last]++;
            return;
        }
        addRun(messagePriority, transientMessage, sequence, 1);
    }

    /** Adds a run of messages, as one of its own. */
    public void addRun(int messagePriority, boolean transientMessage, long firstSequence, int messages) {
        if (size == first.length) {
            first = Arrays.copyOf(first, size * 2);
            count = Arrays.copyOf(count, size * 2);
            priority = Arrays.copyOf(priority, size * 2);
            transientMessages = Arrays.copyOf(transientMessages, size * 2);
        }
        first[size] = firstSequence;
        count[size] = messages;
        priority[size] = (byte) messagePriority;
        transientMessages[size] = transientMessage;
        size++;
    }

    /** A copy of the runs from {@code from} to {@code to}, exclusively. */
    Ranges part(int from, int to) {
        Ranges part = new Ranges();
        for (int index = from; index < to; index++) {
            part.addRun(priority[index], transientMessages[index], first[index], count[index]);
        }
        return part;
    }

    /** These with every run short enough for a frame; the same object when all are. */
    Ranges cutForFrames() {
        boolean fits = true;
        for (int index = 0; index < size; index++) {
            fits &= count[index] <= Wire.RANGE_MESSAGES_MAX;
        }
        if (fits) {
            return this;
        }
        Ranges cut = new Ranges();
        for (int index = 0; index < size; index++) {
            for (int from = 0; from < count[index]; from += Wire.RANGE_MESSAGES_MAX) {
                int messages = Math.min(count[index] - from, Wire.RANGE_MESSAGES_MAX);
                cut.addRun(priority[index], transientMessages[index], first[index] + from, messages);
            }
        }
        return cut;
    }

    /** Behind the last run that goes into a frame with run {@code from}, by the number of runs and of messages. */
    int frameEnd(int from) {
        int most = Math.min(size, from + Wire.RANGES_MAX);
        long messages = 0;
        int end = from;
        while (end < most && messages + count[end] <= Wire.RANGE_MESSAGES_MAX) {
            messages += count[end];
            end++;
        }
        return end;
    }

    /** The number of runs. */
    public int size() {
        return size;
    }

    /** The priority of run {@code index}. */
    public int priority(int index) {
        return priority[index];
    }

    /** Whether run {@code index} is of non-persistent messages. */
    public boolean isTransient(int index) {
        return transientMessages[index];
    }

    /** The first sequence of run {@code index}. */
    public long first(int index) {
        return first[index];
    }

    /** How many messages run {@code index} has. */
    public int count(int index) {
        return count[index];
    }

    /** Whether some run is of persistent messages. */
    public boolean hasPersistent() {
        for (int index = 0; index < size; index++) {
            if (!transientMessages[index]) {
                return true;
            }
        }
        return false;
    }
}
