package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.wire.BucketMap;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Each member of a cluster is stopped as an operator stops it and started again, in turn, while clients send, receive and connect: nothing is
 * lost, doubled, out of order or refused, and after it the members share the work again.
 */
class RollingRestartIT {
    private static final int SHARDS = 3;

    /** Some tenths of a second where the machine has nothing else to do; it is never as long as the promise for a leader that was killed. */
    private static final long SEND_MILLIS_MAX = 5_000;

    private static final Pattern GIVEN = Pattern.compile("given=(\\d+) kept=(\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PRODUCER = "producer";
    private static final String NUMBER = "number";

    @RegisterExtension
    final ClusterProcesses cluster = new ClusterProcesses(SHARDS);

    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicBoolean receiving = new AtomicBoolean(true);
    private final List<AtomicLong> sentBy =
            IntStream.range(0, SHARDS).mapToObj(producer -> new AtomicLong()).toList();
    private final Set<Receipt> different = ConcurrentHashMap.newKeySet();
    private final AtomicLong connected = new AtomicLong();
    private final AtomicLong longestSendMillis = new AtomicLong();
    private final AtomicLong longestConnectMillis = new AtomicLong();

    @Test
    void aRollingRestartUnderLoadIsNoticedByNobody() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2 * SHARDS + 1);
        try {
            List<Future<List<Receipt>>> consumers = new ArrayList<>();
            List<Future<Integer>> producers = new ArrayList<>();
            for (int shard = 0; shard < SHARDS; shard++) {
                int user = shard;
                consumers.add(threads.submit(() -> consume(user)));
                producers.add(threads.submit(() -> produce(user)));
            }
            Future<?> connecting = threads.submit(this::connectAgainAndAgain);
            awaitTraffic(100);
            longestSendMillis.set(0);
            int given = 0;
            for (String member : ClusterProcesses.NAMES) {
                given += restart(member);
            }
            assertThat(given).as("shards given away by members that stopped").isPositive();
            leadByCommand();
            spread();
            sending.set(false);
            List<Integer> sent = new ArrayList<>();
            for (Future<Integer> producer : producers) {
                sent.add(producer.get(60, TimeUnit.SECONDS));
            }
            int all = sent.stream().mapToInt(Integer::intValue).sum();
            Awaitility.await("all messages").atMost(PATIENCE).until(() -> different.size() >= all);
            receiving.set(false);
            List<List<Receipt>> receipts = new ArrayList<>();
            for (Future<List<Receipt>> consumer : consumers) {
                receipts.add(consumer.get(60, TimeUnit.SECONDS));
            }
            connecting.get(60, TimeUnit.SECONDS);
            Receipt.assertEachOnce(sent, receipts);
            receipts.forEach(consumer -> Receipt.assertInOrder(consumer, SHARDS));
            System.out.println("rolling restart: " + sent + " messages sent, " + connected + " connections");
        } finally {
            sending.set(false);
            receiving.set(false);
            threads.shutdownNow();
        }
    }

    /** Returns how many shards it gave away. */
    private int restart(String member) {
        long begun = System.nanoTime();
        int code = cluster.stop(member);
        long stopMillis = millisSince(begun);
        assertThat(code).as("exit code of " + member).isZero();
        awaitTraffic(20);
        Matcher said = GIVEN.matcher(cluster.output(member));
        int given = said.find() ? Integer.parseInt(said.group(1)) : 0;
        cluster.start(member);
        cluster.awaitCaughtUp();
        awaitTraffic(20);
        long send = longestSendMillis.getAndSet(0);
        long connect = longestConnectMillis.getAndSet(0);
        String figures = member + " gave away " + given + " and stopped in " + stopMillis + " ms: longest send " + send
                + " ms, longest connect, send and close " + connect + " ms";
        System.out.println("rolling restart: " + figures);
        assertThat(send).as(figures).isLessThan(SEND_MILLIS_MAX);
        return given;
    }

    /** Who leads is changed from outside, under the same load. */
    private void leadByCommand() throws InterruptedException {
        String from = cluster.leader(0);
        String to = ClusterProcesses.NAMES.get((ClusterProcesses.NAMES.indexOf(from) + 1) % SHARDS);
        // The members may have moved it meanwhile, and may just do so while the command asks.
        Awaitility.await(to + " leads shard 0")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.command("transfer", "--shard", "0", "--to", to, "--json"))
                        .containsPattern("\\{\"shard\":0,\"leader\":\"" + to + "\"(,\"before\":\"[abc]\")?}")
                        .endsWith("\n0"));
        assertThat(cluster.command("drain", to)).endsWith("\n0");
        Awaitility.await(to + " leads nothing")
                .atMost(PATIENCE)
                .until(() -> IntStream.range(0, SHARDS)
                        .noneMatch(shard -> cluster.leader(shard).equals(to)));
        assertThat(cluster.command("transfer", "--shard", "0", "--to", to))
                .contains("it is drained, or does not answer")
                .endsWith("\n1");
        assertThat(cluster.command("drain", to, "--undo")).endsWith("\n0");
        long send = longestSendMillis.getAndSet(0);
        String figures = "led by command: longest send " + send + " ms";
        System.out.println("rolling restart: " + figures);
        assertThat(send).as(figures).isLessThan(SEND_MILLIS_MAX);
    }

    /** One shard for each of three members: each leads one again. At once, where the members themselves would wait until all is calm. */
    private void spread() throws InterruptedException {
        assertThat(cluster.command("balance")).endsWith("\n0");
        Set<String> leaders = new HashSet<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            leaders.add(cluster.leader(shard));
        }
        assertThat(leaders).hasSameSizeAs(ClusterProcesses.NAMES);
        long send = longestSendMillis.getAndSet(0);
        String figures = "spread again: longest send " + send + " ms";
        System.out.println("rolling restart: " + figures);
        assertThat(send).as(figures).isLessThan(SEND_MILLIS_MAX);
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    private static String queue(int shard) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "rolling." + number)
                .filter(name -> BucketMap.initial(SHARDS).shardOf(name) == shard)
                .findFirst()
                .orElseThrow();
    }

    private int produce(int producer) throws JMSException {
        try (Connection connection = cluster.connect(producer);
                Session session = connection.createSession()) {
            MessageProducer to = session.createProducer(session.createQueue(queue(producer)));
            int number = 0;
            while (sending.get()) {
                Message message = session.createTextMessage("message " + number + " of " + producer);
                message.setIntProperty(PRODUCER, producer);
                message.setIntProperty(NUMBER, number);
                long begun = System.nanoTime();
                to.send(message);
                longestSendMillis.accumulateAndGet(millisSince(begun), Math::max);
                number++;
                sentBy.get(producer).incrementAndGet();
            }
            return number;
        }
    }

    private List<Receipt> consume(int consumer) throws JMSException {
        List<Receipt> receipts = new ArrayList<>();
        try (Connection connection = cluster.connect(consumer + 1);
                Session session = connection.createSession()) {
            MessageConsumer from = session.createConsumer(session.createQueue(queue(consumer)));
            connection.start();
            while (receiving.get()) {
                Message message = from.receive(200);
                if (message != null) {
                    Receipt receipt = new Receipt(message.getIntProperty(PRODUCER), message.getIntProperty(NUMBER));
                    receipts.add(receipt);
                    different.add(receipt);
                }
            }
        }
        return receipts;
    }

    /** Whoever comes new is served at once: no attempt fails, and none is made twice. */
    private void connectAgainAndAgain() {
        for (int round = 0; receiving.get(); round++) {
            long begun = System.nanoTime();
            try (JMSContext context = new SluiceConnectionFactory(cluster.url(round)).createContext()) {
                context.createProducer().send(context.createQueue("other." + round % SHARDS), "hello");
            }
            longestConnectMillis.accumulateAndGet(millisSince(begun), Math::max);
            connected.incrementAndGet();
        }
    }

    /** Waits until every producer has sent so many more, and as many have come. */
    private void awaitTraffic(long messages) {
        List<Long> from = sentBy.stream().map(AtomicLong::get).toList();
        int receivedFrom = different.size();
        Awaitility.await("traffic goes on (" + sentBy + " sent, " + different.size() + " received)")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> different.size() >= receivedFrom + messages
                        && IntStream.range(0, SHARDS)
                                .allMatch(index -> sentBy.get(index).get() >= from.get(index) + messages));
    }
}
