package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several consumers, each with a connection of its own, share a queue of message groups. */
class MessageGroupsIT {
    private static final int GROUPS = 20;
    private static final int MESSAGES = 3_000;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    /** What the consumers did, in the order in which it happened. */
    private static final class Work {
        final Map<String, Integer> next = new ConcurrentHashMap<>();
        final Map<String, String> busy = new ConcurrentHashMap<>();
        final Map<String, AtomicInteger> shares = new ConcurrentHashMap<>();
        final List<String> faults = new CopyOnWriteArrayList<>();
        final AtomicInteger done = new AtomicInteger();

        void on(String consumer, Message message) {
            try {
                String group = message.getStringProperty("JMSXGroupID");
                int number = message.getIntProperty("JMSXGroupSeq");
                String other = busy.putIfAbsent(group, consumer);
                if (other != null) {
                    faults.add(group + " " + number + " came to " + consumer + " while " + other + " had some of it");
                }
                int expected = next.merge(group, 1, Integer::sum);
                if (number != expected) {
                    faults.add(group + " " + number + " came to " + consumer + " instead of " + expected);
                }
                shares.computeIfAbsent(consumer, key -> new AtomicInteger()).incrementAndGet();
                busy.remove(group, consumer);
                done.incrementAndGet();
            } catch (JMSException e) {
                faults.add(e.toString());
            }
        }
    }

    @Test
    void aGroupIsInOneHandAtATimeAndInOrderAlsoAcrossKills() {
        Work work = new Work();
        List<JMSContext> contexts = new ArrayList<>();
        try (JMSContext sender = server.factory().createContext()) {
            Queue orders = sender.createQueue("orders");
            for (int index = 0; index < 4; index++) {
                contexts.add(listener("consumer" + index, work));
            }
            send(sender, orders, 0, MESSAGES / 3);
            server.killAndRestart();
            send(sender, orders, MESSAGES / 3, 2 * MESSAGES / 3);
            contexts.remove(0).close();
            contexts.add(listener("consumer4", work));
            server.killAndRestart();
            send(sender, orders, 2 * MESSAGES / 3, MESSAGES);

            Awaitility.await("all is received")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> work.done.get() >= MESSAGES || !work.faults.isEmpty());
            Received.nothing(sender.createConsumer(orders));
        } finally {
            contexts.forEach(JMSContext::close);
        }
        assertThat(work.faults).isEmpty();
        assertThat(work.done).hasValue(MESSAGES);
        assertThat(new TreeMap<>(work.shares)).as("all consumers had a share").hasSizeGreaterThanOrEqualTo(4);
    }

    private JMSContext listener(String name, Work work) {
        JMSContext context = server.factory().createContext();
        context.createConsumer(context.createQueue("orders")).setMessageListener(message -> work.on(name, message));
        return context;
    }

    private static void send(JMSContext context, Queue queue, int from, int to) {
        JMSProducer producer = context.createProducer();
        for (int number = from; number < to; number++) {
            producer.setProperty("JMSXGroupID", "group " + number % GROUPS)
                    .setProperty("JMSXGroupSeq", number / GROUPS + 1)
                    .send(queue, "message " + number);
        }
    }

    @Test
    void aGroupWaitsForTheOneWhoHoldsSomeOfItAndOthersGoOn() throws JMSException {
        try (JMSContext holder = server.factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE);
                JMSContext other = server.factory().createContext()) {
            Queue orders = holder.createQueue("orders");
            JMSProducer producer = holder.createProducer();
            JMSConsumer first = holder.createConsumer(orders);
            producer.setProperty("JMSXGroupID", "a").send(orders, "a1");
            Message held = Received.next(first);
            JMSConsumer second = other.createConsumer(orders);
            first.close();

            producer.send(orders, "a2");
            producer.setProperty("JMSXGroupID", "b").send(orders, "b1");
            producer.clearProperties().send(orders, "no group");
            assertThat(Received.texts(second, 2)).containsExactly("b1", "no group");
            Received.nothing(second);
            held.acknowledge();
            assertThat(Received.nextText(second)).isEqualTo("a2");
        }
    }

    @Test
    void aGroupStaysWithTheOneWhoHoldsSomeOfItAcrossAKill() throws JMSException {
        try (JMSContext holder = server.factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE);
                JMSContext other = server.factory().createContext()) {
            Queue orders = holder.createQueue("orders");
            JMSProducer producer = holder.createProducer().setProperty("JMSXGroupID", "a");
            JMSConsumer owner = holder.createConsumer(orders);
            producer.send(orders, "a1");
            Message held = Received.next(owner);
            JMSConsumer rival = other.createConsumer(orders);
            producer.send(orders, "a2");

            server.killAndRestart();
            producer.send(orders, "a3").send(orders, "a4");

            Received.nothing(rival);
            assertThat(Received.texts(owner, 3)).containsExactly("a2", "a3", "a4");
            held.acknowledge();
        }
    }

    @Test
    void aSharedSubscriptionOfATopicKeepsGroupsTogetherToo() throws JMSException {
        try (JMSContext one = server.factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE);
                JMSContext two = server.factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            JMSConsumer first = one.createSharedConsumer(one.createTopic("news"), "readers");
            JMSConsumer second = two.createSharedConsumer(two.createTopic("news"), "readers");
            JMSProducer producer = one.createProducer();
            for (String group : List.of("a", "b", "a", "b", "a")) {
                producer.setProperty("JMSXGroupID", group).send(one.createTopic("news"), group);
            }

            assertThat(List.of(Received.texts(first, 3), Received.texts(second, 2)))
                    .containsExactly(List.of("a", "a", "a"), List.of("b", "b"));
        }
    }
}
