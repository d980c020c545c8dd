package dev.sluice.base;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that runs tasks one after the other, in the order they were given. It starts with the first task and ends some
 * time after the last, or at once when no more are expected. Any thread may give tasks; a task that throws ends up with the thread's
 * uncaught exception handler.
 */
public final class SerialTasks {
    private static final long IDLE_NANOS = Monitor.nanosOf(30_000);

    private final Monitor monitor = new Monitor();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final String name;
    private @Nullable Thread thread;
    private boolean running;
    private boolean retired;

    /** A worker whose thread will have {@code name}. */
    public SerialTasks(String name) {
        this.name = name;
    }

    /** Runs {@code task} after all that was given before. */
    public void run(Runnable task) {
        monitor.enter();
        try {
            tasks.add(task);
            if (thread == null) {
                Thread started = new Thread(this::work, name);
                started.setDaemon(true);
                // It may fail, and the next task tries again.
                started.start();
                thread = started;
            }
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    /** From now on the thread ends as soon as there is nothing to do; what is still given runs all the same. */
    public void retire() {
        monitor.enter();
        try {
            retired = true;
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }

    /** Whether the caller is a task of this worker. */
    public boolean isCurrentThread() {
        monitor.enter();
        try {
            return thread == Thread.currentThread();
        } finally {
            monitor.leave();
        }
    }

    /** Waits until all tasks have run, at most {@code millis}; whether they have. A task itself must not call it. */
    @CanIgnoreReturnValue
    public boolean awaitIdle(long millis) {
        monitor.enter();
        try {
            long left = Monitor.nanosOf(millis);
            while ((running || !tasks.isEmpty()) && left > 0) {
                left = monitor.awaitQuietly(left);
            }
            return !running && tasks.isEmpty();
        } finally {
            monitor.leave();
        }
    }

    private void work() {
        Runnable task = next();
        while (task != null) {
            try {
                task.run();
            } catch (RuntimeException | Error thrown) {
                Thread self = Thread.currentThread();
                self.getUncaughtExceptionHandler().uncaughtException(self, thrown);
            } finally {
                // What interrupted this task is not for the next one.
                boolean ignored = Thread.interrupted();
                finished();
            }
            task = next();
        }
    }

    private @Nullable Runnable next() {
        monitor.enter();
        try {
            long left = IDLE_NANOS;
            while (tasks.isEmpty() && !retired && left > 0) {
                left = monitor.awaitQuietly(left);
            }
            Runnable task = tasks.poll();
            running = task != null;
            if (task == null) {
                thread = null;
            }
            return task;
        } finally {
            monitor.leave();
        }
    }

    private void finished() {
        monitor.enter();
        try {
            running = false;
            monitor.changed();
        } finally {
            monitor.leave();
        }
    }
}
