package dev.sluice.server.simulation.stage;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Virtual time: what is to happen, in the order of its time, and of two things at one time in the order in which they were planned. Also the only source of chance. */
public final class Timeline {
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom random;
    private long nowNanos;
    private long planned;

    private record Event(long nanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int times = Long.compare(nanos, other.nanos);
            return times == 0 ? Long.compare(number, other.number) : times;
        }
    }

    /** At time 0. */
    public Timeline(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Now. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Now. */
    public long nowMillis() {
        return nowNanos / NANOS_PER_MILLI;
    }

    /** Plans something; a delay below 0 is none. */
    public void after(long nanos, Runnable action) {
        planned++;
        events.add(new Event(nowNanos + Math.max(0, nanos), planned, action));
    }

    /** The next event happens; false when there is none. */
    public boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        nowNanos = next.nanos;
        next.action.run();
        return true;
    }

    // ---- chance ----

    /** From 0 to below {@code bound}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** From {@code least} to {@code most}, both included. */
    public long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** True once in {@code times}. */
    public boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** Any number. */
    public long any() {
        return random.nextLong();
    }
}
