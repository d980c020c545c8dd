package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.BucketMap;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server of four shards is one server: to clients that use all of them at a time, and through kills. */
class SeveralShardsIT {
    private static final int SHARDS = 4;
    private static final int KILLS = 5;
    private static final int PRODUCERS = 3;
    private static final int CONNECTIONS = 4;
    private static final int ACKNOWLEDGE_EVERY = 10;
    private static final String PRODUCER = "producer";
    private static final String NUMBER = "number";
    private static final List<String> QUEUES = names("queue.", 4 * SHARDS);
    private static final List<String> TOPICS = names("topic.", SHARDS);

    @RegisterExtension
    final ServerProcess server = ServerProcess.with("--shards", Integer.toString(SHARDS));

    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicLong received = new AtomicLong();
    private final Map<String, List<Receipt>> receipts = new ConcurrentHashMap<>();
    private final List<Acknowledging> acknowledging = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();

    /** One message as a consumer saw it. */
    private record Receipt(int producer, int number) {}

    /** As many on each shard. */
    private static List<String> names(String prefix, int count) {
        List<String> names = new ArrayList<>();
        int[] onShard = new int[SHARDS];
        for (int number = 0; names.size() < count; number++) {
            int shard = BucketMap.initial(SHARDS).shardOf(prefix + number);
            if (onShard[shard] < count / SHARDS) {
                onShard[shard]++;
                names.add(prefix + number);
            }
        }
        return names;
    }

    @AfterEach
    void disconnect() throws JMSException {
        sending.set(false);
        for (Connection connection : connections) {
            connection.close();
        }
    }

    @Test
    void everyMessageOfEveryShardIsReceivedOnceAndInOrderThroughKills() throws Exception {
        SplittableRandom random = new SplittableRandom(Long.getLong("seed", System.nanoTime()));
        subscribe();
        consume();
        ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS);
        try {
            List<Future<Map<String, Integer>>> producers = new ArrayList<>();
            for (int producer = 0; producer < PRODUCERS; producer++) {
                int number = producer;
                producers.add(threads.submit(() -> produce(number)));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                awaitReceived(received.get() + random.nextInt(200, 1_000));
                server.killAndRestart();
            }
            awaitReceived(received.get() + 500);
            sending.set(false);
            List<Map<String, Integer>> sent = new ArrayList<>();
            for (Future<Map<String, Integer>> producer : producers) {
                sent.add(producer.get(60, TimeUnit.SECONDS));
            }
            awaitReceived(sent.stream()
                    .flatMap(counts -> counts.values().stream())
                    .mapToLong(Integer::longValue)
                    .sum());
            finish();
            assertEachOnceAndInOrder(sent);
            assertThat(destinations()).containsAll(QUEUES).containsAll(TOPICS);
        } finally {
            threads.shutdownNow();
        }
        nothingIsLeft();
    }

    // ---- who receives ----

    private Connection connect(@Nullable String clientId) throws JMSException {
        Connection connection = server.factory().createConnection();
        connections.add(connection);
        if (clientId != null) {
            connection.setClientID(clientId);
        }
        return connection;
    }

    /** One client with a durable subscription on each shard. */
    private void subscribe() throws JMSException {
        Connection connection = connect("reader");
        for (int number = 0; number < TOPICS.size(); number++) {
            Session session = session(connection, number);
            Topic topic = session.createTopic(TOPICS.get(number));
            listen(session, session.createDurableConsumer(topic, "daily-" + number), TOPICS.get(number));
        }
        connection.start();
    }

    /** Connections whose one session has queues on all shards. */
    private void consume() throws JMSException {
        for (int number = 0; number < CONNECTIONS; number++) {
            Connection connection = connect(null);
            Session session = session(connection, number);
            for (int queue = number; queue < QUEUES.size(); queue += CONNECTIONS) {
                String name = QUEUES.get(queue);
                listen(session, session.createConsumer(session.createQueue(name)), name);
            }
            connection.start();
        }
    }

    private static Session session(Connection connection, int number) throws JMSException {
        return connection.createSession(number % 2 == 0 ? Session.AUTO_ACKNOWLEDGE : Session.CLIENT_ACKNOWLEDGE);
    }

    private void listen(Session session, MessageConsumer consumer, String destination) throws JMSException {
        Acknowledging after = new Acknowledging(session.getAcknowledgeMode() == Session.CLIENT_ACKNOWLEDGE);
        acknowledging.add(after);
        List<Receipt> seen = new ArrayList<>();
        receipts.put(destination, seen);
        consumer.setMessageListener(message -> {
            try {
                Receipt receipt = new Receipt(message.getIntProperty(PRODUCER), message.getIntProperty(NUMBER));
                synchronized (seen) {
                    seen.add(receipt);
                }
                after.received(message);
                received.incrementAndGet();
            } catch (JMSException error) {
                throw new IllegalStateException(error);
            }
        });
    }

    /** What is acknowledged now and then, where that is the application's part. Of one session's thread, then of the test's. */
    private static final class Acknowledging {
        private final boolean asked;
        private int count;
        private @Nullable Message last;

        Acknowledging(boolean asked) {
            this.asked = asked;
        }

        synchronized void received(Message message) throws JMSException {
            last = message;
            if (++count % ACKNOWLEDGE_EVERY == 0) {
                finish();
            }
        }

        synchronized void finish() throws JMSException {
            if (asked && last != null) {
                last.acknowledge();
                last = null;
            }
        }
    }

    private void finish() throws JMSException {
        for (Connection connection : connections) {
            connection.stop();
        }
        for (Acknowledging each : acknowledging) {
            each.finish();
        }
        for (Connection connection : connections) {
            connection.close();
        }
    }

    // ---- who sends ----

    /** Sends to each destination in turn; returns how many went to each. */
    private Map<String, Integer> produce(int producer) throws JMSException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        try (Connection connection = server.factory().createConnection();
                Session session = connection.createSession()) {
            MessageProducer to = session.createProducer(null);
            to.setDeliveryMode(DeliveryMode.PERSISTENT);
            while (sending.get()) {
                for (String queue : QUEUES) {
                    send(session, to, session.createQueue(queue), producer, counts.merge(queue, 1, Integer::sum));
                }
                for (String topic : TOPICS) {
                    send(session, to, session.createTopic(topic), producer, counts.merge(topic, 1, Integer::sum));
                }
            }
        }
        return counts;
    }

    private static void send(Session session, MessageProducer to, Destination destination, int producer, int number)
            throws JMSException {
        Message message = session.createTextMessage("message " + number + " of " + producer);
        message.setIntProperty(PRODUCER, producer);
        message.setIntProperty(NUMBER, number);
        to.send(destination, message);
    }

    // ---- what is held ----

    private void awaitReceived(long messages) {
        Awaitility.await(messages + " messages received")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> received.get() >= messages);
    }

    private void assertEachOnceAndInOrder(List<Map<String, Integer>> sent) {
        receipts.forEach((destination, seen) -> {
            for (int producer = 0; producer < PRODUCERS; producer++) {
                int from = producer;
                int count = sent.get(producer).getOrDefault(destination, 0);
                assertThat(seen.stream()
                                .filter(receipt -> receipt.producer() == from)
                                .map(Receipt::number))
                        .as("what producer " + producer + " sent to " + destination)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, count).boxed().toList());
            }
        });
    }

    /** The names that the command line lists. */
    private List<String> destinations() {
        JavaProcess list = JavaProcess.ofTheProduct(
                server.data().resolveSibling("destinations.txt"),
                List.of(),
                "dev.sluice.server.cli.Main",
                List.of("destinations", "--url", server.url()));
        assertThat(list.awaitExit(Duration.ofSeconds(60))).isZero();
        return list.output().lines().map(line -> line.split(" ", 2)[0]).toList();
    }

    /** All was acknowledged: after another start nothing comes again. */
    private void nothingIsLeft() throws JMSException {
        server.killAndRestart();
        try (Connection connection = server.factory().createConnection();
                Session session = connection.createSession()) {
            connection.start();
            for (String queue : QUEUES) {
                assertThat(session.createConsumer(session.createQueue(queue)).receiveNoWait())
                        .as(queue)
                        .isNull();
            }
        }
    }
}
