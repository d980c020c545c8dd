package dev.sluice.link;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The messages that one consumer was sent and has not settled: runs of sequences, a lane for each priority and kind; and how far each
 * lane came. Small as long as they are settled about in order, exact in any order. Owned by the link machine.
 */
final class Held {
    private static final int PRIORITIES = 10;

    private final @Nullable Lane[] lanes = new Lane[2 * PRIORITIES];

    /** One more; a message that is there already stays once. */
    void add(int priority, boolean transientMessage, long sequence) {
        int index = index(priority, transientMessage);
        Lane lane = lanes[index];
        if (lane == null) {
            lane = new Lane();
            lanes[index] = lane;
        }
        lane.add(sequence);
    }

    /** Takes out what there is of run {@code index} of {@code ranges}; what there was is added to {@code found}, if that is given. */
    void remove(Ranges ranges, int index, @Nullable Ranges found) {
        int priority = ranges.priority(index);
        boolean transientMessage = ranges.isTransient(index);
        Lane lane = lanes[index(priority, transientMessage)];
        if (lane != null) {
            lane.remove(ranges.first(index), ranges.first(index) + ranges.count(index), (first, count) -> {
                if (found != null) {
                    found.addRun(priority, transientMessage, first, count);
                }
            });
        }
    }

    /** Adds to {@code found} what there is of run {@code index} of {@code ranges}. */
    void find(Ranges ranges, int index, Ranges found) {
        int priority = ranges.priority(index);
        boolean transientMessage = ranges.isTransient(index);
        Lane lane = lanes[index(priority, transientMessage)];
        if (lane != null) {
            lane.find(
                    ranges.first(index),
                    ranges.first(index) + ranges.count(index),
                    (first, count) -> found.addRun(priority, transientMessage, first, count));
        }
    }

    /** Forgets all but how far the lanes came. */
    void clear() {
        for (Lane lane : lanes) {
            if (lane != null) {
                lane.clear();
            }
        }
    }

    /** Forgets the non-persistent ones: the server that knew them is gone. */
    void clearTransient() {
        Arrays.fill(lanes, PRIORITIES, 2 * PRIORITIES, null);
    }

    /** Whether there is none. */
    boolean isEmpty() {
        for (Lane lane : lanes) {
            if (lane != null && lane.size > 0) {
                return false;
            }
        }
        return true;
    }

    /** All of them. */
    Ranges all() {
        Ranges ranges = new Ranges();
        for (int index = 0; index < lanes.length; index++) {
            Lane lane = lanes[index];
            if (lane != null) {
                lane.addTo(ranges, index % PRIORITIES, index >= PRIORITIES);
            }
        }
        return ranges;
    }

    /** Adds the last message that came of each lane, where it is settled: a run of one. */
    void addLastSettled(Ranges ranges) {
        for (int index = 0; index < lanes.length; index++) {
            Lane lane = lanes[index];
            if (lane != null && !lane.hasLast()) {
                ranges.addRun(index % PRIORITIES, index >= PRIORITIES, lane.last, 1);
            }
        }
    }

    private static int index(int priority, boolean transientMessage) {
        return transientMessage ? PRIORITIES + priority : priority;
    }

    @FunctionalInterface
    private interface Found {
        void run(long first, int count);
    }

    /** Runs in ascending order, apart from each other, in a window of two arrays that moves as the oldest are settled. */
    private static final class Lane {
        private static final int INITIAL = 8;

        private long[] first = new long[INITIAL];
        private long[] end = new long[INITIAL];
        private int head;
        private int size;
        private long last;

        void clear() {
            head = 0;
            size = 0;
        }

        boolean hasLast() {
            return size > 0 && end[head + size - 1] == last + 1;
        }

        void add(long sequence) {
            last = Math.max(last, sequence);
            int after = head + size;
            if (size == 0 || sequence > end[after - 1]) {
                insert(after, sequence, sequence + 1);
                return;
            }
            if (sequence == end[after - 1]) {
                end[after - 1]++;
                return;
            }
            int at = firstEndingAtOrAfter(sequence);
            if (first[at] <= sequence && sequence < end[at]) {
                return;
            }
            if (end[at] == sequence) {
                end[at]++;
                if (at + 1 < after && first[at + 1] == end[at]) {
                    end[at] = end[at + 1];
                    delete(at + 1);
                }
            } else if (first[at] == sequence + 1) {
                first[at] = sequence;
            } else {
                insert(at, sequence, sequence + 1);
            }
        }

        void remove(long from, long to, Found found) {
            int at = firstEndingAtOrAfter(from + 1);
            while (at < head + size && first[at] < to) {
                long start = Math.max(first[at], from);
                long stop = Math.min(end[at], to);
                found.run(start, (int) (stop - start));
                boolean keepsStart = first[at] < start;
                boolean keepsEnd = stop < end[at];
                if (keepsStart && keepsEnd) {
                    long oldEnd = end[at];
                    end[at] = start;
                    insert(at + 1, stop, oldEnd);
                    return;
                }
                if (keepsStart) {
                    end[at] = start;
                    at++;
                } else if (keepsEnd) {
                    first[at] = stop;
                    return;
                } else if (delete(at)) {
                    at++;
                }
            }
        }

        void find(long from, long to, Found found) {
            for (int at = firstEndingAtOrAfter(from + 1); at < head + size && first[at] < to; at++) {
                long start = Math.max(first[at], from);
                found.run(start, (int) (Math.min(end[at], to) - start));
            }
        }

        void addTo(Ranges ranges, int priority, boolean transientMessage) {
            for (int at = head; at < head + size; at++) {
                ranges.addRun(priority, transientMessage, first[at], (int) (end[at] - first[at]));
            }
        }

        /** The first run that ends at or after {@code sequence}, or the place behind the last. */
        private int firstEndingAtOrAfter(long sequence) {
            if (size > 0 && end[head] >= sequence) {
                return head;
            }
            int found = Arrays.binarySearch(end, head, head + size, sequence);
            return found >= 0 ? found : -found - 1;
        }

        private void insert(int at, long runFirst, long runEnd) {
            int place = at;
            if (head + size == first.length) {
                place -= head;
                makeRoom();
            }
            int after = head + size;
            System.arraycopy(first, place, first, place + 1, after - place);
            System.arraycopy(end, place, end, place + 1, after - place);
            first[place] = runFirst;
            end[place] = runEnd;
            size++;
        }

        /** Moves the window to the start of the arrays, larger ones when it fills more than half of them. */
        private void makeRoom() {
            int capacity = size > first.length / 2 ? first.length * 2 : first.length;
            long[] newFirst = new long[capacity];
            long[] newEnd = new long[capacity];
            System.arraycopy(first, head, newFirst, 0, size);
            System.arraycopy(end, head, newEnd, 0, size);
            first = newFirst;
            end = newEnd;
            head = 0;
        }

        /** Whether the window moved past it, rather than the later ones down to its place. */
        @CanIgnoreReturnValue
        private boolean delete(int at) {
            size--;
            if (at == head) {
                head = size == 0 ? 0 : head + 1;
                return size > 0;
            }
            int after = head + size;
            System.arraycopy(first, at + 1, first, at, after - at);
            System.arraycopy(end, at + 1, end, at, after - at);
            return false;
        }
    }
}
