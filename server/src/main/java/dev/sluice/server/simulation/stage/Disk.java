package dev.sluice.server.simulation.stage;

import java.util.concurrent.TimeUnit;

/** The disk of a machine: how long a sync takes, and how much room there is. */
public final class Disk {
    private static final long MICRO = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long ROOM_BYTES = 1L << 40;

    private final Host host;
    private long slowNanos;
    private boolean full;

    /** A fast one with room. */
    public Disk(Host host) {
        this.host = host;
    }

    /** Each sync takes so much longer from now on. */
    public void slowNanos(long nanos) {
        slowNanos = nanos;
    }

    /** There is no room, or there is. */
    public void full(boolean now) {
        full = now;
    }

    /** Whether nothing more can be written than what has a reserve. */
    public boolean isFull() {
        return full;
    }

    /** What is free. */
    public long roomBytes() {
        return full ? 0 : ROOM_BYTES;
    }

    /** What was written before is durable after a while, if this run lasts until then. */
    public void sync(Runnable done) {
        Timeline timeline = host.timeline();
        long late = timeline.onceIn(100) ? timeline.between(0, 100_000 * MICRO) : 0;
        host.after(timeline.between(30 * MICRO, 3_000 * MICRO) + slowNanos + late, done);
    }

    /** A read that is not in memory. */
    void read(Runnable done) {
        host.after(host.timeline().between(5 * MICRO, 500 * MICRO), done);
    }
}
