package dev.sluice.bench.load;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Workers, each on a thread of its own. The failure of one is thrown to who waits for them. */
final class Crew implements AutoCloseable {
    private static final long LOOK_MILLIS = 2;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CompletionService<@Nullable Void> ended = new ExecutorCompletionService<>(threads);

    /** What a worker does until it is over. */
    interface Work {
        void run() throws Exception;
    }

    /** Starts a worker; the future says when it has ended. */
    Future<?> start(Work work) {
        Callable<@Nullable Void> call = () -> {
            work.run();
            return null;
        };
        return ended.submit(call);
    }

    /** Lets the time pass. */
    void pass(long nanos) throws Exception {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            look(left);
        }
    }

    /** Waits until {@code done}, at the most for this time; returns whether it is. */
    boolean await(BooleanSupplier done, long nanos) throws Exception {
        long end = System.nanoTime() + nanos;
        while (!done.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            look(Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)));
        }
        return true;
    }

    /** Waits until these workers have ended, which they were told to do. */
    void awaitEnd(List<Future<?>> workers) throws Exception {
        boolean allEnded = await(() -> workers.stream().allMatch(Future::isDone), PATIENCE_NANOS);
        if (!allEnded) {
            throw new IllegalStateException("some workers did not end within "
                    + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s: a call to the provider does not return");
        }
        // A failure among them may be the last thing that happened.
        for (Future<?> worker : workers) {
            get(worker);
        }
    }

    private void look(long nanos) throws Exception {
        Future<@Nullable Void> one = ended.poll(nanos, TimeUnit.NANOSECONDS);
        if (one != null) {
            get(one);
        }
    }

    private static void get(Future<?> worker) throws Exception {
        try {
            Object unused = worker.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
