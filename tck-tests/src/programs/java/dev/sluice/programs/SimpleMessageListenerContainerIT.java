package dev.sluice.programs;

import static dev.sluice.programs.RunningServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.SessionAwareMessageListener;
import org.springframework.jms.listener.SimpleMessageListenerContainer;

/** Spring's {@code SimpleMessageListenerContainer}, which sets message listeners. */
class SimpleMessageListenerContainerIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    private final String queue = fresh("orders");
    private final CachingConnectionFactory sending = new CachingConnectionFactory(SERVER.factory());
    private final JmsTemplate template = new JmsTemplate(sending);
    private final Collected collected = new Collected();
    private final List<SimpleMessageListenerContainer> containers = new ArrayList<>();

    @AfterEach
    void end() {
        containers.forEach(SimpleMessageListenerContainer::shutdown);
        sending.destroy();
    }

    private SimpleMessageListenerContainer container(String destination, Object listener) {
        SimpleMessageListenerContainer container = new SimpleMessageListenerContainer();
        container.setConnectionFactory(SERVER.factory());
        container.setDestinationName(destination);
        container.setMessageListener(listener);
        containers.add(container);
        return container;
    }

    private static void run(SimpleMessageListenerContainer container) {
        container.afterPropertiesSet();
        container.start();
    }

    private void sendNumbered(String destination, int from, int to) {
        for (int number = from; number < to; number++) {
            template.convertAndSend(destination, "message " + number);
        }
    }

    private void assertNothingLeft() {
        try (JMSContext context = SERVER.factory().createContext()) {
            assertThat(context.createConsumer(context.createQueue(queue)).receive(Moments.SILENCE.toMillis()))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO_ACKNOWLEDGE", "CLIENT_ACKNOWLEDGE", "DUPS_OK_ACKNOWLEDGE"})
    void eachMessageComesOnceInOrderAndUnmarked(String mode) {
        sendNumbered(queue, 0, 100);
        SimpleMessageListenerContainer container = container(queue, collected);
        container.setSessionAcknowledgeModeName(mode);
        run(container);
        sendNumbered(queue, 100, 500);

        collected.awaitExactly(500);

        assertThat(collected.texts()).containsExactlyElementsOf(Collected.numbered(500));
        assertThat(collected.redelivered()).isEmpty();
        container.shutdown();
        assertNothingLeft();
    }

    @Test
    void concurrentConsumersListenInThreadsOfTheirOwn() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(4);
        SimpleMessageListenerContainer container =
                container(queue, (SessionAwareMessageListener<Message>) (message, session) -> {
                    if (threads.add(Thread.currentThread())) {
                        all.countDown();
                    }
                    Moments.await(all);
                    collected.add(message);
                });
        container.setConnectionFactory(SERVER.factory("prefetch=1"));
        container.setConcurrency("4");
        run(container);

        sendNumbered(queue, 0, 200);

        collected.awaitExactly(200).assertEachOnce(Collected.numbered(200));
        assertThat(threads).hasSize(4);
    }

    @Test
    void aTaskExecutorOfTheApplicationRunsTheListeners() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        SimpleMessageListenerContainer container =
                container(queue, (SessionAwareMessageListener<Message>) (message, session) -> {
                    threads.add(Thread.currentThread().getName().replaceAll("[0-9]+$", ""));
                    collected.add(message);
                });
        SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("own-");
        executor.setConcurrencyLimit(1);
        container.setTaskExecutor(executor);
        run(container);

        sendNumbered(queue, 0, 50);

        collected.awaitExactly(50).assertEachOnce(Collected.numbered(50));
        assertThat(threads).containsExactly("own-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO_ACKNOWLEDGE", "DUPS_OK_ACKNOWLEDGE", "CLIENT_ACKNOWLEDGE"})
    void aMessageWhoseListenerFailedComesAgainMarked(String mode) throws JMSException {
        AtomicInteger calls = new AtomicInteger();
        List<Integer> counts = new ArrayList<>();
        List<Throwable> errors = new ArrayList<>();
        SimpleMessageListenerContainer container =
                container(queue, (SessionAwareMessageListener<Message>) (message, session) -> {
                    counts.add(message.getIntProperty("JMSXDeliveryCount"));
                    collected.add(message);
                    if (calls.incrementAndGet() < 3) {
                        throw new IllegalArgumentException("again");
                    }
                });
        container.setSessionAcknowledgeModeName(mode);
        container.setErrorHandler(error -> {
            errors.add(error);
            throw new IllegalStateException("not handled", error);
        });
        run(container);

        sendNumbered(queue, 0, 2);

        collected.awaitExactly(4);
        assertThat(collected.texts()).containsExactly("message 0", "message 0", "message 0", "message 1");
        assertThat(counts).startsWith(1, 2, 3);
        assertThat(errors).hasSize(2);
        container.shutdown();
        assertNothingLeft();
    }

    @Test
    void anErrorHandlerThatReturnsSettlesTheMessage() {
        List<Throwable> errors = new ArrayList<>();
        SimpleMessageListenerContainer container =
                container(queue, (SessionAwareMessageListener<Message>) (message, session) -> {
                    collected.add(message);
                    throw new IllegalArgumentException("not this one");
                });
        container.setErrorHandler(errors::add);
        run(container);

        sendNumbered(queue, 0, 3);

        collected.awaitExactly(3);
        assertThat(errors).hasSize(3);
        container.shutdown();
        assertNothingLeft();
    }

    @Test
    void aListenerMayAcknowledgeEachMessageByItself() {
        SimpleMessageListenerContainer container =
                container(queue, (SessionAwareMessageListener<Message>) (message, session) -> {
                    collected.add(message);
                    if (message.getBody(String.class).endsWith("1")) {
                        message.acknowledge();
                    }
                });
        container.setSessionAcknowledgeMode(Sluice.INDIVIDUAL_ACKNOWLEDGE);
        container.setAcknowledgeAfterListener(false);
        run(container);
        sendNumbered(queue, 0, 12);
        collected.awaitExactly(12);
        container.shutdown();

        Collected rest = new Collected();
        run(container(queue, rest));
        rest.awaitExactly(10);
        assertThat(rest.texts()).doesNotContain("message 1", "message 11");
        assertThat(rest.redelivered()).hasSize(10);
    }

    @Test
    void aListenerMaySendByItsSession() {
        String out = fresh("out");
        SimpleMessageListenerContainer container =
                container(queue, (SessionAwareMessageListener<Message>) (message, session) -> {
                    try (var producer = session.createProducer(session.createQueue(out))) {
                        producer.send(session.createTextMessage(message.getBody(String.class) + " done"));
                    }
                });
        container.setConcurrency("3");
        run(container);
        run(container(out, collected));

        sendNumbered(queue, 0, 100);

        collected
                .awaitExactly(100)
                .assertEachOnce(Collected.numbered(100).stream()
                        .map(text -> text + " done")
                        .toList());
    }

    @Test
    void aSelectorKeepsOthersOut() {
        SimpleMessageListenerContainer container = container(queue, collected);
        container.setMessageSelector("number BETWEEN 3 AND 5");
        run(container);

        for (int number = 0; number < 10; number++) {
            int current = number;
            template.convertAndSend(queue, "message " + number, message -> {
                message.setIntProperty("number", current);
                return message;
            });
        }

        collected.awaitExactly(3);
        assertThat(collected.texts()).containsExactly("message 3", "message 4", "message 5");
    }

    @Test
    void aDurableSubscriptionKeepsWhatComesWhileTheContainerIsDown() {
        String news = fresh("news");
        String clientId = fresh("branch");
        template.setPubSubDomain(true);
        run(durable(news, clientId));
        sendNumbered(news, 0, 10);
        collected.awaitExactly(10);
        containers.get(0).shutdown();

        sendNumbered(news, 10, 20);

        run(durable(news, clientId));
        sendNumbered(news, 20, 30);
        collected.awaitExactly(30);
        assertThat(collected.texts()).containsExactlyElementsOf(Collected.numbered(30));
        assertThat(collected.redelivered()).isEmpty();
    }

    private SimpleMessageListenerContainer durable(String topic, String clientId) {
        SimpleMessageListenerContainer container = container(topic, collected);
        container.setPubSubDomain(true);
        container.setSubscriptionDurable(true);
        container.setClientId(clientId);
        container.setDurableSubscriptionName("all-news");
        return container;
    }

    @Test
    void aSharedSubscriptionGivesEachMessageToOneOfItsConsumers() {
        String news = fresh("news");
        template.setPubSubDomain(true);
        Collected other = new Collected();
        for (Collected listener : List.of(collected, other)) {
            SimpleMessageListenerContainer container = container(news, listener);
            container.setPubSubDomain(true);
            container.setSubscriptionShared(true);
            container.setSubscriptionName("team");
            container.setConcurrency("2");
            run(container);
        }

        sendNumbered(news, 0, 300);

        Moments.await("all messages").until(() -> collected.size() + other.size() >= 300);
        Moments.awaitSilence();
        List<String> team = new ArrayList<>(collected.texts());
        team.addAll(other.texts());
        assertThat(Collected.faults(Collected.numbered(300), team)).isEmpty();
        assertThat(collected.size()).isPositive();
        assertThat(other.size()).isPositive();
    }

    @Test
    void aStoppedContainerGetsNothingUntilItStartsAgain() {
        SimpleMessageListenerContainer container = container(queue, collected);
        container.setConcurrency("2");
        run(container);
        sendNumbered(queue, 0, 50);
        collected.awaitExactly(50);

        container.stop();
        sendNumbered(queue, 50, 100);
        collected.awaitExactly(50);

        container.start();
        collected.awaitExactly(100).assertEachOnce(Collected.numbered(100));
        assertThat(collected.redelivered()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO_ACKNOWLEDGE", "CLIENT_ACKNOWLEDGE", "DUPS_OK_ACKNOWLEDGE"})
    void aShutdownWithMessagesInFlightLosesAndDoublesNothing(String mode) {
        sendNumbered(queue, 0, 600);
        for (int turn = 0; turn < 3; turn++) {
            SimpleMessageListenerContainer container =
                    container(queue, (SessionAwareMessageListener<Message>) (message, session) -> {
                        Moments.work(1);
                        collected.add(message);
                    });
            container.setSessionAcknowledgeModeName(mode);
            container.setConcurrency("3");
            container.setAcceptMessagesWhileStopping(true);
            run(container);
            int enough = collected.size() + 50;
            Moments.await("some messages").until(() -> collected.size() >= enough);
            container.shutdown();
        }
        assertThat(collected.size()).as("before the last container").isLessThan(600);

        run(container(queue, collected));
        collected.awaitExactly(600).assertEachOnce(Collected.numbered(600));
    }

    @Test
    void manyContainersMayShareOneConnection() {
        CachingConnectionFactory shared = new CachingConnectionFactory(SERVER.factory());
        try {
            List<Collected> all = new ArrayList<>();
            for (int index = 0; index < 5; index++) {
                all.add(new Collected());
                SimpleMessageListenerContainer container = container(queue + "." + index, all.get(index));
                container.setConnectionFactory(shared);
                container.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
                run(container);
            }
            for (int index = 0; index < 5; index++) {
                sendNumbered(queue + "." + index, 0, 50);
            }

            all.forEach(each -> each.awaitExactly(50).assertEachOnce(Collected.numbered(50)));
            containers.forEach(SimpleMessageListenerContainer::shutdown);
        } finally {
            shared.destroy();
        }
    }
}
