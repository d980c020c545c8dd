package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.TextMessage;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What message-driven beans receive. */
@Timeout(60)
class InboundTest {
    private static final AtomicLong NAMES = new AtomicLong();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String url = "sluice:mem:inbound-" + NAMES.incrementAndGet();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<String> probes = new CopyOnWriteArrayList<>();
    private final SluiceActivationSpec spec = new SluiceActivationSpec();
    private Container container;
    private Endpoints active;

    @BeforeEach
    void start() throws ResourceException {
        container = new Container(url);
        spec.setResourceAdapter(container.adapter);
        spec.setDestination("in");
        spec.setDestinationType("jakarta.jms.Queue");
    }

    @AfterEach
    void stop() {
        if (active != null) {
            container.adapter.endpointDeactivation(active, spec);
            assertThat(active.open).hasValue(0);
        }
        container.close();
        Awaitility.await("no thread is left").atMost(PATIENCE).until(() -> container.threadsAlive() == 0);
    }

    private static String text(Message message) {
        try {
            return ((TextMessage) message).getText() + (message.getJMSRedelivered() ? " again" : "");
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private void see(Message message) {
        (text(message).startsWith("probe") ? probes : seen).add(text(message));
    }

    private Endpoints activate(boolean transacted, MessageListener bean) throws ResourceException {
        active = transacted ? Endpoints.transacted(container, bean) : Endpoints.plain(container, bean);
        container.adapter.endpointActivation(active, spec);
        return active;
    }

    private void awaitSeen(String... texts) {
        Awaitility.await("what the bean sees")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(texts));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageOfABeanThatThrowsComesAgainAndOneThatWasProcessedDoesNot(boolean transacted) throws Exception {
        activate(transacted, message -> {
            see(message);
            if (text(message).equals("b")) {
                throw new IllegalArgumentException("not b");
            }
        });
        Broker.put(url, "in", "a", "b", "c");
        awaitSeen("a", "b", "b again", "c");
        container.adapter.endpointDeactivation(active, spec);
        assertThat(Broker.drain(url, "in")).isEmpty();
    }

    @Test
    void whatABeanSendsHappensWithItsMessage() throws Exception {
        Pool pool = new Pool(container, new SluiceManagedConnectionFactory());
        FactoryHandle factory = pool.lookUp();
        AtomicInteger times = new AtomicInteger();
        activate(true, message -> {
            try (JMSContext context = factory.createContext()) {
                context.createProducer().send(context.createQueue("out"), "for " + text(message));
            }
            if (times.incrementAndGet() == 1) {
                throw new IllegalArgumentException("not yet");
            }
        });
        Broker.put(url, "in", "a");
        Awaitility.await("the second time").atMost(PATIENCE).until(() -> times.get() == 2);
        container.adapter.endpointDeactivation(active, spec);
        assertThat(Broker.drain(url, "out")).containsExactly("for a again");
        assertThat(Broker.drain(url, "in")).isEmpty();
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBeanIsGoneThoughTheContainerKnowsItsLastWork(boolean hints) throws Exception {
        container.keepLastWork();
        container.takesHints(hints);
        container.adapter.stop();
        container.adapter.start(container);
        WeakReference<Endpoints> bean = new WeakReference<>(activate(true, this::see));
        Broker.put(url, "in", "a");
        awaitSeen("a");
        container.adapter.endpointDeactivation(active, spec);
        active = null;
        Awaitility.await("it is gone").atMost(PATIENCE).until(() -> {
            System.gc();
            return bean.refersTo(null);
        });
        assertThat(container.lastWork()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asManyMessagesAsSessionsAreUnderWayAtATimeAndNoMore(boolean transacted) throws Exception {
        spec.setMaxSessions(5);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        activate(transacted, message -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            awaitQuietly(go);
            now.decrementAndGet();
            see(message);
        });
        List<String> all = new ArrayList<>();
        for (int number = 0; number < 30; number++) {
            all.add("m" + number);
        }
        Broker.put(url, "in", all.toArray(new String[0]));
        Awaitility.await("five at a time").atMost(PATIENCE).until(() -> now.get() == 5);
        go.countDown();
        awaitSeen(all.toArray(new String[0]));
        assertThat(most).hasValue(5);
        assertThat(container.longOnes()).isEqualTo(5);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean ignored = latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anIdleBeanHasOneThreadAndOneWithoutMoreThreadsGoesOn() throws Exception {
        container.limitThreads(1);
        activate(true, this::see);
        Broker.put(url, "in", "a", "b", "c");
        awaitSeen("a", "b", "c");
        assertThat(container.threadsAlive()).isEqualTo(1);
    }

    @Test
    void deactivationWaitsForMessagesInFlightAndLeavesTheRest() throws Exception {
        spec.setMaxSessions(1);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        activate(true, message -> {
            started.countDown();
            awaitQuietly(go);
            see(message);
        });
        Broker.put(url, "in", "a", "b");
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> deactivation =
                CompletableFuture.runAsync(() -> container.adapter.endpointDeactivation(active, spec));
        assertThatThrownBy(() -> deactivation.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        go.countDown();
        deactivation.get(20, TimeUnit.SECONDS);
        assertThat(seen).containsExactly("a");
        assertThat(Broker.drain(url, "in")).containsExactly("b");
    }

    @Test
    void whatTheContainerRefusesIsTriedAgain() throws Exception {
        Endpoints endpoints = Endpoints.transacted(container, this::see);
        endpoints.refuse.set(2);
        endpoints.failBefore.set(1);
        active = endpoints;
        Broker.put(url, "in", "a");
        container.adapter.endpointActivation(endpoints, spec);
        awaitSeen("a again");
        assertThat(endpoints.refuse).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageComesAgainWhoseTransactionDoesNotHaveIt(boolean triesToEnlist) throws Exception {
        Endpoints endpoints = Endpoints.transacted(container, this::see);
        endpoints.leaveOut.set(1);
        endpoints.triesToEnlist = triesToEnlist;
        active = endpoints;
        container.adapter.endpointActivation(endpoints, spec);
        Broker.put(url, "in", "a");
        awaitSeen("a", "a again");
        container.adapter.endpointDeactivation(active, spec);
        assertThat(Broker.drain(url, "in")).isEmpty();
    }

    @Test
    void aBeanGoesOnAfterItsTransactionWasEndedElsewhere() throws Exception {
        spec.setMaxSessions(1);
        AtomicInteger times = new AtomicInteger();
        activate(true, message -> {
            see(message);
            if (times.incrementAndGet() == 1) {
                rollBackElsewhere();
                throw new IllegalArgumentException("not in time");
            }
        });
        Broker.put(url, "in", "a");
        awaitSeen("a", "a again");
        assertThat(active.made).hasValue(1);
    }

    /** As a transaction manager does after a timeout. */
    private void rollBackElsewhere() {
        try {
            Transaction transaction = container.transactions.getTransaction();
            CompletableFuture.runAsync(() -> {
                        try {
                            transaction.rollback();
                        } catch (SystemException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .join();
        } catch (SystemException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSelectorLeavesWhatItDoesNotWant() throws Exception {
        spec.setMessageSelector("region = 'eu'");
        activate(true, this::see);
        try (JMSContext context = new SluiceConnectionFactory(url).createContext()) {
            var queue = context.createQueue("in");
            context.createProducer().setProperty("region", "us").send(queue, "us");
            context.createProducer().setProperty("region", "eu").send(queue, "eu");
        }
        awaitSeen("eu");
        container.adapter.endpointDeactivation(active, spec);
        assertThat(Broker.drain(url, "in")).containsExactly("us");
    }

    private void publish(String... texts) {
        try (JMSContext context = new SluiceConnectionFactory(url).createContext()) {
            for (String text : texts) {
                context.createProducer().send(context.createTopic("in"), text);
            }
        }
    }

    private void awaitSubscribed() {
        Awaitility.await("the subscription").atMost(PATIENCE).until(() -> {
            publish("probe");
            return !probes.isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aBeanOfATopicSeesEachMessageOnceHoweverManySessionsItHas(int sessions) throws Exception {
        spec.setDestinationType("jakarta.jms.Topic");
        spec.setMaxSessions(sessions);
        activate(true, this::see);
        awaitSubscribed();
        publish("a", "b", "c");
        awaitSeen("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDurableSubscriptionKeepsWhatComesWhileTheBeanIsAway(boolean shared) throws Exception {
        spec.setDestinationType("Topic");
        spec.setSubscriptionDurability("Durable");
        spec.setSubscriptionName("orders");
        spec.setClientId("app");
        spec.setShareSubscriptions(shared);
        activate(true, this::see);
        awaitSubscribed();
        container.adapter.endpointDeactivation(active, spec);
        publish("a");
        activate(false, this::see);
        awaitSeen("a");
    }

    @Test
    void theServerMayBeAwayAtFirstAndLaterAndForgetEverything(@TempDir Path data) throws Exception {
        try (Broker broker = new Broker(data)) {
            spec.setUrl(broker.url());
            activate(true, this::see);
            broker.start();
            Broker.put(broker.url(), "in", "a");
            awaitSeen("a");
            broker.kill();
            broker.start();
            Broker.put(broker.url(), "in", "b");
            awaitSeen("a", "b");
            broker.kill();
            // It does not know the connection any more: that ends for good, and there is another one.
            try (var files = java.nio.file.Files.walk(data.resolve("data"))) {
                for (Path each :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    java.nio.file.Files.delete(each);
                }
            }
            broker.start();
            Broker.put(broker.url(), "in", "c");
            awaitSeen("a", "b", "c");
            container.adapter.endpointDeactivation(active, spec);
        }
    }

    @Test
    void deactivationDoesNotWaitForAServerThatDoesNotAnswer() throws Exception {
        // Nothing is received there, and nobody accepts.
        try (java.net.ServerSocket silent =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            spec.setUrl("sluice://localhost:" + silent.getLocalPort() + "?connect.timeout=60s");
            activate(true, this::see);
            Awaitility.await("a receiver").atMost(PATIENCE).until(() -> container.threadsAlive() == 1);
            long began = System.nanoTime();
            container.adapter.endpointDeactivation(active, spec);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void anActivationThatCannotWorkIsRefusedWithAllThatIsWrong() throws Exception {
        SluiceActivationSpec wrong = new SluiceActivationSpec();
        wrong.setResourceAdapter(container.adapter);
        wrong.setAcknowledgeMode("Client-acknowledge");
        wrong.setMaxSessions(0);
        wrong.setSubscriptionDurability("Durable");
        assertThatThrownBy(wrong::validate)
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessageContaining("destinationLookup")
                .hasMessageContaining("Client-acknowledge")
                .hasMessageContaining("maxSessions is 0")
                .hasMessageContaining("subscriptionName");
        spec.setUrl("nonsense");
        assertThatThrownBy(() -> container.adapter.endpointActivation(Endpoints.plain(container, this::see), spec))
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessageContaining("url");
        spec.setUrl(null);
        spec.setDestinationType("Topic");
        spec.setSubscriptionDurability("Durable");
        spec.setSubscriptionName("s");
        assertThatThrownBy(() -> container.adapter.endpointActivation(Endpoints.plain(container, this::see), spec))
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessageContaining("clientId");
    }
}
