package dev.sluice.system;

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
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Producers and consumers that never hear of the kills: all they see is that some calls take longer. */
class KillStormIT {
    private static final int KILLS = 20;
    private static final int PRODUCERS = 4;
    private static final int CONSUMERS = 4;
    private static final int ACKNOWLEDGE_EVERY = 10;
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final String QUEUE = "storm";
    private static final String PRODUCER = "producer";
    private static final String NUMBER = "number";

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean receiving = new AtomicBoolean(true);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final Set<Receipt> different = ConcurrentHashMap.newKeySet();

    @Test
    void everySendThatReturnedIsReceivedExactlyOnceAndInOrder() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("kill storm: -Dseed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS + CONSUMERS);
        try {
            List<Future<Integer>> producers = new ArrayList<>();
            List<Future<List<Receipt>>> consumers = new ArrayList<>();
            for (int index = 0; index < CONSUMERS; index++) {
                int mode = index % 2 == 0 ? Session.AUTO_ACKNOWLEDGE : Session.CLIENT_ACKNOWLEDGE;
                consumers.add(threads.submit(() -> consume(mode)));
            }
            for (int index = 0; index < PRODUCERS; index++) {
                int producer = index;
                producers.add(threads.submit(() -> produce(producer)));
            }

            for (int kill = 0; kill < KILLS; kill++) {
                awaitTraffic(random.nextInt(1, 400));
                awaitMoment(random.nextInt(100));
                server.killAndRestart();
            }
            awaitTraffic(1_000);
            sending.set(false);
            List<Integer> sentBy = new ArrayList<>();
            for (Future<Integer> producer : producers) {
                sentBy.add(producer.get(60, TimeUnit.SECONDS));
            }
            awaitAll();
            // Long enough that a message that comes twice would have come.
            awaitMoment(1_000);
            receiving.set(false);
            List<List<Receipt>> receipts = new ArrayList<>();
            for (Future<List<Receipt>> consumer : consumers) {
                receipts.add(consumer.get(60, TimeUnit.SECONDS));
            }
            System.out.println("kill storm: " + sent + " messages, " + KILLS + " kills");
            Receipt.assertEachOnce(sentBy, receipts);
            receipts.forEach(consumer -> Receipt.assertInOrder(consumer, PRODUCERS));
        } finally {
            sending.set(false);
            receiving.set(false);
            threads.shutdownNow();
        }
    }

    private int produce(int producer) throws JMSException {
        try (Connection connection = server.factory().createConnection();
                Session session = connection.createSession()) {
            MessageProducer to = session.createProducer(session.createQueue(QUEUE));
            to.setDeliveryMode(DeliveryMode.PERSISTENT);
            int number = 0;
            while (sending.get()) {
                Message message = session.createTextMessage("message " + number + " of " + producer);
                message.setIntProperty(PRODUCER, producer);
                message.setIntProperty(NUMBER, number);
                to.send(message);
                number++;
                sent.incrementAndGet();
            }
            return number;
        }
    }

    private List<Receipt> consume(int mode) throws JMSException {
        List<Receipt> receipts = new ArrayList<>();
        try (Connection connection = server.factory().createConnection();
                Session session = connection.createSession(mode)) {
            MessageConsumer from = session.createConsumer(session.createQueue(QUEUE));
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

    /** Waits until every message came, or none has come for long; what is missing then is named at the end. */
    private void awaitAll() {
        long[] last = {received.get(), System.nanoTime()};
        Awaitility.await("all messages, or silence")
                .atMost(Duration.ofMinutes(10))
                .until(() -> {
                    if (received.get() != last[0]) {
                        last[0] = received.get();
                        last[1] = System.nanoTime();
                    }
                    return different.size() == sent.get() || System.nanoTime() - last[1] > SILENCE.toNanos();
                });
    }

    private void awaitTraffic(long messages) {
        long from = received.get();
        Awaitility.await("traffic goes on (" + sent + " sent, " + received + " received)")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> received.get() >= from + messages);
    }

    /** Lets some time pass, so that the kill meets any moment of a batch. */
    private static void awaitMoment(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> System.nanoTime() >= until);
    }
}
