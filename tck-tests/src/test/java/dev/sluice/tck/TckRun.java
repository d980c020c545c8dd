package dev.sluice.tck;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** All tests, once, over one reach: what became of each, and how long all took. */
record TckRun(Reach reach, List<TckResult> results, long wallMillis) {
    /** Runs {@code tests} in as many slots as the options say. */
    static TckRun of(TckOptions options, Reach reach, List<TckTest> tests, Path logs)
            throws IOException, InterruptedException {
        emptied(logs);
        long begun = System.nanoTime();
        Queue<TckTest> waiting = new ConcurrentLinkedQueue<>(tests);
        ExecutorService threads = Executors.newFixedThreadPool(options.workers());
        try {
            List<Future<List<TckResult>>> shares = IntStream.range(0, options.workers())
                    .mapToObj(number ->
                            threads.submit(() -> share(new Slot(options, reach, logs, "slot-" + number), waiting)))
                    .toList();
            List<TckResult> results = new ArrayList<>();
            for (Future<List<TckResult>> share : shares) {
                results.addAll(share.get());
            }
            return new TckRun(reach, results, (System.nanoTime() - begun) / 1_000_000);
        } catch (ExecutionException e) {
            throw new AssertionError("a slot of the run ended", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static void emptied(Path logs) throws IOException {
        Files.createDirectories(logs);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(logs, "*.txt")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static List<TckResult> share(Slot slot, Queue<TckTest> waiting) {
        try (slot) {
            List<TckResult> results = new ArrayList<>();
            for (TckTest test = waiting.poll(); test != null; test = waiting.poll()) {
                results.add(slot.run(test));
            }
            return results;
        }
    }

    /** What is wrong with it, one text for each test that failed and one when there are fewer tests than {@code expected}. */
    List<String> faults(int expected) {
        List<String> faults = new ArrayList<>();
        results.stream()
                .filter(result -> !result.passed())
                .map(TckResult::toString)
                .sorted()
                .forEach(faults::add);
        if (results.size() < expected) {
            faults.add(results.size() + " tests were run, " + expected + " are expected");
        }
        return faults;
    }

    long summedMillis() {
        return results.stream().mapToLong(TckResult::millis).sum();
    }
}
