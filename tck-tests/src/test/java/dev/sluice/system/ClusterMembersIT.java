package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Members lose their disks, come and go, while a producer sends. */
class ClusterMembersIT {
    private static final String QUEUE = "members";
    private static final String NUMBER = "number";
    private static final int BODY_BYTES = 16_384;
    private static final int BACKLOG = 5_000;
    private static final int PER_COMMIT = 50;
    private static final int BEFORE = 300;
    private static final int ACKNOWLEDGED = 40;
    /** With {@link #QUEUE} and the topic, something for each of four shards. */
    private static final List<String> QUEUES = List.of("orders", "invoices", "stock");

    private static final long LOG_BYTES_MAX = 64L << 20;

    @RegisterExtension
    final ClusterProcesses cluster = new ClusterProcesses(1, List.of("--cluster-log", "16MiB"));

    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicInteger sent = new AtomicInteger();

    private void fill() throws JMSException {
        try (Connection connection = cluster.connect(0);
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
            for (int number = 0; number < BACKLOG; number++) {
                producer.send(message(session, number));
                if ((number + 1) % PER_COMMIT == 0) {
                    session.commit();
                }
            }
            sent.set(BACKLOG);
        }
    }

    /** Sends on, one after the other, until it is told to stop. */
    private int send() throws JMSException {
        try (Connection connection = cluster.connect(1);
                Session session = connection.createSession()) {
            MessageProducer producer = session.createProducer(session.createQueue(QUEUE));
            while (sending.get()) {
                producer.send(message(session, sent.get()));
                sent.incrementAndGet();
            }
            return sent.get();
        }
    }

    private static Message message(Session session, int number) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[BODY_BYTES]);
        message.setIntProperty(NUMBER, number);
        return message;
    }

    private List<Receipt> receiveAll(int count) throws JMSException {
        List<Receipt> receipts = new ArrayList<>();
        try (Connection connection = cluster.connect(0);
                Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE)) {
            MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE));
            connection.start();
            Message message = consumer.receive(20_000);
            while (message != null) {
                receipts.add(new Receipt(0, message.getIntProperty(NUMBER)));
                message = consumer.receive(receipts.size() < count ? 20_000 : 500);
            }
        }
        return receipts;
    }

    private void awaitTraffic(int messages) {
        int from = sent.get();
        Awaitility.await("sends go on")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> sent.get() >= from + messages);
    }

    private void awaitOutput(String member, String text) {
        Awaitility.await(member + " says " + text)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> cluster.output(member).contains(text));
    }

    private static long logBytes(Path data) {
        try (Stream<Path> files = Files.walk(data.resolve("raft"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("log_"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException changing) {
            throw new UncheckedIOException(changing);
        }
    }

    @Test
    void aMemberThatLostItsDiskIsFilledUnderLoadAndIsAsGoodAsTheOthersThen() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            fill();
            String leader = cluster.leader(0);
            String wiped = cluster.follower(0);
            String third = Stream.of("a", "b", "c")
                    .filter(name -> !name.equals(leader) && !name.equals(wiped))
                    .findFirst()
                    .orElseThrow();
            Future<Integer> producer = threads.submit(this::send);
            awaitTraffic(20);
            assertThat(logBytes(cluster.data(leader)))
                    .as("the log is cut, and nothing was acknowledged")
                    .isLessThan(LOG_BYTES_MAX);
            cluster.wipe(wiped);
            awaitTraffic(20);
            cluster.start(wiped);
            awaitOutput(wiped, "shard=0 joined as=");
            assertThat(cluster.output(wiped)).contains("copy=done");
            cluster.kill(third);
            awaitTraffic(20);
            cluster.kill(leader);
            cluster.start(third);
            awaitTraffic(20);
            sending.set(false);
            int total = producer.get(60, TimeUnit.SECONDS);
            List<Receipt> receipts = receiveAll(total);
            Receipt.assertEachOnce(List.of(total), List.of(receipts));
            Receipt.assertInOrder(receipts, 1);
        } finally {
            sending.set(false);
            threads.shutdownNow();
        }
    }

    @Test
    void membersComeAndGoUnderLoad() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> producer = threads.submit(this::send);
            awaitTraffic(20);
            String gone = cluster.leader(0);
            assertThat(cluster.command("remove", gone))
                    .contains("would have 2 members", "add another first")
                    .endsWith("1");
            String added = cluster.startNew("d");
            awaitOutput("d", "add it by");
            assertThat(cluster.command("add", added))
                    .contains("catalog:", "shard 0:", "d")
                    .endsWith("0");
            awaitTraffic(20);
            assertThat(cluster.command("remove", gone))
                    .contains("catalog:", "shard 0:")
                    .endsWith("0");
            // The one that is gone may have led it.
            Awaitility.await("the catalog is led")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(cluster.command("status")).contains("catalog: version 1, 1 shards, led by"));
            cluster.kill(gone);
            awaitTraffic(20);
            String leader = cluster.leader(0);
            cluster.kill(leader);
            awaitTraffic(20);
            sending.set(false);
            int total = producer.get(60, TimeUnit.SECONDS);
            List<Receipt> receipts = receiveAll(total);
            Receipt.assertEachOnce(List.of(total), List.of(receipts));
            Receipt.assertInOrder(receipts, 1);
        } finally {
            sending.set(false);
            threads.shutdownNow();
        }
    }

    @Test
    void aServerThatWasAloneBecomesTheFirstMemberWithItsMessagesOverMoreShards() throws Exception {
        cluster.killAll();
        cluster.startAlone("a");
        List<Integer> sentTo = fillAlone();
        cluster.kill("a");
        assertThat(cluster.command(
                        "adopt", "--node", "a", "--data", cluster.data("a").toString(), "--shards", "4"))
                .contains("adopted as a, shards: 4", "start all members with --shards 4", "sessions ended: 1")
                .endsWith("0");
        cluster.shards(4);
        cluster.start("a");
        for (String name : List.of("b", "c")) {
            cluster.start(name);
            awaitOutput(name, "add it by");
            assertThat(cluster.command("add", cluster.named(name)))
                    .contains("shard 3:", name)
                    .endsWith("0");
        }
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            awaitEachMemberLeads();
            Future<Integer> producer = threads.submit(this::send);
            awaitTraffic(20);
            cluster.kill("a");
            awaitTraffic(20);
            sending.set(false);
            int total = producer.get(60, TimeUnit.SECONDS);
            List<Receipt> receipts = receiveAll(total);
            Receipt.assertEachOnce(List.of(total), List.of(receipts));
            Receipt.assertInOrder(receipts, 1);
            receiveWhatWasAlone(sentTo);
        } finally {
            sending.set(false);
            threads.shutdownNow();
        }
    }

    /** Messages in several queues and a topic; a client that does not say goodbye has some of the subscription's in its hands. */
    private List<Integer> fillAlone() throws JMSException {
        Connection connection = cluster.connectTo("a");
        connection.setClientID("alone");
        Session receiving = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer durable = receiving.createDurableConsumer(receiving.createTopic("topic"), "subscription");
        List<Integer> sentTo = new ArrayList<>();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        for (int queue = 0; queue < QUEUES.size(); queue++) {
            sentTo.add(30 + queue);
            MessageProducer producer = session.createProducer(session.createQueue(QUEUES.get(queue)));
            for (int number = 0; number < 30 + queue; number++) {
                producer.send(message(session, number));
            }
        }
        MessageProducer producer = session.createProducer(session.createTopic("topic"));
        for (int number = 0; number < BEFORE; number++) {
            producer.send(message(session, number));
        }
        producer = session.createProducer(session.createQueue(QUEUE));
        for (int number = 0; number < BEFORE; number++) {
            producer.send(message(session, number));
        }
        session.commit();
        sent.set(BEFORE);
        connection.start();
        for (int number = 0; number < ACKNOWLEDGED; number++) {
            Message message = durable.receive(20_000);
            assertThat(message.getIntProperty(NUMBER)).isEqualTo(number);
            message.acknowledge();
        }
        assertThat(durable.receive(20_000)).isNotNull();
        return sentTo;
    }

    private void receiveWhatWasAlone(List<Integer> sentTo) throws JMSException {
        try (Connection connection = cluster.connect(1)) {
            connection.setClientID("alone");
            connection.start();
            List<Receipt> receipts = new ArrayList<>();
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            for (int queue = 0; queue < QUEUES.size(); queue++) {
                MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUES.get(queue)));
                for (Message message = consumer.receive(20_000); message != null; ) {
                    receipts.add(new Receipt(queue, message.getIntProperty(NUMBER)));
                    boolean last = message.getIntProperty(NUMBER) == sentTo.get(queue) - 1;
                    message = consumer.receive(last ? 100 : 20_000);
                }
            }
            Receipt.assertEachOnce(sentTo, List.of(receipts));
            Receipt.assertInOrder(receipts, QUEUES.size());
            MessageConsumer durable = session.createDurableConsumer(session.createTopic("topic"), "subscription");
            for (int number = ACKNOWLEDGED; number < BEFORE; number++) {
                Message message = durable.receive(20_000);
                assertThat(message.getIntProperty(NUMBER)).isEqualTo(number);
                if (number == ACKNOWLEDGED) {
                    assertThat(message.getJMSRedelivered()).isTrue();
                }
            }
            assertThat(durable.receive(100)).isNull();
        }
    }

    private void awaitEachMemberLeads() {
        Awaitility.await("leadership is spread")
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> IntStream.range(0, 4)
                                .mapToObj(cluster::leader)
                                .distinct()
                                .count()
                        == 3);
    }
}
