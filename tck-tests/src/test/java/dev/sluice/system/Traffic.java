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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Producers and consumers that never hear of what happens to their servers: all they see is that some calls take longer. At the end each
 * message has come once, and each consumer had each producer's in order.
 */
final class Traffic implements AutoCloseable {
    private static final int ACKNOWLEDGE_EVERY = 10;
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final String PRODUCER = "producer";
    private static final String NUMBER = "number";

    private final Users users;
    private final int producers;
    private final int consumers;
    private final ExecutorService threads;
    private final List<Future<Integer>> producing = new ArrayList<>();
    private final List<Future<List<Receipt>>> consuming = new ArrayList<>();
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean receiving = new AtomicBoolean(true);
    private final List<AtomicLong> sentBy;
    private final AtomicLong received = new AtomicLong();
    /** The longest send since it was looked at last. */
    private final AtomicLong longestMillis = new AtomicLong();

    private final Set<Receipt> different = ConcurrentHashMap.newKeySet();

    /** How the users come in, and what they use; each has a number, producers and consumers from 0 on. */
    interface Users {
        Connection connect(int user) throws JMSException;

        String queue(int user);

        /** The acknowledge mode of a consumer: AUTO_ACKNOWLEDGE or CLIENT_ACKNOWLEDGE. */
        int mode(int consumer);
    }

    /** Begins. */
    Traffic(int producers, int consumers, Users users) {
        this.users = users;
        this.producers = producers;
        this.consumers = consumers;
        sentBy = IntStream.range(0, producers)
                .mapToObj(producer -> new AtomicLong())
                .toList();
        threads = Executors.newFixedThreadPool(producers + consumers);
        for (int index = 0; index < consumers; index++) {
            int consumer = index;
            consuming.add(threads.submit(() -> consume(consumer)));
        }
        for (int index = 0; index < producers; index++) {
            int producer = index;
            producing.add(threads.submit(() -> produce(producer)));
        }
    }

    private int produce(int producer) throws JMSException {
        try (Connection connection = users.connect(producer);
                Session session = connection.createSession()) {
            MessageProducer to = session.createProducer(session.createQueue(users.queue(producer)));
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
        int mode = users.mode(consumer);
        List<Receipt> receipts = new ArrayList<>();
        try (Connection connection = users.connect(consumer + 1);
                Session session = connection.createSession(mode)) {
            MessageConsumer from = session.createConsumer(session.createQueue(users.queue(consumer)));
            connection.start();
            int unacknowledged = 0;
            Message last = null;
            while (receiving.get()) {
                Message message = from.receive(200);
                if (message != null) {
                    Receipt receipt = new Receipt(message.getIntProperty(PRODUCER), message.getIntProperty(NUMBER));
                    receipts.add(receipt);
                    received.incrementAndGet();
                    different.add(receipt);
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

    /** Waits until so many more have come. */
    void awaitReceived(long messages) {
        long from = received.get();
        await("traffic goes on").until(() -> received.get() >= from + messages);
    }

    /** Waits until every producer has sent so many more, and as many have come. */
    void awaitSentByEach(long messages) {
        List<Long> from = sentBy.stream().map(AtomicLong::get).toList();
        long receivedFrom = received.get();
        await("traffic goes on everywhere")
                .until(() -> received.get() >= receivedFrom + messages
                        && IntStream.range(0, producers)
                                .allMatch(index -> sentBy.get(index).get() >= from.get(index) + messages));
    }

    private org.awaitility.core.ConditionFactory await(String what) {
        return Awaitility.await(what + " (" + sentBy + " sent, " + received + " received)")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(2));
    }

    /** Lets some time pass, so that what follows meets any moment. */
    static void awaitMillis(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> System.nanoTime() >= until);
    }

    /** The longest send since it was asked last. */
    long takeLongestMillis() {
        return longestMillis.getAndSet(0);
    }

    /** Ends it and checks what came; returns how many were sent. */
    long endAndCheck() throws Exception {
        sending.set(false);
        List<Integer> sent = new ArrayList<>();
        for (Future<Integer> producer : producing) {
            sent.add(producer.get(60, TimeUnit.SECONDS));
        }
        long all = sent.stream().mapToLong(Integer::longValue).sum();
        awaitAll(all);
        // Long enough that a message that comes twice would have come.
        awaitMillis(1_000);
        receiving.set(false);
        List<List<Receipt>> receipts = new ArrayList<>();
        for (Future<List<Receipt>> consumer : consuming) {
            receipts.add(consumer.get(60, TimeUnit.SECONDS));
        }
        Receipt.assertEachOnce(sent, receipts);
        receipts.forEach(consumer -> Receipt.assertInOrder(consumer, producers));
        return all;
    }

    /** Waits until every message came, or none has come for long; what is missing then is named at the end. */
    private void awaitAll(long sent) {
        long[] last = {received.get(), System.nanoTime()};
        Awaitility.await("all messages, or silence")
                .atMost(Duration.ofMinutes(10))
                .until(() -> {
                    if (received.get() != last[0]) {
                        last[0] = received.get();
                        last[1] = System.nanoTime();
                    }
                    return different.size() == sent || System.nanoTime() - last[1] > SILENCE.toNanos();
                });
    }

    @Override
    public String toString() {
        return producers + " producers, " + consumers + " consumers";
    }

    @Override
    public void close() {
        sending.set(false);
        receiving.set(false);
        threads.shutdownNow();
    }
}
