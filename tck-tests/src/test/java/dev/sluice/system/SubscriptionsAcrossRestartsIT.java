package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SubscriptionsAcrossRestartsIT {
    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    @Test
    void aDurableSubscriberGetsWhatWasSentWhileItWasAway() throws JMSException {
        try (JMSContext context = client("reader")) {
            context.createDurableConsumer(context.createTopic("news"), "daily").close();
        }
        try (JMSContext context = server.factory().createContext()) {
            context.createProducer().send(context.createTopic("news"), "one");
            server.killAndRestart();
            context.createProducer().send(context.createTopic("news"), "two");
        }

        try (JMSContext context = client("reader")) {
            JMSConsumer consumer = context.createDurableConsumer(context.createTopic("news"), "daily");
            assertThat(Received.texts(consumer, 2)).containsExactly("one", "two");
            Received.nothing(consumer);
        }
    }

    @Test
    void anUnsubscribedNameKeepsNothing() {
        try (JMSContext context = client("reader")) {
            Topic news = context.createTopic("news");
            context.createDurableConsumer(news, "daily").close();
            context.createProducer().send(news, "one");
            context.unsubscribe("daily");
            server.killAndRestart();

            JMSConsumer consumer = context.createDurableConsumer(news, "daily");
            Received.nothing(consumer);
        }
    }

    @Test
    void aDurableSubscriptionHasOneConsumerAndAClientIdentifierOneClient() {
        try (JMSContext context = client("reader")) {
            Topic news = context.createTopic("news");
            context.createDurableConsumer(news, "daily");

            assertThatThrownBy(() -> context.createDurableConsumer(news, "daily"))
                    .isInstanceOf(JMSRuntimeException.class);
            assertThatThrownBy(() -> client("reader").close()).isInstanceOf(JMSRuntimeException.class);
        }
    }

    @Test
    void theConsumersOfASharedDurableSubscriptionShareItsMessagesAcrossAKill() throws JMSException {
        try (JMSContext one = server.factory().createContext();
                JMSContext other = server.factory().createContext();
                JMSContext sender = server.factory().createContext()) {
            Topic news = one.createTopic("news");
            JMSConsumer first = one.createSharedDurableConsumer(news, "team");
            JMSConsumer second = other.createSharedDurableConsumer(news, "team");
            JMSProducer producer = sender.createProducer();
            List<String> sent = new ArrayList<>();
            for (int number = 0; number < 200; number++) {
                if (number == 100) {
                    server.killAndRestart();
                }
                producer.send(news, "news " + number);
                sent.add("news " + number);
            }

            List<String> byFirst = new ArrayList<>();
            List<String> bySecond = new ArrayList<>();
            Awaitility.await("all messages").atMost(Duration.ofSeconds(60)).until(() -> {
                drain(first, byFirst);
                drain(second, bySecond);
                return byFirst.size() + bySecond.size() >= sent.size();
            });

            List<String> received = new ArrayList<>(byFirst);
            received.addAll(bySecond);
            assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(byFirst).as("both get their share").isNotEmpty();
            assertThat(bySecond).as("both get their share").isNotEmpty();
            Received.nothing(first);
            Received.nothing(second);
        }
    }

    @Test
    void everyNonDurableSubscriberGetsItsOwnCopyAndKeepsItsPlaceAcrossAKill() throws JMSException {
        try (JMSContext one = server.factory().createContext();
                JMSContext other = server.factory().createContext()) {
            Topic news = one.createTopic("news");
            JMSConsumer first = one.createConsumer(news);
            JMSConsumer second = other.createSharedConsumer(news, "shared");
            one.createProducer().send(news, "one");

            server.killAndRestart();

            one.createProducer().send(news, "two");
            assertThat(Received.texts(first, 2)).containsExactly("one", "two");
            assertThat(Received.texts(second, 2)).containsExactly("one", "two");
        }
    }

    @Test
    void aTemporaryQueueLivesAsLongAsItsConnectionEvenAcrossAKill() throws JMSException {
        try (JMSContext answerer = server.factory().createContext()) {
            TemporaryQueue answers;
            try (JMSContext asker = server.factory().createContext()) {
                answers = asker.createTemporaryQueue();
                JMSConsumer consumer = asker.createConsumer(answers);

                server.killAndRestart();

                answerer.createProducer().send(answers, "the answer");
                assertThat(Received.nextText(consumer)).isEqualTo("the answer");
                assertThatThrownBy(() -> answerer.createConsumer(answers)).isInstanceOf(JMSRuntimeException.class);
            }
            assertThatThrownBy(() -> answerer.createProducer().send(answers, "too late"))
                    .isInstanceOf(InvalidDestinationRuntimeException.class);
        }
    }

    private static void drain(JMSConsumer consumer, List<String> texts) throws JMSException {
        for (Message message = consumer.receive(50); message != null; message = consumer.receive(50)) {
            texts.add(((TextMessage) message).getText());
        }
    }

    private JMSContext client(String clientId) {
        JMSContext context = server.factory().createContext();
        try {
            context.setClientID(clientId);
            return context;
        } catch (JMSRuntimeException e) {
            context.close();
            throw e;
        }
    }
}
