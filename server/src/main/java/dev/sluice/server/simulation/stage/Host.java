package dev.sluice.server.simulation.stage;

import dev.sluice.base.Clock;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * A process on a machine of its own, with its two clocks. What is planned for a run of it does not happen after that run has ended, and waits
 * while it is paused. A pause stops the process, or suspends the machine, whose monotonic clock then stands still.
 */
public final class Host implements Clock {
    /** Some day in 2025. */
    private static final long EPOCH_MILLIS = 1_750_000_000_000L;

    private final String name;
    private final Timeline timeline;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final long bootNanos;
    private boolean running;
    private boolean paused;
    private boolean suspended;
    private long run;
    private long pausedAtNanos;
    private long suspendedNanos;
    private long wallOffsetMillis;

    /** Not running yet. */
    public Host(String name, Timeline timeline) {
        this.name = name;
        this.timeline = timeline;
        // Clocks of different machines have different origins.
        bootNanos = timeline.between(1, TimeUnit.DAYS.toNanos(30));
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Time and chance. */
    public Timeline timeline() {
        return timeline;
    }

    // ---- clocks ----

    @Override
    public long nanoTime() {
        long frozen = suspended ? timeline.nowNanos() - pausedAtNanos : 0;
        return bootNanos + timeline.nowNanos() - suspendedNanos - frozen;
    }

    @Override
    public long wallMillis() {
        return EPOCH_MILLIS + timeline.nowMillis() + wallOffsetMillis;
    }

    /** The wall clock jumps. */
    public void jump(long millis) {
        wallOffsetMillis += millis;
    }

    /** Whether its monotonic clock stands still. */
    public boolean isSuspended() {
        return suspended;
    }

    // ---- its life ----

    /** Begins a run. */
    public void start() {
        run++;
        running = true;
    }

    /** Ends the run: nothing of it happens any more. */
    public void kill() {
        running = false;
        if (paused) {
            paused = false;
            wake();
        }
        waiting.clear();
    }

    /** Stops it for a while; what comes meanwhile waits. */
    public void pause(boolean suspend) {
        paused = true;
        suspended = suspend;
        pausedAtNanos = timeline.nowNanos();
    }

    /** Goes on. */
    public void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        wake();
        // One after the other: each may plan something, or end the run.
        long ofRun = run;
        int count = waiting.size();
        for (int index = 0; index < count; index++) {
            Runnable next = waiting.poll();
            if (next != null && running && run == ofRun) {
                next.run();
            }
        }
    }

    private void wake() {
        if (suspended) {
            suspendedNanos += timeline.nowNanos() - pausedAtNanos;
            suspended = false;
        }
    }

    /** Whether there is a process, paused or not. */
    public boolean isRunning() {
        return running;
    }

    /** Whether its process does anything now. */
    public boolean isActive() {
        return running && !paused;
    }

    /** Counts its runs. */
    public long run() {
        return run;
    }

    /** Plans something for this run. */
    public void after(long nanos, Runnable action) {
        long ofRun = run;
        timeline.after(nanos, () -> happen(ofRun, action));
    }

    private void happen(long ofRun, Runnable action) {
        if (!running || run != ofRun) {
            return;
        }
        if (paused) {
            waiting.add(action);
        } else {
            action.run();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
