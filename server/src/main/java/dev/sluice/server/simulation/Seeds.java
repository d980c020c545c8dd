package dev.sluice.server.simulation;

import dev.sluice.base.SharedRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Plays many seeds: each world in one thread, several worlds at a time, until all are played or one of them was not good. */
public final class Seeds {
    private final long first;
    private final long count;
    private final Consumer<Outcome> watcher;
    private final SharedRef<Outcome> bad = new SharedRef<>();

    /**
     * Of so many seeds.
     *
     * @param count {@link Long#MAX_VALUE} for no end
     * @param watcher hears of each that was played, on several threads
     */
    public Seeds(long first, long count, Consumer<Outcome> watcher) {
        this.first = first;
        this.count = count;
        this.watcher = watcher;
    }

    /** Plays them; returns what came of those that were not good: of at most one for each worker. */
    public List<Outcome> play(int workers) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(workers, task -> {
            Thread thread = new Thread(task, "sluice-simulation");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<List<Outcome>>> parts = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                int offset = worker;
                parts.add(threads.submit(() -> part(offset, workers)));
            }
            List<Outcome> all = new ArrayList<>();
            for (Future<List<Outcome>> part : parts) {
                all.addAll(part.get());
            }
            return all;
        } catch (ExecutionException broken) {
            throw new IllegalStateException("a seed could not be played", broken.getCause());
        } finally {
            List<Runnable> unused = threads.shutdownNow();
        }
    }

    private List<Outcome> part(long offset, int step) {
        Simulation simulation = new Simulation();
        for (long index = offset; index < count && bad.value() == null; index += step) {
            Outcome outcome = simulation.play(first + index, null);
            watcher.accept(outcome);
            if (!outcome.isGood()) {
                bad.set(outcome);
                return List.of(outcome);
            }
        }
        return List.of();
    }
}
