package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Buckets;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leaders and followers of a cluster are killed and stopped; producers and consumers see that some calls take longer, and nothing else. */
class ClusterIT {
    private static final int SHARDS = 2;
    private static final int PRODUCERS = 4;
    private static final int CONSUMERS = 4;
    private static final int ACKNOWLEDGE_EVERY = 10;
    private static final long SEND_MILLIS_MAX = 5_000;
    private static final long PAUSE_MILLIS = 8_000;
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final String PRODUCER = "producer";
    private static final String NUMBER = "number";

    @RegisterExtension
    final ClusterProcesses cluster = new ClusterProcesses(SHARDS);

    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean receiving = new AtomicBoolean(true);
    private final List<AtomicLong> sentBy =
            IntStream.range(0, PRODUCERS).mapToObj(producer -> new AtomicLong()).toList();
    private final AtomicLong received = new AtomicLong();
    /** The longest send since it was looked at last. */
    private final AtomicLong longestMillis = new AtomicLong();

    private final Set<Receipt> different = ConcurrentHashMap.newKeySet();

    @Test
    void everySendThatReturnedIsReceivedExactlyOnceAndInOrderWhoeverLeads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS + CONSUMERS);
        try {
            List<Future<List<Receipt>>> consumers = new ArrayList<>();
            for (int index = 0; index < CONSUMERS; index++) {
                int consumer = index;
                consumers.add(threads.submit(() -> consume(consumer)));
            }
            List<Future<Integer>> producers = new ArrayList<>();
            for (int index = 0; index < PRODUCERS; index++) {
                int producer = index;
                producers.add(threads.submit(() -> produce(producer)));
            }
            storm();
            sending.set(false);
            List<Integer> sent = new ArrayList<>();
            for (Future<Integer> producer : producers) {
                sent.add(producer.get(60, TimeUnit.SECONDS));
            }
            awaitAll(sent.stream().mapToInt(Integer::intValue).sum());
            // Long enough that a message that comes twice would have come.
            awaitMillis(1_000);
            receiving.set(false);
            List<List<Receipt>> receipts = new ArrayList<>();
            for (Future<List<Receipt>> consumer : consumers) {
                receipts.add(consumer.get(60, TimeUnit.SECONDS));
            }
            System.out.println("cluster: " + sent + " messages sent");
            Receipt.assertEachOnce(sent, receipts);
            receipts.forEach(consumer -> Receipt.assertInOrder(consumer, PRODUCERS));
        } finally {
            sending.set(false);
            receiving.set(false);
            threads.shutdownNow();
        }
    }

    private void storm() throws Exception {
        awaitTraffic(100);
        longestMillis.set(0);
        killAndRestart("leader of shard 0", cluster.leader(0));
        killAndRestart("follower", cluster.follower(0));
        killAndRestart("leader of shard 1", cluster.leader(1));
        String paused = cluster.leader(0);
        cluster.pause(paused);
        awaitMillis(PAUSE_MILLIS);
        cluster.resume(paused);
        awaitTraffic(100);
        say("leader of shard 0 stopped for " + PAUSE_MILLIS + " ms", paused);
        killAndRestart("leader of shard 0 after that", cluster.leader(0));
    }

    private void killAndRestart(String what, String member) {
        cluster.kill(member);
        awaitTraffic(50);
        cluster.start(member);
        cluster.awaitAllUp();
        long longest = say(what, member);
        assertThat(longest).as("longest send when a " + what + " was killed").isLessThan(SEND_MILLIS_MAX);
    }

    private long say(String what, String member) {
        long longest = longestMillis.getAndSet(0);
        System.out.println("cluster: " + what + " (" + member + "): longest send " + longest + " ms");
        return longest;
    }

    /** Producers and consumers are half with each shard. */
    private static String queue(int user) {
        int shard = user % SHARDS;
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "storm." + number)
                .filter(name -> Buckets.shardOf(name, SHARDS) == shard)
                .findFirst()
                .orElseThrow();
    }

    private int produce(int producer) throws JMSException {
        try (Connection connection = cluster.connect(producer);
                Session session = connection.createSession()) {
            MessageProducer to = session.createProducer(session.createQueue(queue(producer)));
            to.setDeliveryMode(DeliveryMode.PERSISTENT);
            int number = 0;
            while (sending.get()) {
                Message message = session.createTextMessage("message " + number + " of " + producer);
                message.setIntProperty(PRODUCER, producer);
                message.setIntProperty(NUMBER, number);
                long begun = System.nanoTime();
                to.send(message);
                long millis = (System.nanoTime() - begun) / 1_000_000;
                longestMillis.accumulateAndGet(millis, Math::max);
                number++;
                sentBy.get(producer).incrementAndGet();
            }
            return number;
        }
    }

    private List<Receipt> consume(int consumer) throws JMSException {
        int mode = consumer < SHARDS ? Session.AUTO_ACKNOWLEDGE : Session.CLIENT_ACKNOWLEDGE;
        List<Receipt> receipts = new ArrayList<>();
        try (Connection connection = cluster.connect(consumer + 1);
                Session session = connection.createSession(mode)) {
            MessageConsumer from = session.createConsumer(session.createQueue(queue(consumer)));
            connection.start();
            int unacknowledged = 0;
            Message last = null;
            while (receiving.get()) {
                Message message = from.receive(200);
                if (message != null) {
                    receipts.add(new Receipt(message.getIntProperty(PRODUCER), message.getIntProperty(NUMBER)));
                    received.incrementAndGet();
                    different.add(receipts.get(receipts.size() - 1));
                    last = message;
                    unacknowledged++;
                }
                boolean due = message == null || unacknowledged == ACKNOWLEDGE_EVERY;
                if (mode == Session.CLIENT_ACKNOWLEDGE && last != null && due) {
                    last.acknowledge();
                    last = null;
                    unacknowledged = 0;
                }
            }
            if (mode == Session.CLIENT_ACKNOWLEDGE && last != null) {
                last.acknowledge();
            }
        }
        return receipts;
    }

    /** Waits until every producer has sent so many more, and as many have come. */
    private void awaitTraffic(long messages) {
        List<Long> from = sentBy.stream().map(AtomicLong::get).toList();
        long receivedFrom = received.get();
        Awaitility.await("traffic goes on (" + sentBy + " sent, " + received + " received)")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> received.get() >= receivedFrom + messages
                        && IntStream.range(0, PRODUCERS)
                                .allMatch(index -> sentBy.get(index).get() >= from.get(index) + messages));
    }

    /** Waits until every message came, or none has come for long; what is missing then is named at the end. */
    private void awaitAll(int sent) {
        long[] last = {received.get(), System.nanoTime()};
        Awaitility.await("all messages, or silence")
                .atMost(Duration.ofMinutes(5))
                .until(() -> {
                    if (received.get() != last[0]) {
                        last[0] = received.get();
                        last[1] = System.nanoTime();
                    }
                    return different.size() == sent || System.nanoTime() - last[1] > SILENCE.toNanos();
                });
    }

    private static void awaitMillis(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> System.nanoTime() >= until);
    }
}
