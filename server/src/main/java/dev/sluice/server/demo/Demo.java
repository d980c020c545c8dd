package dev.sluice.server.demo;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Streams the lines of real files through a queue and a topic of a real server, kills the server in the middle, restarts it, and proves
 * that every line arrived once and in order. Used once, by one thread.
 */
public final class Demo {
    static final String QUEUE = "demo.lines";
    static final String TOPIC = "demo.news";
    private static final long REDRAW_MILLIS = 100;
    private static final int RECEIVERS = 3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<Path> files;
    private final PrintStream out;
    private final boolean terminal;

    /** Over the lines of {@code files}; {@code terminal} tells whether {@code out} can draw a line again. */
    public Demo(List<Path> files, PrintStream out, boolean terminal) {
        this.files = List.copyOf(files);
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Runs it and says on the way what happens. The server and its directory are gone afterwards, also when the JVM is ended by a signal.
     *
     * @return whether everything arrived once and in order
     * @throws IOException when a file cannot be read or the server does not start, with the reason
     * @throws ExecutionException when a client failed; the cause says why
     */
    public boolean run() throws IOException, InterruptedException, ExecutionException {
        long lines = Lines.count(files);
        if (lines == 0) {
            throw new IOException("there is no line in " + files);
        }
        DemoServer server = DemoServer.alone();
        Thread lastResort = new Thread(() -> closeQuietly(server), "demo-end");
        Runtime.getRuntime().addShutdownHook(lastResort);
        try (server) {
            boolean proved = run(server, lines);
            if (!proved) {
                out.println("The server's last words:\n" + server.lastWords());
            }
            return proved;
        } catch (IOException | ExecutionException e) {
            out.println();
            out.println("The server's last words:\n" + server.lastWords());
            throw e;
        } finally {
            forget(lastResort);
        }
    }

    private boolean run(DemoServer server, long lines) throws IOException, InterruptedException, ExecutionException {
        ProgressBar bar = new ProgressBar(out, terminal, RECEIVERS * lines);
        long launched = System.nanoTime();
        long pid = server.start();
        bar.say(String.format(
                Locale.ROOT,
                "A durable server runs as process %d on port %d, data in %s (ready after %.1f s).",
                pid,
                server.port(),
                server.directory(),
                seconds(launched)));
        bar.say(String.format(
                Locale.ROOT,
                "%,d lines of %s go through queue %s and topic %s with two durable subscribers.",
                lines,
                files.size() == 1 ? files.get(0).toString() : files.size() + " files",
                QUEUE,
                TOPIC));
        ConnectionFactory factory = new SluiceConnectionFactory(server.url());
        CountDownLatch ready = new CountDownLatch(RECEIVERS);
        CountDownLatch killed = new CountDownLatch(1);
        LineSender sender = new LineSender(factory, files, lines, killed);
        List<LineReceiver> receivers = List.of(
                LineReceiver.ofQueue(factory, lines, ready),
                LineReceiver.ofTopic(factory, "first subscriber", lines, ready),
                LineReceiver.ofTopic(factory, "second subscriber", lines, ready));
        ExecutorService threads = Executors.newFixedThreadPool(receivers.size() + 1, Demo::daemon);
        try {
            List<Future<Proof.Result>> results = new ArrayList<>();
            receivers.forEach(receiver -> results.add(threads.submit(receiver)));
            awaitReady(ready, results);
            long start = System.nanoTime();
            Future<Proof.Result> sent = threads.submit(sender);
            results.add(sent);
            Watch watch = new Watch(bar, sender, receivers, start);
            // In the middle for both sides: half of the lines are received, and not all are sent.
            watch.until(results, () -> watch.received() >= RECEIVERS * lines / 2);
            crash(server, bar, sender, watch.received());
            killed.countDown();
            long crashed = System.nanoTime();
            long newPid = server.start();
            bar.say(String.format(
                    Locale.ROOT,
                    "  Restarted as process %d on the same port, ready after %.1f s.",
                    newPid,
                    seconds(crashed)));
            watch.until(results, () -> results.stream().allMatch(Future::isDone));
            bar.say("");
            return report(sent.get(), receivers, results, seconds(start));
        } finally {
            threads.shutdownNow();
        }
    }

    private static void crash(DemoServer server, ProgressBar bar, LineSender sender, long received)
            throws InterruptedException {
        long confirmed = sender.confirmed();
        long pid = server.kill();
        bar.say(String.format(
                Locale.ROOT,
                "  Killed process %d (SIGKILL) after %,d confirmed sends and %,d received lines. No client is told.",
                pid,
                confirmed,
                received));
    }

    private static void awaitReady(CountDownLatch ready, List<Future<Proof.Result>> results)
            throws InterruptedException, ExecutionException {
        while (!ready.await(REDRAW_MILLIS, TimeUnit.MILLISECONDS)) {
            failEarly(results);
        }
    }

    /** Throws what made a client fail. */
    private static void failEarly(List<Future<Proof.Result>> results) throws InterruptedException, ExecutionException {
        for (Future<Proof.Result> result : results) {
            if (result.isDone()) {
                Proof.Result unused = result.get();
            }
        }
    }

    private boolean report(
            Proof.Result sent, List<LineReceiver> receivers, List<Future<Proof.Result>> results, double seconds)
            throws InterruptedException, ExecutionException {
        boolean proved = true;
        out.printf(Locale.ROOT, "  %-34s %,10d lines  sha-256 %s…%n", "sent", sent.lines(), sent.shortDigest());
        for (int index = 0; index < receivers.size(); index++) {
            Proof.Result result = results.get(index).get();
            String difference = result.differenceFrom(sent);
            proved &= difference == null;
            out.printf(
                    Locale.ROOT,
                    "  %-34s %,10d lines  sha-256 %s…  %s%n",
                    receivers.get(index).name(),
                    result.lines(),
                    result.shortDigest(),
                    difference == null ? "each once and in order" : "WRONG: " + difference);
        }
        long deliveries = receivers.stream().mapToLong(LineReceiver::received).sum();
        out.printf(
                Locale.ROOT,
                "%,d durable sends and %,d deliveries in %.1f s, the outage included: %,.0f sends/s, %,.0f deliveries/s.%n",
                2 * sent.lines(),
                deliveries,
                seconds,
                2 * sent.lines() / seconds,
                deliveries / seconds);
        out.println(
                proved
                        ? "Every line arrived once and in order at all three receivers, across the crash."
                        : "NOT every line arrived once and in order. This is a bug in Sluice: please report it.");
        return proved;
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / NANOS_PER_SECOND;
    }

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "demo-client");
        thread.setDaemon(true);
        return thread;
    }

    private static void closeQuietly(DemoServer server) {
        try {
            server.close();
        } catch (IOException e) {
            // The JVM ends: all that is left to do is to say what stays behind.
            System.err.println("sluice: could not remove " + server.directory() + ": " + e.getMessage());
        }
    }

    static void forget(Thread lastResort) {
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException e) {
            // The JVM is ending and the hook runs.
            return;
        }
    }

    /** Looks at the clients ten times a second and draws how far they are. */
    private record Watch(ProgressBar bar, LineSender sender, List<LineReceiver> receivers, long start) {
        void until(List<Future<Proof.Result>> results, java.util.function.BooleanSupplier condition)
                throws InterruptedException, ExecutionException {
            while (!condition.getAsBoolean()) {
                failEarly(results);
                long received =
                        receivers.stream().mapToLong(LineReceiver::received).sum();
                bar.show(
                        received,
                        String.format(
                                Locale.ROOT,
                                "%,d sent, %,d received, %,.0f/s",
                                sender.confirmed(),
                                received,
                                received / seconds(start)));
                pause(results);
            }
        }

        /** Lines that came at all receivers. */
        long received() {
            return receivers.stream().mapToLong(LineReceiver::received).sum();
        }

        /** Waits a moment; a client that ends in it ends the wait. */
        private static void pause(List<Future<Proof.Result>> results) throws InterruptedException, ExecutionException {
            for (Future<Proof.Result> result : results) {
                if (!result.isDone()) {
                    try {
                        Proof.Result unused = result.get(REDRAW_MILLIS, TimeUnit.MILLISECONDS);
                    } catch (TimeoutException e) {
                        return;
                    }
                    return;
                }
            }
        }
    }
}
