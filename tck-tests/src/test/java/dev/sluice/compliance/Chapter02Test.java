package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The three APIs and how their objects belong together. */
class Chapter02Test extends Exchange {
    @Test
    @Section({"2.4", "2.5", "2.7"})
    void theClassicApiServesQueuesAndTopicsAlike() throws JMSException {
        for (Destination place : List.of(queue, session.createTopic(Peer.name("both")))) {
            try (MessageConsumer consumer = session.createConsumer(place);
                    MessageProducer sender = session.createProducer(place)) {
                sender.send(text("m"));
                assertThat(Peer.text(consumer)).isEqualTo("m");
            }
        }
    }

    @Test
    @Section({"2.4", "2.5", "2.8", "2.8.1"})
    void theSimplifiedApiServesQueuesAndTopicsAlike() throws JMSException {
        try (JMSContext context = peer.factory().createContext()) {
            for (Destination place : List.of(queue, context.createTopic(Peer.name("both")))) {
                try (JMSConsumer consumer = context.createConsumer(place)) {
                    context.createProducer().send(place, "m");
                    assertThat(consumer.receiveBody(String.class, Peer.LONG)).isEqualTo("m");
                }
            }
        }
    }

    @Test
    @Section("2.5")
    void theApisExchangeTheirMessages() throws JMSException {
        try (JMSContext context = peer.factory().createContext();
                QueueConnection legacy = ((QueueConnectionFactory) peer.factory()).createQueueConnection()) {
            context.createProducer().setProperty("p", 1).send(queue, Map.of("n", 5));
            MapMessage received = (MapMessage) received();
            assertThat(received.getInt("n")).isEqualTo(5);
            legacy.start();
            QueueSession ofQueues = legacy.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            ofQueues.createSender(queue).send(ofQueues.createTextMessage("legacy"));
            try (JMSConsumer consumer = context.createConsumer(queue)) {
                assertThat(consumer.receiveBody(String.class, Peer.LONG)).isEqualTo("legacy");
            }
        }
    }

    @Test
    @Section({"2.8.2", "2.8.1"})
    void aContextNeedsNeitherStartNorCheckedExceptions() {
        Topic wrong = null;
        try (JMSContext context = peer.factory().createContext()) {
            assertThat(context.getAutoStart()).isTrue();
            JMSConsumer consumer = context.createConsumer(queue);
            context.createProducer()
                    .setPriority(9)
                    .setProperty("a", 1)
                    .setJMSType("t")
                    .send(queue, "m")
                    .send(queue, new byte[] {1});
            assertThat(consumer.receiveBody(String.class, Peer.LONG)).isEqualTo("m");
            assertThat(consumer.receiveBody(byte[].class, Peer.LONG)).containsExactly(1);
            assertThatThrownBy(() -> context.createConsumer(wrong))
                    .isInstanceOf(InvalidDestinationRuntimeException.class);
            assertThatThrownBy(() -> context.createProducer().setPriority(10)).isInstanceOf(JMSRuntimeException.class);
        }
    }

    @Test
    @Section({"2.8.2", "2.10"})
    void aContextMadeFromAnotherSharesItsConnection() {
        String clientId = Peer.name("client");
        try (JMSContext first = peer.factory().createContext()) {
            first.setClientID(clientId);
            JMSContext second = first.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
            assertThat(second.getClientID()).isEqualTo(clientId);
            assertThat(second.getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
            assertThatThrownBy(() -> second.setClientID("another")).isInstanceOf(IllegalStateRuntimeException.class);
            first.close();
            second.createProducer().send(queue, "the connection ends with its last context");
            second.close();
            assertThatThrownBy(() -> second.createProducer().send(queue, "m")).isInstanceOf(JMSRuntimeException.class);
        }
    }

    @Test
    @Section({"2.8.2", "2.7"})
    void whatCanBeClosedClosesWithTheBlockItWasMadeFor() throws JMSException {
        Connection own = peer.factory().createConnection();
        Session ownSession;
        MessageConsumer consumer;
        MessageProducer sender;
        QueueBrowser browser;
        try (own) {
            try (Session inner = own.createSession();
                    MessageConsumer innerConsumer = inner.createConsumer(queue);
                    MessageProducer innerSender = inner.createProducer(queue);
                    QueueBrowser innerBrowser = inner.createBrowser(queue)) {
                ownSession = inner;
                consumer = innerConsumer;
                sender = innerSender;
                browser = innerBrowser;
            }
            assertThatThrownBy(ownSession::createMessage).isInstanceOf(jakarta.jms.IllegalStateException.class);
            assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(jakarta.jms.IllegalStateException.class);
            assertThatThrownBy(sender::getPriority).isInstanceOf(jakarta.jms.IllegalStateException.class);
            assertThatThrownBy(browser::getEnumeration).isInstanceOf(JMSException.class);
        }
        assertThatThrownBy(own::createSession).isInstanceOf(jakarta.jms.IllegalStateException.class);
    }

    @Test
    @Section("2.9")
    void theLegacyApiOfQueuesKnowsNoTopics() throws JMSException {
        try (QueueConnection legacy = ((QueueConnectionFactory) peer.factory()).createQueueConnection()) {
            QueueSession ofQueues = legacy.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            QueueSender sender = ofQueues.createSender(queue);
            QueueReceiver receiver = ofQueues.createReceiver(queue);
            assertThat(sender.getQueue()).isEqualTo(queue);
            assertThat(receiver.getQueue()).isEqualTo(queue);
            assertThatThrownBy(() -> ofQueues.createTopic("t")).isInstanceOf(jakarta.jms.IllegalStateException.class);
            assertThatThrownBy(ofQueues::createTemporaryTopic).isInstanceOf(jakarta.jms.IllegalStateException.class);
            assertThatThrownBy(() -> ofQueues.createDurableSubscriber(session.createTopic("t"), "d"))
                    .isInstanceOf(jakarta.jms.IllegalStateException.class);
            assertThatThrownBy(() -> ofQueues.unsubscribe("d")).isInstanceOf(jakarta.jms.IllegalStateException.class);
        }
    }

    @Test
    @Section("2.9")
    void theLegacyApiOfTopicsKnowsNoQueues() throws JMSException {
        try (TopicConnection legacy = ((TopicConnectionFactory) peer.factory()).createTopicConnection()) {
            legacy.start();
            TopicSession ofTopics = legacy.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            Topic topic = ofTopics.createTopic(Peer.name("legacy"));
            TopicSubscriber subscriber = ofTopics.createSubscriber(topic);
            TopicPublisher publisher = ofTopics.createPublisher(topic);
            publisher.publish(ofTopics.createTextMessage("m"));
            assertThat(Peer.text(subscriber)).isEqualTo("m");
            assertThat(subscriber.getTopic()).isEqualTo(topic);
            assertThat(subscriber.getNoLocal()).isFalse();
            assertThat(publisher.getTopic()).isEqualTo(topic);
            assertThatThrownBy(() -> ofTopics.createQueue("q")).isInstanceOf(jakarta.jms.IllegalStateException.class);
            assertThatThrownBy(ofTopics::createTemporaryQueue).isInstanceOf(jakarta.jms.IllegalStateException.class);
            assertThatThrownBy(() -> ofTopics.createBrowser(queue))
                    .isInstanceOf(jakarta.jms.IllegalStateException.class);
        }
    }

    @Test
    @Section({"2.10", "2.12", "2.12.1"})
    void aConnectionHasManySessionsAndASessionManyProducersAndConsumers() throws JMSException {
        Session receiving = connection.createSession();
        MessageConsumer first = receiving.createConsumer(queue, "n = 1");
        MessageConsumer second = receiving.createConsumer(queue, "n = 2");
        for (int number = 1; number <= 2; number++) {
            try (Session sending = connection.createSession()) {
                TextMessage message = sending.createTextMessage("m" + number);
                message.setIntProperty("n", number);
                sending.createProducer(queue).send(message);
            }
        }
        assertThat(Peer.text(second)).isEqualTo("m2");
        assertThat(Peer.text(first)).isEqualTo("m1");
    }

    @Test
    @Section("2.14")
    void aConnectionIsUsedByManyAtOnce() throws Exception {
        List<CompletableFuture<?>> users = new ArrayList<>();
        for (int user = 0; user < 4; user++) {
            users.add(CompletableFuture.runAsync(() -> {
                try {
                    for (int round = 0; round < 10; round++) {
                        try (Session own = connection.createSession()) {
                            Queue place = own.createQueue(Peer.name("shared"));
                            own.createProducer(place).send(own.createTextMessage("m"));
                            connection.start();
                            assertThat(Peer.text(own.createConsumer(place))).isEqualTo("m");
                        }
                    }
                } catch (JMSException error) {
                    throw new AssertionError(error);
                }
            }));
        }
        for (CompletableFuture<?> user : users) {
            user.get(Peer.LONG, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    @Section("2.16")
    void aReplyGoesToTheDestinationOfTheRequestAndIsFoundByItsCorrelation() throws Exception {
        Connection server = peer.started();
        Session serving = server.createSession();
        MessageProducer replies = serving.createProducer(null);
        serving.createConsumer(queue).setMessageListener(request -> {
            try {
                TextMessage reply = serving.createTextMessage("reply to " + ((TextMessage) request).getText());
                reply.setJMSCorrelationID(request.getJMSMessageID());
                replies.send(request.getJMSReplyTo(), reply);
            } catch (JMSException error) {
                throw new AssertionError(error);
            }
        });
        Queue answers = session.createTemporaryQueue();
        List<String> ids = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            TextMessage request = text("r" + number);
            request.setJMSReplyTo(answers);
            producer.send(request);
            ids.add(request.getJMSMessageID());
        }
        for (int number = 3; number >= 1; number--) {
            String selector = "JMSCorrelationID = '" + ids.get(number - 1) + "'";
            try (MessageConsumer consumer = session.createConsumer(answers, selector)) {
                assertThat(Peer.text(consumer)).isEqualTo("reply to r" + number);
            }
        }
    }
}
