package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.system.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** Senders that go on while the server is killed and comes back, and the proof that what their sends returned for has come. */
final class Load implements AutoCloseable {
    private static final int MESSAGES_BETWEEN = 50;

    /** So many may be on their way, that slow consumers keep up. */
    private static final int UNDER_WAY_MAX = 200;

    /** The server keeps what a lost client held for 10 s. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final Collected collected = new Collected();
    private final String name;
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> senders = new ArrayList<>();

    /** {@code name}: of what gets the messages. */
    Load(String name) {
        this.name = name;
    }

    /** Where the messages arrive. */
    Collected collected() {
        return collected;
    }

    /** A thread that sends numbered texts by {@code send}, one after the other; an exception ends it and fails the test. */
    Load from(String sender, Consumer<String> send) {
        senders.add(threads.submit(() -> {
            for (int number = 0; sending.get(); number++) {
                String text = sender + " " + number;
                send.accept(text);
                sent.add(text);
                Moments.await("consumers of " + name + " keep up")
                        .until(() -> !sending.get() || sent.size() - collected.size() < UNDER_WAY_MAX);
            }
        }));
        return this;
    }

    /** Kills the server while all have messages under way, again and again. */
    static void whileKilled(ServerProcess server, int kills, Collection<Load> loads) throws Exception {
        for (int kill = 0; kill < kills; kill++) {
            awaitTraffic(loads);
            server.killAndRestart();
        }
        awaitTraffic(loads);
    }

    private static void awaitTraffic(Collection<Load> loads) throws Exception {
        List<Integer> enough = new ArrayList<>();
        loads.forEach(load -> enough.add(load.collected.size() + MESSAGES_BETWEEN));
        int index = 0;
        for (Load load : loads) {
            int least = enough.get(index++);
            Moments.await("messages come to " + load.name).until(() -> {
                load.assertSendersRun();
                return load.collected.size() >= least;
            });
        }
    }

    private void assertSendersRun() throws Exception {
        for (Future<?> sender : senders) {
            if (sender.isDone()) {
                sender.get();
            }
        }
    }

    /** Ends the senders; each message came once. */
    void assertNothingLostOrDoubled() throws Exception {
        List<String> all = end();
        assertThat(Collected.faults(all, collected.texts()))
                .as("of " + all.size() + " messages to " + name)
                .isEmpty();
    }

    /** Ends the senders; each message came at least once. */
    void assertNothingLost() throws Exception {
        List<String> all = end();
        assertThat(new HashSet<>(collected.texts())).as("what came to " + name).containsAll(all);
    }

    /** Ends the senders and waits until all has come, or nothing comes any more. */
    private List<String> end() throws Exception {
        sending.set(false);
        for (Future<?> sender : senders) {
            sender.get(30, TimeUnit.SECONDS);
        }
        List<String> all = List.copyOf(sent);
        long[] last = {collected.size(), System.nanoTime()};
        Awaitility.await("all messages, or silence")
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofMinutes(2))
                .until(() -> {
                    if (last[0] != collected.size()) {
                        last[0] = collected.size();
                        last[1] = System.nanoTime();
                    }
                    return isComplete(all) || System.nanoTime() - last[1] > GRACE.toNanos();
                });
        // Long enough for doubles.
        Moments.awaitSilence();
        return all;
    }

    private boolean isComplete(List<String> all) {
        return new HashSet<>(collected.texts()).containsAll(all);
    }

    @Override
    public void close() {
        sending.set(false);
        threads.shutdownNow();
    }
}
