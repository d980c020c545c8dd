package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Producers of the classic and the domain-specific APIs, synchronous sends and their options. */
class Chapter07SendTest extends Chapter {
    private MessageConsumer consumer(Destination destination) throws JMSException {
        connection.start();
        return session.createConsumer(destination);
    }

    @Test
    @Section("7.1")
    void aProducerOfOneDestinationSendsNowhereElse() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        Message message = sending.createMessage();
        assertThat(producer.getDestination()).isEqualTo(queue);
        assertThatThrownBy(() -> producer.send(topic, message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send(queue, message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send(queue, message, 2, 4, 0))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send(queue, message, Completions.NONE))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @Section("7.1")
    void aProducerWithoutADestinationSendsToWhatIsNewToItsConnection() throws JMSException {
        MessageProducer producer = sending.createProducer(null);
        producer.send(queue, sending.createTextMessage("small"));
        Queue another = sending.createQueue(queue.getQueueName() + ".another");
        producer.send(another, sending.createTextMessage("x".repeat(300_000)));
        TemporaryQueue gone = session.createTemporaryQueue();
        gone.delete();
        assertThatThrownBy(() -> producer.send(gone, sending.createMessage()))
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessageContaining(gone.getQueueName());
        producer.send(queue, sending.createTextMessage("after"));

        assertThat(rest(consumer(queue))).containsExactly("small", "after");
        assertThat(rest(consumer(another))).hasSize(1);
    }

    @Test
    @Section("7.1")
    void aProducerWithoutADestinationNeedsOneInEachSend() throws JMSException {
        MessageProducer producer = sending.createProducer(null);
        Message message = sending.createTextMessage("reply");
        assertThat(producer.getDestination()).isNull();
        assertThatThrownBy(() -> producer.send(message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send(message, 2, 4, 0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send(message, Completions.NONE))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> producer.send((Destination) null, message))
                .isInstanceOf(InvalidDestinationException.class);
        producer.send(queue, message);
        assertThat(Peer.text(consumer(queue))).isEqualTo("reply");
    }

    @Test
    @Section({"7.1", "7.2"})
    void aReplyGoesWhereTheRequestAsksForIt() throws JMSException {
        connection.start();
        Queue replies = session.createTemporaryQueue();
        TextMessage request = session.createTextMessage("ping");
        request.setJMSReplyTo(replies);
        session.createProducer(queue).send(request);
        Session serving = peer.started().createSession();
        Message received = Peer.next(serving.createConsumer(queue));
        TextMessage reply = serving.createTextMessage("pong");
        reply.setJMSCorrelationID(received.getJMSMessageID());
        serving.createProducer(null).send(received.getJMSReplyTo(), reply);
        Message answer = Peer.next(session.createConsumer(replies));
        assertThat(text(answer)).isEqualTo("pong");
        assertThat(answer.getJMSCorrelationID()).isEqualTo(request.getJMSMessageID());
    }

    @Test
    @Section("7.2")
    void everySendOfAProducerSends() throws JMSException {
        MessageProducer bound = sending.createProducer(queue);
        MessageProducer free = sending.createProducer(null);
        bound.send(sending.createTextMessage("1"));
        bound.send(sending.createTextMessage("2"), DeliveryMode.NON_PERSISTENT, 4, 60_000);
        free.send(queue, sending.createTextMessage("3"));
        free.send(queue, sending.createTextMessage("4"), DeliveryMode.PERSISTENT, 4, 0);
        assertThat(Peer.texts(consumer(queue), 4)).containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    @Test
    @Section("7.2")
    void everySendOfAQueueSenderSends() throws JMSException {
        SluiceConnectionFactory factory = (SluiceConnectionFactory) factory();
        try (QueueConnection own = factory.createQueueConnection()) {
            QueueSession queues = own.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            QueueSender bound = queues.createSender(queue);
            QueueSender free = queues.createSender(null);
            assertThat(bound.getQueue()).isEqualTo(queue);
            bound.send(queues.createTextMessage("1"));
            bound.send(queues.createTextMessage("2"), DeliveryMode.PERSISTENT, 4, 0);
            free.send(queue, queues.createTextMessage("3"));
            free.send(queue, queues.createTextMessage("4"), DeliveryMode.PERSISTENT, 4, 0);
            assertThatThrownBy(() -> free.send((Queue) null, queues.createMessage()))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThat(Peer.texts(consumer(queue), 4)).containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    @Section("7.2")
    void everyPublishOfATopicPublisherPublishes() throws JMSException {
        SluiceConnectionFactory factory = (SluiceConnectionFactory) factory();
        MessageConsumer consumer = consumer(topic);
        try (TopicConnection own = factory.createTopicConnection()) {
            TopicSession topics = own.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            TopicPublisher bound = topics.createPublisher(topic);
            TopicPublisher free = topics.createPublisher(null);
            assertThat(bound.getTopic()).isEqualTo(topic);
            bound.publish(topics.createTextMessage("1"));
            bound.publish(topics.createTextMessage("2"), DeliveryMode.PERSISTENT, 4, 0);
            free.publish(topic, topics.createTextMessage("3"));
            free.publish(topic, topics.createTextMessage("4"), DeliveryMode.PERSISTENT, 4, 0);
            assertThatThrownBy(() -> free.publish((Topic) null, topics.createMessage()))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThat(Peer.texts(consumer, 4)).containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    @Section({"7.2", "10.3"})
    void aMessageThatIsNullIsRefused() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        assertThatThrownBy(() -> producer.send(null)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> producer.send(null, 2, 4, 0)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> sending.createProducer(null).send(queue, null))
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Section("7.2")
    void aSentMessageMayBeChangedAndSentAgain() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        TextMessage message = sending.createTextMessage("before");
        message.setIntProperty("number", 1);
        producer.send(message);
        message.setText("after");
        message.setIntProperty("number", 2);
        producer.send(message);
        MessageConsumer consumer = consumer(queue);
        Message first = Peer.next(consumer);
        Message second = Peer.next(consumer);
        assertThat(text(first) + first.getIntProperty("number")).isEqualTo("before1");
        assertThat(text(second) + second.getIntProperty("number")).isEqualTo("after2");
    }

    @Test
    @Section("7.4")
    void theOptionsOfAProducerHoldForAllItsMessages() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
        assertThat(producer.getTimeToLive()).isEqualTo(Message.DEFAULT_TIME_TO_LIVE);
        assertThat(producer.getDeliveryDelay()).isEqualTo(Message.DEFAULT_DELIVERY_DELAY);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.setPriority(7);
        producer.setTimeToLive(100_000);
        MessageConsumer consumer = consumer(queue);
        for (int round = 0; round < 2; round++) {
            producer.send(sending.createMessage());
            Message received = Peer.next(consumer);
            assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(received.getJMSPriority()).isEqualTo(7);
            assertThat(received.getJMSExpiration() - received.getJMSTimestamp()).isEqualTo(100_000);
        }
    }

    @Test
    @Section("7.4")
    void theParametersOfASendGoBeforeTheOptionsOfItsProducer() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.setPriority(1);
        producer.setTimeToLive(100_000);
        producer.send(sending.createMessage(), DeliveryMode.PERSISTENT, 8, 0);
        Message received = Peer.next(consumer(queue));
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(received.getJMSPriority()).isEqualTo(8);
        assertThat(received.getJMSExpiration()).isZero();
        assertThat(producer.getPriority()).isEqualTo(1);
        assertThat(producer.getTimeToLive()).isEqualTo(100_000);
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
    }

    @Test
    @Section("7.4")
    void optionsOutsideTheirRangeAreRefused() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        Message message = sending.createMessage();
        assertThatThrownBy(() -> producer.setPriority(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setPriority(10)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setDeliveryMode(0)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setDeliveryMode(3)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.send(message, 2, 10, 0)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.send(message, 0, 4, 0)).isInstanceOf(JMSException.class);
    }

    @Test
    @Section({"7.4", "7.7"})
    void whatTheApplicationSetsOnTheMessageIsIgnored() throws JMSException {
        Message message = sending.createMessage();
        message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
        message.setJMSPriority(9);
        message.setJMSExpiration(1);
        message.setJMSDeliveryTime(Long.MAX_VALUE);
        message.setJMSMessageID("ID:mine");
        message.setJMSTimestamp(1);
        message.setJMSDestination(topic);
        message.setJMSRedelivered(true);
        sending.createProducer(queue).send(message);
        Message received = Peer.next(consumer(queue));
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(received.getJMSPriority()).isEqualTo(4);
        assertThat(received.getJMSExpiration()).isZero();
        assertThat(received.getJMSDestination()).isEqualTo(queue);
        assertThat(received.getJMSMessageID()).startsWith("ID:").isNotEqualTo("ID:mine");
        assertThat(received.getJMSTimestamp()).isGreaterThan(1);
        assertThat(received.getJMSRedelivered()).isFalse();
        assertThat(message.getJMSMessageID()).isEqualTo(received.getJMSMessageID());
    }

    @Test
    @Section({"7.5", "7.6"})
    void propertiesAndHeadersOfTheMessageArrive() throws JMSException {
        Message message = sending.createMessage();
        message.setStringProperty("colour", "red");
        message.setLongProperty("weight", Long.MIN_VALUE);
        message.setJMSCorrelationID("c-1");
        message.setJMSReplyTo(topic);
        message.setJMSType("order");
        sending.createProducer(queue).send(message);
        Message received = Peer.next(consumer(queue));
        assertThat(received.getStringProperty("colour")).isEqualTo("red");
        assertThat(received.getLongProperty("weight")).isEqualTo(Long.MIN_VALUE);
        assertThat(received.getJMSCorrelationID()).isEqualTo("c-1");
        assertThat(received.getJMSReplyTo()).isEqualTo(topic);
        assertThat(received.getJMSType()).isEqualTo("order");
    }

    @Test
    @Section({"7.7", "9.1"})
    void aPersistentMessageOutlivesTheServer(@TempDir Path directory) throws Exception {
        try (Restartable server = Restartable.durable(directory)) {
            try (var own = server.factory("").createConnection()) {
                Session first = own.createSession();
                MessageProducer producer = first.createProducer(queue);
                for (String text : List.of("one", "two", "three")) {
                    producer.send(first.createTextMessage(text), DeliveryMode.PERSISTENT, 4, 0);
                    producer.send(first.createTextMessage("may be lost"), DeliveryMode.NON_PERSISTENT, 4, 0);
                }
            }
            server.stop();
            try (var own = server.factory("").createConnection()) {
                own.start();
                MessageConsumer consumer = own.createSession().createConsumer(queue);
                // The first is waited for: it is read from the disk.
                List<String> texts = new ArrayList<>(List.of(Peer.text(consumer)));
                texts.addAll(rest(consumer));
                assertThat(texts.stream().filter(text -> !text.equals("may be lost")))
                        .containsExactly("one", "two", "three");
                assertThat(texts.stream().filter(text -> text.equals("may be lost")))
                        .hasSizeLessThanOrEqualTo(3);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section("7.7")
    void aMessageIsNotDeliveredTwice(int mode) throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        producer.setDeliveryMode(mode);
        for (int number = 0; number < 100; number++) {
            producer.send(sending.createTextMessage("m" + number));
        }
        MessageConsumer consumer = consumer(queue);
        assertThat(Peer.texts(consumer, 60)).doesNotHaveDuplicates();
        consumer.close();
        MessageConsumer next = session.createConsumer(queue);
        assertThat(rest(next)).hasSize(40).startsWith("m60").endsWith("m99");
    }

    @Test
    @Section("7.8")
    void theExpirationIsTheTimeOfSendingAndTheTimeToLive() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        Message message = sending.createMessage();
        long before = System.currentTimeMillis();
        producer.send(message, DeliveryMode.PERSISTENT, 4, 50_000);
        assertThat(message.getJMSExpiration()).isEqualTo(message.getJMSTimestamp() + 50_000);
        assertThat(message.getJMSExpiration()).isBetween(before + 49_000, before + 60_000);
        assertThat(Peer.next(consumer(queue)).getJMSExpiration()).isEqualTo(message.getJMSExpiration());
        producer.send(message, DeliveryMode.PERSISTENT, 4, 0);
        assertThat(message.getJMSExpiration()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section("7.8")
    void aMessageThatExpiredIsNotDelivered(int mode) throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        producer.send(sending.createTextMessage("short"), mode, 4, 30);
        producer.send(sending.createTextMessage("long"), mode, 4, 60_000);
        letPass(100);
        assertThat(rest(consumer(queue))).containsExactly("long");
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section("7.8")
    void aMessageThatExpiresWhileTheConsumerIsStoppedIsNotDelivered(int mode) throws JMSException {
        MessageConsumer ofQueue = session.createConsumer(queue);
        MessageConsumer ofTopic = session.createConsumer(topic);
        for (Destination each : List.of(queue, topic)) {
            MessageProducer producer = sending.createProducer(each);
            producer.send(sending.createTextMessage("short"), mode, 4, 60);
            producer.send(sending.createTextMessage("lasting"), mode, 4, 0);
        }
        letPass(120);
        connection.start();
        assertThat(rest(ofQueue)).containsExactly("lasting");
        assertThat(rest(ofTopic)).containsExactly("lasting");
    }

    @Test
    @Section("7.9")
    void aDelayedMessageDoesNotComeBeforeItsTime() throws JMSException {
        MessageConsumer consumer = consumer(queue);
        MessageProducer producer = sending.createProducer(queue);
        producer.setDeliveryDelay(200);
        assertThat(producer.getDeliveryDelay()).isEqualTo(200);
        Message message = sending.createTextMessage("later");
        long before = System.nanoTime();
        producer.send(message);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp() + 200);
        assertThat(consumer.receiveNoWait()).isNull();
        Message received = Peer.next(consumer);
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(199_000_000);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(message.getJMSDeliveryTime());
    }

    @Test
    @Section("7.9")
    void withoutADelayTheDeliveryTimeIsThatOfSending() throws JMSException {
        Message message = sending.createMessage();
        sending.createProducer(queue).send(message);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp());
        assertThat(Peer.next(consumer(queue)).getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp());
    }

    @Test
    @Section("7.9")
    void aDelayedMessageGoesToTheSubscriptionsOfTheTimeOfSending() throws JMSException {
        MessageConsumer present = consumer(topic);
        MessageConsumer durable =
                peer.connection(Peer.name("client")).createSession().createDurableConsumer(topic, "s");
        MessageProducer producer = sending.createProducer(topic);
        producer.setDeliveryDelay(150);
        producer.send(sending.createTextMessage("delayed"));
        MessageConsumer late = session.createConsumer(topic);
        assertThat(Peer.text(present)).isEqualTo("delayed");
        assertThat(Peer.text(durable)).isEqualTo("delayed");
        send(topic, "marker");
        assertThat(Peer.text(late)).isEqualTo("marker");
    }

    @Test
    @Section("7.9")
    void aDelayThatIsNegativeIsRefused() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSException.class);
        assertThat(producer.getDeliveryDelay()).isZero();
    }

    @Test
    @Section("7.10")
    void everySetterOfAProducerOfAContextReturnsIt() throws JMSException {
        JMSContext context = context();
        JMSProducer producer = context.createProducer();
        ProducerCalls calls = new ProducerCalls(queue, context.createMessage());
        List<Method> chained = ProducerCalls.ALL.stream()
                .filter(method -> method.getReturnType() == JMSProducer.class)
                .toList();
        assertThat(chained).hasSize(26);
        for (Method method : chained) {
            assertThat(calls.call(producer, method)).as(method.toString()).isSameAs(producer);
        }
    }

    @Test
    @Section("7.10")
    void aSendIsOneChainOfCalls() throws JMSException {
        JMSContext context = context();
        context.createProducer()
                .setProperty("foo", "bar")
                .setTimeToLive(10_000)
                .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                .setDisableMessageTimestamp(true)
                .send(queue, "one")
                .setProperty("foo", "baz")
                .send(queue, "two");
        MessageConsumer consumer = consumer(queue);
        for (String[] expected : new String[][] {{"one", "bar"}, {"two", "baz"}}) {
            Message message = Peer.next(consumer);
            assertThat(text(message)).isEqualTo(expected[0]);
            assertThat(message.getStringProperty("foo")).isEqualTo(expected[1]);
            assertThat(message.getJMSExpiration()).isPositive();
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        }
    }
}
