package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is received and what is sent in one transaction happen together, whoever is killed when: the server, the clients, or both. The
 * copies are read when the storm is over, so that no redelivery to a reader is taken for a copy that was made twice.
 */
abstract class PipeStorm {
    private static final int BATCH_MOST = 100;
    /** Small, so that a killed client takes little of the queue with it. */
    private static final int PREFETCH = 100;

    /** Some bodies are so large that they go in pieces. */
    private static final int LARGE_EVERY = 997;

    private static final int LARGE_BYTES = 600_000;
    private static final int SMALL_BYTES_MOST = 2_000;
    /** Short, so that what a killed client without an identifier held comes back while the storm goes on. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final ServerProcess server;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final AtomicInteger seen = new AtomicInteger();
    private final List<@Nullable JavaProcess> clients = new ArrayList<>(Arrays.asList(null, null));
    private final int messages;
    private final int kills;
    private final int perKill;
    private int incarnations;

    /** With further options of the server. */
    PipeStorm(int messages, int kills, String... options) {
        this.messages = messages;
        this.kills = kills;
        this.perKill = messages / kills;
        List<String> all = new ArrayList<>(List.of(options));
        // Here nobody looks into dead-letter queues.
        all.addAll(List.of("--grace", GRACE.toSeconds() + "s", "--redelivery-limit", "0"));
        this.server = ServerProcess.with(all.toArray(new String[0]));
    }

    @AfterEach
    void endClients() {
        for (JavaProcess client : clients) {
            if (client != null && client.isAlive()) {
                client.kill();
            }
        }
    }

    @Test
    void everyInputHasOneCopyWhoeverIsKilled() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("transactional pipe: -Dseed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (JMSContext reading = server.factory().createContext(JMSContext.DUPS_OK_ACKNOWLEDGE);
                JMSContext watching = server.factory().createContext(JMSContext.DUPS_OK_ACKNOWLEDGE)) {
            watching.createConsumer(watching.createTopic(PipeClient.COPIES))
                    .setMessageListener(message -> seen.incrementAndGet());
            reading.createSharedDurableConsumer(reading.createTopic(PipeClient.COPIES), "reader")
                    .close();
            SplittableRandom feeding = random.split();
            Future<?> feeder = threads.submit(() -> feed(feeding));
            storm(random);
            feeder.get(60, TimeUnit.SECONDS);
            // The last clients commit each message by itself, so that none waits for a batch to be full.
            for (int client = 0; client < clients.size(); client++) {
                restart(client, 1);
            }
            JMSConsumer out = reading.createConsumer(reading.createQueue(PipeClient.OUT));
            assertEachOnceAndInOrder(out);
            JMSConsumer copies = reading.createSharedDurableConsumer(reading.createTopic(PipeClient.COPIES), "reader");
            assertEachOnceAndInOrder(copies);
            endClients();
            assertNothingIsLeft(reading);
            Received.nothing(out);
            Received.nothing(copies);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Sends the inputs in transactions of its own, not far ahead of the pipe; some are rolled back and sent again. */
    private void feed(SplittableRandom random) {
        try (JMSContext context = server.factory().createContext(JMSContext.SESSION_TRANSACTED)) {
            JMSProducer producer = context.createProducer();
            int number = 0;
            while (number < messages) {
                int ahead = number;
                Awaitility.await("the pipe takes what it is fed (" + ahead + " so far)")
                        .atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> seen.get() > ahead - 2 * perKill);
                int end = Math.min(messages, number + random.nextInt(1, 2 * BATCH_MOST));
                for (int next = number; next < end; next++) {
                    producer.send(context.createQueue(PipeClient.IN), body(next));
                }
                if (random.nextInt(5) == 0) {
                    context.rollback();
                } else {
                    context.commit();
                    number = end;
                }
            }
        }
    }

    private static byte[] body(int number) {
        int bytes = number % LARGE_EVERY == 0 ? LARGE_BYTES : Integer.BYTES + number % SMALL_BYTES_MOST;
        return ByteBuffer.allocate(bytes).putInt(number).array();
    }

    private void storm(SplittableRandom random) {
        int serverKills = 0;
        int clientKills = 0;
        for (int client = 0; client < clients.size(); client++) {
            restart(client, BATCH_MOST);
        }
        for (int kill = 0; kill < kills; kill++) {
            // The last messages may wait in the clients for batches that are not going to be full.
            int most = messages - clients.size() * BATCH_MOST;
            awaitSeen(Math.min(most, kill * perKill + random.nextInt(perKill)));
            Traffic.awaitMillis(random.nextInt(50));
            int what = random.nextInt(5);
            boolean killServer = what < 3;
            boolean killClient = what > 1;
            if (killServer) {
                server.kill();
                serverKills++;
            }
            if (killClient) {
                restart(random.nextInt(clients.size()), BATCH_MOST);
                clientKills++;
            }
            if (killServer) {
                server.start();
            }
        }
        System.out.println("transactional pipe: " + messages + " messages, " + serverKills + " kills of the server, "
                + clientKills + " of a client");
    }

    /** Kills a client and starts it anew; the first has an identifier and so takes over what it held at once, the other has none. */
    private void restart(int client, int batchMost) {
        JavaProcess running = clients.get(client);
        if (running != null) {
            assertThat(running.isAlive())
                    .as("the client ended by itself:\n%s", running.output())
                    .isTrue();
            running.kill();
        }
        String url = server.url() + "?prefetch=" + PREFETCH + (client == 0 ? "&client.id=pipe" : "");
        incarnations++;
        clients.set(
                client,
                JavaProcess.ofTheTests(
                        directory.resolve("client" + client + ".txt"),
                        List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        PipeClient.class,
                        List.of(url, Integer.toString(incarnations), Integer.toString(batchMost))));
    }

    private void awaitSeen(int messages) {
        Awaitility.await("the pipe goes on")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> seen.get() >= messages);
    }

    private void assertEachOnceAndInOrder(JMSConsumer consumer) throws JMSException {
        Copies copies = new Copies();
        while (copies.different < messages) {
            Message message = consumer.receive(PATIENCE.toMillis());
            if (message == null) {
                break;
            }
            copies.add((BytesMessage) message);
        }
        for (Message message = consumer.receive(1_000); message != null; message = consumer.receive(1_000)) {
            copies.add((BytesMessage) message);
        }
        assertThat(copies.faults()).isEmpty();
    }

    private void assertNothingIsLeft(JMSContext context) throws JMSException {
        try (JMSContext heir = server.factory().createContext()) {
            // What the killed clients held would come now, or when the grace of the one without an identifier is over.
            heir.setClientID("pipe");
            JMSConsumer consumer = heir.createConsumer(heir.createQueue(PipeClient.IN));
            assertThat(consumer.receive(2 * GRACE.toMillis()))
                    .as("a message left in the queue")
                    .isNull();
            assertThat(context.createBrowser(context.createQueue(PipeClient.IN))
                            .getEnumeration()
                            .hasMoreElements())
                    .as("a message left to browse")
                    .isFalse();
        }
    }

    /** What came of one destination, and what is wrong with it. */
    private final class Copies {
        private final String[] origins = new String[messages];
        private final Map<String, Integer> lastSteps = new HashMap<>();
        private final List<String> faults = new ArrayList<>();
        private int different;

        void add(BytesMessage message) throws JMSException {
            byte[] body = new byte[(int) message.getBodyLength()];
            message.readBytes(body);
            int number = ByteBuffer.wrap(body).getInt();
            String maker = message.getStringProperty(PipeClient.MAKER);
            int step = message.getIntProperty(PipeClient.STEP);
            String origin = maker + " " + step + " " + message.getJMSMessageID();
            if (!Arrays.equals(body, body(number))) {
                faults.add("the body of " + number + " is not what was sent, by " + origin);
            }
            if (origins[number] == null) {
                different++;
                origins[number] = origin;
            } else {
                faults.add(number + " came as " + origins[number] + " and as " + origin);
            }
            Integer last = lastSteps.put(maker, step);
            if (last != null && last >= step) {
                faults.add("of " + maker + ", " + step + " came after " + last);
            }
        }

        List<String> faults() {
            List<String> all = new ArrayList<>(faults);
            for (int number = 0; number < messages; number++) {
                if (origins[number] == null) {
                    all.add(number + " has no copy");
                }
            }
            return all;
        }
    }
}
