package dev.sluice.programs;

import static dev.sluice.programs.RunningServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;
import org.springframework.jms.listener.adapter.MessageListenerAdapter;

/** Spring's {@code DefaultMessageListenerContainer}, which receives in a loop. */
class MessageListenerContainerIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    private final String queue = fresh("orders");
    private final CachingConnectionFactory sending = new CachingConnectionFactory(SERVER.factory());
    private final JmsTemplate template = new JmsTemplate(sending);
    private final Collected collected = new Collected();
    private final List<DefaultMessageListenerContainer> containers = new ArrayList<>();

    @AfterEach
    void end() {
        containers.forEach(DefaultMessageListenerContainer::shutdown);
        sending.destroy();
    }

    private DefaultMessageListenerContainer container(Object listener) {
        return container(SERVER.factory(), queue, listener);
    }

    private DefaultMessageListenerContainer container(
            SluiceConnectionFactory factory, String destination, Object listener) {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(factory);
        container.setDestinationName(destination);
        container.setMessageListener(listener);
        container.setReceiveTimeout(100);
        containers.add(container);
        return container;
    }

    private static void run(DefaultMessageListenerContainer container) {
        container.afterPropertiesSet();
        container.start();
    }

    private void sendNumbered(int from, int to) {
        for (int number = from; number < to; number++) {
            template.convertAndSend(queue, "message " + number);
        }
    }

    // ---- acknowledge modes and cache levels

    @ParameterizedTest
    @CsvSource({
        "CACHE_NONE, AUTO_ACKNOWLEDGE, 60",
        "CACHE_CONNECTION, AUTO_ACKNOWLEDGE, 200",
        "CACHE_SESSION, AUTO_ACKNOWLEDGE, 200",
        "CACHE_CONSUMER, AUTO_ACKNOWLEDGE, 500",
        "CACHE_NONE, CLIENT_ACKNOWLEDGE, 60",
        "CACHE_CONNECTION, CLIENT_ACKNOWLEDGE, 200",
        "CACHE_SESSION, CLIENT_ACKNOWLEDGE, 200",
        "CACHE_CONSUMER, CLIENT_ACKNOWLEDGE, 500",
        "CACHE_CONSUMER, DUPS_OK_ACKNOWLEDGE, 500",
    })
    void eachMessageComesOnceInOrderAndUnmarked(String cacheLevel, String mode, int count) {
        sendNumbered(0, count / 2);
        DefaultMessageListenerContainer container = container(collected);
        container.setCacheLevelName(cacheLevel);
        container.setSessionAcknowledgeModeName(mode);
        run(container);
        sendNumbered(count / 2, count);

        collected.awaitExactly(count);

        assertThat(collected.texts()).containsExactlyElementsOf(Collected.numbered(count));
        assertThat(collected.redelivered()).isEmpty();
        container.shutdown();
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"CACHE_NONE, 80", "CACHE_CONNECTION, 400", "CACHE_SESSION, 400", "CACHE_CONSUMER, 1000"})
    void concurrentConsumersShareAQueueWithoutDoubles(String cacheLevel, int count) {
        DefaultMessageListenerContainer container = container(collected);
        container.setCacheLevelName(cacheLevel);
        container.setConcurrency("4-8");
        run(container);

        sendNumbered(0, count);

        collected.awaitExactly(count).assertEachOnce(Collected.numbered(count));
        assertThat(collected.redelivered()).isEmpty();
        container.shutdown();
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        try (JMSContext context = SERVER.factory().createContext()) {
            assertThat(context.createConsumer(context.createQueue(queue)).receive(Moments.SILENCE.toMillis()))
                    .isNull();
        }
    }

    @Test
    void inAutoAcknowledgeAMessageIsDoneBeforeItsListenerFails() {
        List<Throwable> errors = new ArrayList<>();
        DefaultMessageListenerContainer container =
                container((SessionAwareMessageListener<Message>) (message, session) -> {
                    collected.add(message);
                    throw new IllegalArgumentException("not this one");
                });
        container.setErrorHandler(errors::add);
        run(container);

        sendNumbered(0, 2);

        collected.awaitExactly(2);
        assertThat(errors).hasSize(2).allSatisfy(error -> assertThat(error).hasMessageContaining("not this one"));
    }

    @Test
    void inClientAcknowledgeAMessageWhoseListenerFailedComesAgainMarked() throws JMSException {
        AtomicInteger calls = new AtomicInteger();
        List<Integer> counts = new ArrayList<>();
        DefaultMessageListenerContainer container =
                container((SessionAwareMessageListener<Message>) (message, session) -> {
                    counts.add(message.getIntProperty("JMSXDeliveryCount"));
                    collected.add(message);
                    if (calls.incrementAndGet() < 3) {
                        throw new IllegalArgumentException("again");
                    }
                });
        container.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
        container.setErrorHandler(error -> {});
        run(container);

        sendNumbered(0, 2);

        collected.awaitExactly(4);
        assertThat(collected.texts()).containsExactly("message 0", "message 0", "message 0", "message 1");
        assertThat(counts).startsWith(1, 2, 3);
        assertThat(collected.redelivered()).startsWith("message 0", "message 0");
        container.shutdown();
        assertNothingLeft();
    }

    // ---- scaling

    @Test
    void consumersBecomeMoreUnderLoadAndFewerAfterIt() {
        CountDownLatch release = new CountDownLatch(1);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        DefaultMessageListenerContainer container =
                container((SessionAwareMessageListener<Message>) (message, session) -> {
                    threads.add(Thread.currentThread().getName());
                    collected.add(message);
                    Moments.await(release);
                });
        // Prefetched messages would stay with the first consumers.
        container.setConnectionFactory(SERVER.factory("prefetch=1"));
        container.setConcurrency("2-6");
        container.setIdleTaskExecutionLimit(1);
        container.setMaxMessagesPerTask(1);
        run(container);

        sendNumbered(0, 40);

        Moments.await("six consumers are busy").until(() -> threads.size() == 6);
        assertThat(container.getActiveConsumerCount()).isEqualTo(6);
        release.countDown();
        collected.awaitExactly(40).assertEachOnce(Collected.numbered(40));
        Moments.await("the additional consumers end").until(() -> container.getScheduledConsumerCount() == 2);
        sendNumbered(40, 50);
        collected.awaitExactly(50).assertEachOnce(Collected.numbered(50));
    }

    // ---- topics

    @Test
    void aDurableSubscriptionKeepsWhatComesWhileTheContainerIsDown() {
        String news = fresh("news");
        template.setPubSubDomain(true);
        String clientId = fresh("branch");
        run(durable(news, clientId));
        Moments.await("the subscription is there").until(() -> containers.get(0).isRegisteredWithDestination());
        template.convertAndSend(news, "message 0");
        collected.awaitExactly(1);
        containers.get(0).shutdown();

        template.convertAndSend(news, "message 1");
        template.convertAndSend(news, "message 2");
        collected.awaitExactly(1);

        run(durable(news, clientId));
        template.convertAndSend(news, "message 3");
        collected.awaitExactly(4);
        assertThat(collected.texts()).containsExactlyElementsOf(Collected.numbered(4));
        assertThat(collected.redelivered()).isEmpty();
    }

    private DefaultMessageListenerContainer durable(String topic, String clientId) {
        DefaultMessageListenerContainer container = container(SERVER.factory(), topic, collected);
        container.setPubSubDomain(true);
        container.setSubscriptionDurable(true);
        container.setClientId(clientId);
        container.setDurableSubscriptionName("all-news");
        return container;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSharedSubscriptionGivesEachMessageToOneOfItsConsumers(boolean durable) {
        String news = fresh("news");
        template.setPubSubDomain(true);
        Collected other = new Collected();
        Collected alone = new Collected();
        run(shared(news, durable, "team", collected));
        run(shared(news, durable, "team", other));
        run(shared(news, durable, "single", alone));
        containers.forEach(container -> Moments.await("the subscriptions are there")
                .until(() -> container.getActiveConsumerCount() == 3 && container.isRegisteredWithDestination()));

        for (int number = 0; number < 300; number++) {
            template.convertAndSend(news, "message " + number);
        }

        alone.awaitExactly(300).assertEachOnce(Collected.numbered(300));
        List<String> team = new ArrayList<>(collected.texts());
        team.addAll(other.texts());
        assertThat(Collected.faults(Collected.numbered(300), team)).isEmpty();
        assertThat(collected.size()).as("the one of the team").isPositive();
        assertThat(other.size()).as("the other of the team").isPositive();
    }

    private DefaultMessageListenerContainer shared(String topic, boolean durable, String name, Collected listener) {
        DefaultMessageListenerContainer container = container(SERVER.factory(), topic, listener);
        container.setPubSubDomain(true);
        container.setSubscriptionShared(true);
        container.setSubscriptionDurable(durable);
        container.setSubscriptionName(name);
        container.setConcurrency("3-3");
        return container;
    }

    @Test
    void aSelectorKeepsOthersOut() {
        DefaultMessageListenerContainer container = container(collected);
        container.setMessageSelector("region = 'eu' AND weight > 10");
        run(container);

        for (int number = 0; number < 20; number++) {
            int current = number;
            template.convertAndSend(queue, "message " + number, message -> {
                message.setStringProperty("region", current % 2 == 0 ? "eu" : "us");
                message.setIntProperty("weight", current);
                return message;
            });
        }

        collected.awaitExactly(4);
        assertThat(collected.texts()).containsExactly("message 12", "message 14", "message 16", "message 18");
    }

    // ---- replies

    @Test
    void whatAListenerReturnsIsTheReply() throws JMSException {
        Object service = new Object() {
            @SuppressWarnings("unused") // called by Spring
            public String answer(String question) {
                return "answer to " + question;
            }
        };
        MessageListenerAdapter adapter = new MessageListenerAdapter(service);
        adapter.setDefaultListenerMethod("answer");
        DefaultMessageListenerContainer container = container(adapter);
        container.setConcurrency("3-3");
        run(container);
        template.setReceiveTimeout(Moments.PATIENCE.toMillis());

        List<String> answers = IntStream.range(0, 100)
                .parallel()
                .mapToObj(number -> {
                    Message reply =
                            template.sendAndReceive(queue, session -> session.createTextMessage("question " + number));
                    try {
                        return reply.getBody(String.class);
                    } catch (JMSException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();

        assertThat(answers)
                .containsExactlyElementsOf(IntStream.range(0, 100)
                        .mapToObj(number -> "answer to question " + number)
                        .toList());
    }

    // ---- stop, start, shutdown

    @Test
    void aStoppedContainerGetsNothingUntilItStartsAgain() {
        DefaultMessageListenerContainer container = container(collected);
        container.setConcurrency("2-4");
        run(container);
        sendNumbered(0, 50);
        collected.awaitExactly(50);

        CountDownLatch stopped = new CountDownLatch(1);
        container.stop(stopped::countDown);
        Moments.await("it is stopped").until(() -> stopped.getCount() == 0);
        sendNumbered(50, 100);
        collected.awaitExactly(50);

        container.start();
        collected.awaitExactly(100).assertEachOnce(Collected.numbered(100));
        assertThat(collected.redelivered()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CACHE_CONSUMER, AUTO_ACKNOWLEDGE",
        "CACHE_CONSUMER, CLIENT_ACKNOWLEDGE",
        "CACHE_CONSUMER, DUPS_OK_ACKNOWLEDGE",
        "CACHE_SESSION, CLIENT_ACKNOWLEDGE",
        "CACHE_CONNECTION, AUTO_ACKNOWLEDGE",
    })
    void aShutdownWithMessagesInFlightLosesAndDoublesNothing(String cacheLevel, String mode) {
        sendNumbered(0, 600);
        for (int turn = 0; turn < 3; turn++) {
            DefaultMessageListenerContainer container =
                    container((SessionAwareMessageListener<Message>) (message, session) -> {
                        Moments.work(1);
                        collected.add(message);
                    });
            container.setCacheLevelName(cacheLevel);
            container.setSessionAcknowledgeModeName(mode);
            // Without it the container drops what it has received and, in the automatic modes, acknowledged.
            container.setAcceptMessagesWhileStopping(!mode.equals("CLIENT_ACKNOWLEDGE"));
            container.setConcurrency("3-3");
            run(container);
            int enough = collected.size() + 50;
            Moments.await("some messages").until(() -> collected.size() >= enough);
            container.shutdown();
        }
        assertThat(collected.size()).as("before the last container").isLessThan(600);

        run(container(collected));
        collected.awaitExactly(600).assertEachOnce(Collected.numbered(600));
    }
}
