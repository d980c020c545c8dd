package dev.sluice.server.demo;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.ClusterStatus;
import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Streams the lines of real files through a cluster of three servers, kills the one that leads the busiest shard, starts it again, and
 * proves that every line arrived once and in order. Used once, by one thread.
 */
public final class ClusterDemo {
    private static final int RECEIVERS = 2;
    private static final long LOOK_MILLIS = 20;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final List<Path> files;
    private final PrintStream out;
    private final List<Future<Proof.Result>> results = new ArrayList<>();
    private long longestPauseMillis;
    private long moved = -1;
    private long movedNanos = System.nanoTime();

    /** Over the lines of {@code files}. */
    public ClusterDemo(List<Path> files, PrintStream out) {
        this.files = List.copyOf(files);
        this.out = out;
    }

    /**
     * Runs it and says on the way what happens. Servers and directory are gone afterwards, also when the JVM is ended by a signal.
     *
     * @return whether everything arrived once and in order
     * @throws IOException when a file cannot be read or a server does not start, with the reason
     * @throws ExecutionException when a client failed; the cause says why
     */
    public boolean run() throws IOException, InterruptedException, ExecutionException {
        long lines = Lines.count(files);
        if (lines == 0) {
            throw new IOException("there is no line in " + files);
        }
        DemoCluster cluster = new DemoCluster();
        Thread lastResort = new Thread(() -> closeQuietly(cluster), "demo-end");
        Runtime.getRuntime().addShutdownHook(lastResort);
        try (cluster) {
            boolean proved = run(cluster, lines);
            if (!proved) {
                out.println("The servers' last words:\n" + cluster.lastWords());
            }
            return proved;
        } catch (IOException | ExecutionException e) {
            out.println("The servers' last words:\n" + cluster.lastWords());
            throw e;
        } finally {
            Demo.forget(lastResort);
        }
    }

    private boolean run(DemoCluster cluster, long lines) throws IOException, InterruptedException, ExecutionException {
        say("Starting three servers with %d shards, data in %s …", DemoCluster.SHARDS, cluster.directory());
        ClusterStatus begun = cluster.start();
        for (int shard = 0; shard < DemoCluster.SHARDS; shard++) {
            say("  %s leads shard %d", Objects.requireNonNull(begun.leaderOf(shard)), shard);
        }
        say("%,d lines go through queue %s and topic %s.", lines, Demo.QUEUE, Demo.TOPIC);
        ConnectionFactory factory = new SluiceConnectionFactory(cluster.url());
        CountDownLatch ready = new CountDownLatch(RECEIVERS);
        CountDownLatch killed = new CountDownLatch(1);
        LineSender sender = new LineSender(factory, files, lines, killed);
        List<LineReceiver> receivers = List.of(
                LineReceiver.ofQueue(factory, lines, ready), LineReceiver.ofTopic(factory, "subscriber", lines, ready));
        ExecutorService threads = Executors.newFixedThreadPool(RECEIVERS + 2, Demo::daemon);
        try {
            receivers.forEach(receiver -> results.add(threads.submit(receiver)));
            watch(sender, receivers, () -> ready.getCount() == 0);
            longestPauseMillis = 0;
            movedNanos = System.nanoTime();
            results.add(threads.submit(sender));
            watch(sender, receivers, () -> received(receivers) >= RECEIVERS * lines / 4);
            ClusterStatus before = cluster.status();
            watch(sender, receivers, () -> received(receivers) >= RECEIVERS * lines / 2);
            int shard = DemoCluster.busiest(before, cluster.status());
            String victim = Objects.requireNonNull(cluster.status().leaderOf(shard));
            killed.countDown();
            long killedNanos = System.nanoTime();
            kill(cluster, shard, victim, sender, receivers);
            Future<ClusterStatus> elected = threads.submit(() -> cluster.awaitLeader(shard, victim));
            watch(sender, receivers, elected::isDone);
            say(
                    "  %s leads shard %d, %,d ms later",
                    Objects.requireNonNull(elected.get().leaderOf(shard)),
                    shard,
                    (System.nanoTime() - killedNanos) / NANOS_PER_MILLI);
            watch(sender, receivers, () -> received(receivers) >= RECEIVERS * lines * 3 / 4);
            Future<Long> restarted = threads.submit(() -> cluster.server(victim).start());
            watch(sender, receivers, restarted::isDone);
            say("  %s is back as process %d, and is filled from the others", victim, restarted.get());
            watch(sender, receivers, () -> results.stream().allMatch(Future::isDone));
            return report(receivers);
        } finally {
            threads.shutdownNow();
        }
    }

    private void kill(DemoCluster cluster, int shard, String victim, LineSender sender, List<LineReceiver> receivers)
            throws InterruptedException {
        long confirmed = sender.confirmed();
        long pid = cluster.server(victim).kill();
        say(
                "  Killed %s (process %d, SIGKILL), which leads the busiest shard, %d, after %,d confirmed sends and %,d"
                        + " received lines. No client is told.",
                victim, pid, shard, confirmed, received(receivers));
    }

    /** Waits for something, and notes the longest time in which nothing was confirmed and nothing received. */
    private void watch(LineSender sender, List<LineReceiver> receivers, BooleanSupplier condition)
            throws InterruptedException, ExecutionException {
        while (!condition.getAsBoolean()) {
            long now = System.nanoTime();
            longestPauseMillis = Math.max(longestPauseMillis, (now - movedNanos) / NANOS_PER_MILLI);
            long all = sender.confirmed() + received(receivers);
            if (all != moved) {
                moved = all;
                movedNanos = now;
            }
            pause();
        }
    }

    /** Waits a moment; a client that fails in it ends the demonstration. */
    private void pause() throws InterruptedException, ExecutionException {
        for (Future<Proof.Result> result : results) {
            try {
                Proof.Result unused = result.get(result.isDone() ? 0 : LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return;
            }
        }
    }

    private static long received(List<LineReceiver> receivers) {
        return receivers.stream().mapToLong(LineReceiver::received).sum();
    }

    private boolean report(List<LineReceiver> receivers) throws InterruptedException, ExecutionException {
        Proof.Result sent = results.get(RECEIVERS).get();
        boolean proved = true;
        say("  %-34s %,10d lines  sha-256 %s…", "sent", sent.lines(), sent.shortDigest());
        for (int index = 0; index < RECEIVERS; index++) {
            Proof.Result result = results.get(index).get();
            String difference = result.differenceFrom(sent);
            proved &= difference == null;
            say(
                    "  %-34s %,10d lines  sha-256 %s…  %s",
                    receivers.get(index).name(),
                    result.lines(),
                    result.shortDigest(),
                    difference == null ? "each once and in order" : "WRONG: " + difference);
        }
        say("The longest time in which nothing was confirmed or received: %,d ms.", longestPauseMillis);
        say(
                proved
                        ? "Nothing was lost or doubled, though the leader was killed."
                        : "NOT every line arrived once and in order. This is a bug in Sluice: please report it.");
        return proved;
    }

    private void say(String text, Object... values) {
        out.println(String.format(Locale.ROOT, text, values));
    }

    private static void closeQuietly(DemoCluster cluster) {
        try {
            cluster.close();
        } catch (IOException e) {
            // The JVM ends: all that is left to do is to say what stays behind.
            System.err.println("sluice: could not remove " + cluster.directory() + ": " + e.getMessage());
        }
    }
}
