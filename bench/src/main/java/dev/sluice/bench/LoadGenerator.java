package dev.sluice.bench;

import jakarta.jms.ConnectionFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Puts one workload on a running server, over the plain Jakarta Messaging API, and prints one line of JSON. What the workload leaves in
 * the queue is taken out again, unmeasured.
 */
public final class LoadGenerator {
    private static final int EXIT_USAGE = 2;
    private static final long DRAIN_PATIENCE_SECONDS = 600;

    private final Options options;
    private final ConnectionFactory factory;
    private final Phase phase = new Phase();
    private final Meter sends = new Meter(phase);
    private final Meter deliveries = new Meter(phase);

    private LoadGenerator(Options options, ConnectionFactory factory) {
        this.options = options;
        this.factory = factory;
    }

    /** See {@code bench/README.md}; exit code 0 when the run is complete, 1 when it failed, 2 for a wrong command line. */
    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(Options.USAGE);
            System.exit(EXIT_USAGE);
            return;
        }
        System.out.println(new LoadGenerator(options, factory(options)).run());
    }

    private static ConnectionFactory factory(Options options) throws ReflectiveOperationException {
        return Class.forName(options.factory())
                .asSubclass(ConnectionFactory.class)
                .getConstructor(String.class)
                .newInstance(options.url());
    }

    private String run() throws InterruptedException, ExecutionException {
        Workload workload = options.workload();
        List<Callable<Void>> workers = new ArrayList<>();
        for (int index = 0; index < workload.consumers(); index++) {
            workers.add(new Receiver(factory, options, phase, deliveries));
        }
        for (int index = 0; index < workload.producers(); index++) {
            workers.add(new Sender(factory, options, phase, sends));
        }
        ExecutorService threads = Executors.newFixedThreadPool(workers.size());
        try {
            CompletionService<Void> ended = new ExecutorCompletionService<>(threads);
            workers.forEach(ended::submit);
            passUnlessAWorkerEnds(ended, options.warmupSeconds());
            sends.take().reset();
            deliveries.take().reset();
            phase.measure();
            long start = System.nanoTime();
            passUnlessAWorkerEnds(ended, options.measuredSeconds());
            phase.pause();
            double seconds = (System.nanoTime() - start) / 1e9;
            phase.end();
            for (int index = 0; index < workers.size(); index++) {
                ended.take().get();
            }
            String result = result(seconds);
            drain(threads);
            return result;
        } finally {
            phase.end();
            threads.shutdownNow();
        }
    }

    /** Lets the time pass; a worker that ends in it has failed, and its failure is thrown. */
    private static void passUnlessAWorkerEnds(CompletionService<Void> ended, int seconds)
            throws InterruptedException, ExecutionException {
        Future<Void> early = ended.poll(seconds, TimeUnit.SECONDS);
        if (early != null) {
            early.get();
            throw new IllegalStateException("a worker ended before its time");
        }
    }

    private void drain(ExecutorService threads) throws InterruptedException, ExecutionException {
        if (options.workload().consumers() == 0) {
            Future<Void> drained = threads.submit(new Receiver(factory, options.untransacted(), phase, deliveries));
            try {
                drained.get(DRAIN_PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                throw new IllegalStateException(
                        "the queue " + options.queue() + " was not empty after " + DRAIN_PATIENCE_SECONDS + " s", e);
            }
        }
    }

    private String result(double seconds) {
        Workload workload = options.workload();
        return String.format(
                Locale.ROOT,
                "{\"workload\":\"%s\",\"factory\":\"%s\",\"producers\":%d,\"consumers\":%d,\"persistent\":%b,"
                        + "\"body_bytes\":%d,\"outstanding\":%d,\"commit_every\":%d,\"warmup_seconds\":%d,\"seconds\":%.3f,\"sent\":%s,\"received\":%s}",
                Options.name(workload),
                options.factory(),
                workload.producers(),
                workload.consumers(),
                workload.persistent(),
                workload.bodyBytes(),
                workload.asynchronous() ? options.outstanding() : workload.producers(),
                options.commitEvery(),
                options.warmupSeconds(),
                seconds,
                json(sends.take(), seconds),
                json(deliveries.take(), seconds));
    }

    private static String json(Histogram histogram, double seconds) {
        return String.format(
                Locale.ROOT,
                "{\"count\":%d,\"per_second\":%.0f,\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f}",
                histogram.getTotalCount(),
                histogram.getTotalCount() / seconds,
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(90) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3,
                histogram.getValueAtPercentile(99.9) / 1e3,
                histogram.getMaxValue() / 1e3);
    }
}
