package dev.sluice.base;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jctools.queues.varhandle.SpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A thread that does slow work for one owner thread: tasks go in by one ring, answers come back by another, in order. It parks when it
 * has nothing to do. The rings grow as needed: the owner bounds what it has under way.
 */
public final class Worker<T, A> implements AutoCloseable {
    private static final int RING_CHUNK = 64;
    private static final Object END = new Object();

    private final SpscUnboundedVarHandleArrayQueue<Object> tasks = new SpscUnboundedVarHandleArrayQueue<>(RING_CHUNK);
    private final SpscUnboundedVarHandleArrayQueue<A> answers = new SpscUnboundedVarHandleArrayQueue<>(RING_CHUNK);
    private final Work<T, A> work;
    private final Runnable onAnswer;
    private final int tasksMax;
    private final Thread thread;

    /**
     * Starts the thread, a daemon. {@code onAnswer} runs on it after each answer, to wake the owner. The work gets at most
     * {@code tasksMax} tasks at a time.
     */
    public Worker(String name, int tasksMax, Work<T, A> work, Runnable onAnswer) {
        this.tasksMax = tasksMax;
        this.work = work;
        this.onAnswer = onAnswer;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands over a task. For the owner. */
    public void submit(T task) {
        put(task);
    }

    /** The next answer, or null. For the owner. */
    public @Nullable A poll() {
        return answers.poll();
    }

    /** The next answer, or null when there is none after at most {@code nanosMax}. For the owner, where it has to wait anyway. */
    public @Nullable A await(long nanosMax) {
        A answer = answers.poll();
        if (answer == null) {
            LockSupport.parkNanos(this, nanosMax);
            answer = answers.poll();
        }
        return answer;
    }

    /** Does what was submitted, then ends the thread and waits for its end; answers can still be polled. For the owner. */
    @Override
    public void close() {
        put(END);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException stillWaiting) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(Object task) {
        Invariant.check(tasks.offer(task), "an unbounded ring refused a task");
        LockSupport.unpark(thread);
    }

    private void run() {
        List<T> taken = new ArrayList<>();
        Consumer<A> answer = this::answer;
        for (boolean open = true; open; ) {
            open = take(taken);
            if (!taken.isEmpty()) {
                work.run(taken, answer);
                taken.clear();
            } else if (open && tasks.isEmpty()) {
                LockSupport.park(this);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private boolean take(List<T> taken) {
        while (taken.size() < tasksMax) {
            Object task = tasks.poll();
            if (task == null) {
                return true;
            }
            if (task == END) {
                return false;
            }
            taken.add((T) task);
        }
        return true;
    }

    private void answer(A answer) {
        Invariant.check(answers.offer(answer), "an unbounded ring refused an answer");
        onAnswer.run();
    }

    /** What the thread does. */
    @FunctionalInterface
    public interface Work<T, A> {
        /** Does the tasks, in order, and answers what is to be answered. It must not throw: a failure is an answer. */
        void run(List<T> tasks, Consumer<A> answer);
    }
}
