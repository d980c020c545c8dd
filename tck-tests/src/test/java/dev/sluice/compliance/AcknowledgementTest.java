package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Acknowledgement, recovery and redelivery: chapters 3.5.11, 6.2.10 and 8.7. */
@Timeout(120)
class AcknowledgementTest {
    private final Peer peer = new Peer();
    private Connection connection;
    private Session sending;
    private Queue queue;

    @BeforeEach
    void connect() throws JMSException {
        connection = peer.connection();
        sending = connection.createSession();
        queue = sending.createQueue(Peer.name("ack"));
    }

    @AfterEach
    void disconnect() throws JMSException {
        peer.close();
    }

    private void send(int deliveryMode, int count) throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        producer.setDeliveryMode(deliveryMode);
        for (int number = 1; number <= count; number++) {
            producer.send(sending.createTextMessage("m" + number));
        }
    }

    private static String mark(Message message) throws JMSException {
        return ((TextMessage) message).getText() + "/" + message.getIntProperty("JMSXDeliveryCount")
                + (message.getJMSRedelivered() ? "r" : "");
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section({"3.5.11", "6.2.10"})
    void clientAcknowledgeAndRecover(int deliveryMode) throws JMSException {
        send(deliveryMode, 4);
        connection.start();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(mark(Peer.next(consumer))).isEqualTo("m1/1");
        Peer.next(consumer).acknowledge();
        assertThat(mark(Peer.next(consumer))).isEqualTo("m3/1");
        session.recover();
        assertThat(mark(Peer.next(consumer))).isEqualTo("m3/2r");
        assertThat(mark(Peer.next(consumer))).isEqualTo("m4/1");
        session.close();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        assertThat(mark(Peer.next(next))).isEqualTo("m3/3r");
        assertThat(mark(Peer.next(next))).isEqualTo("m4/2r");
        assertThat(next.receiveNoWait()).isNull();
    }

    @Test
    @Section({"6.1.8", "6.2.10"})
    void closingTheConnectionGivesBackWhatIsNotAcknowledged() throws JMSException {
        send(DeliveryMode.PERSISTENT, 3);
        Connection first = peer.started();
        MessageConsumer consumer =
                first.createSession(Session.CLIENT_ACKNOWLEDGE).createConsumer(queue);
        assertThat(Peer.texts(consumer, 2)).containsExactly("m1", "m2");
        first.close();
        connection.start();
        MessageConsumer second = connection.createSession().createConsumer(queue);
        assertThat(mark(Peer.next(second))).isEqualTo("m1/2r");
        assertThat(mark(Peer.next(second))).isEqualTo("m2/2r");
        assertThat(mark(Peer.next(second))).isEqualTo("m3/1");
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section({"6.2.15", "8.8"})
    void whatAClosedConsumerLeftUnacknowledgedComesAgainWhenItsSessionCloses(int deliveryMode) throws JMSException {
        send(deliveryMode, 3);
        connection.start();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Peer.texts(consumer, 2)).containsExactly("m1", "m2");
        consumer.close();
        session.close();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        assertThat(mark(Peer.next(next))).isEqualTo("m1/2r");
        assertThat(mark(Peer.next(next))).isEqualTo("m2/2r");
        assertThat(mark(Peer.next(next))).isEqualTo("m3/1");
    }

    @Test
    @Section({"6.2.10", "8.8"})
    void recoverGivesBackWhatAClosedConsumerLeftUnacknowledged() throws JMSException {
        send(DeliveryMode.PERSISTENT, 2);
        connection.start();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer first = session.createConsumer(queue);
        assertThat(Peer.texts(first, 2)).containsExactly("m1", "m2");
        first.close();
        session.recover();
        MessageConsumer second = session.createConsumer(queue);
        assertThat(mark(Peer.next(second))).isEqualTo("m1/2r");
        assertThat(mark(Peer.next(second))).isEqualTo("m2/2r");
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    @Section("8.7")
    void aListenerThatThrowsGetsItsMessageAgainFirst(int mode) throws JMSException {
        send(DeliveryMode.PERSISTENT, 3);
        List<String> seen = new CopyOnWriteArrayList<>();
        connection.createSession(mode).createConsumer(queue).setMessageListener(message -> {
            try {
                seen.add(mark(message));
            } catch (JMSException error) {
                throw new AssertionError(error);
            }
            if (seen.size() == 1) {
                throw new UnsupportedOperationException("as the test wants it");
            }
        });
        connection.start();
        Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("m1/1", "m1/2r", "m2/1", "m3/1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    @Section("8.7")
    void whatAListenerReceivesMeanwhileDoesNotAcknowledgeWhatItIsAt(int mode) throws JMSException {
        Topic topic = sending.createTopic(Peer.name("ack"));
        Session session = connection.createSession(mode);
        MessageConsumer answers = session.createConsumer(topic);
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue).setMessageListener(message -> {
            try {
                seen.add(mark(message));
                if (seen.size() == 1) {
                    sending.createProducer(topic).send(sending.createTextMessage("answer"));
                    seen.add(mark(Peer.next(answers)));
                    throw new UnsupportedOperationException("as the test wants it");
                }
            } catch (JMSException error) {
                throw new AssertionError(error);
            }
        });
        connection.start();
        send(DeliveryMode.PERSISTENT, 2);
        Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("m1/1", "answer/1", "m1/2r", "m2/1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section("8.7")
    void aTopicListenerThatThrowsGetsNothingAgainThatItWasDoneWith(int deliveryMode) throws JMSException {
        Topic topic = sending.createTopic(Peer.name("ack"));
        List<String> seen = new CopyOnWriteArrayList<>();
        MessageConsumer consumer = connection.createSession().createConsumer(topic);
        MessageProducer producer = sending.createProducer(topic);
        producer.setDeliveryMode(deliveryMode);
        for (int number = 1; number <= 20; number++) {
            producer.send(sending.createTextMessage("m" + number));
        }
        consumer.setMessageListener(message -> {
            try {
                seen.add(mark(message));
            } catch (JMSException error) {
                throw new AssertionError(error);
            }
            if (seen.size() == 10) {
                throw new UnsupportedOperationException("as the test wants it");
            }
        });
        connection.start();
        List<String> expected = new ArrayList<>();
        for (int number = 1; number <= 20; number++) {
            expected.add("m" + number + "/1");
        }
        expected.add(10, "m10/2r");
        Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactlyElementsOf(expected));
    }

    @Test
    @Section("6.2.10")
    void acknowledgesAcrossConsumersOfOneSession() throws JMSException {
        Topic topic = sending.createTopic(Peer.name("ack"));
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer ofTopic = session.createConsumer(topic);
        MessageConsumer ofQueue = session.createConsumer(queue);
        connection.start();
        send(DeliveryMode.PERSISTENT, 1);
        sending.createProducer(topic).send(sending.createTextMessage("t1"));
        Message fromTopic = Peer.next(ofTopic);
        assertThat(mark(Peer.next(ofQueue))).isEqualTo("m1/1");
        session.recover();
        assertThat(mark(Peer.next(ofQueue))).isEqualTo("m1/2r");
        assertThat(mark(Peer.next(ofTopic))).isEqualTo("t1/2r");
        assertThat(((TextMessage) fromTopic).getText()).isEqualTo("t1");
        fromTopic.acknowledge();
        session.recover();
        assertThat(ofQueue.receiveNoWait()).isNull();
        assertThat(ofTopic.receiveNoWait()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    @Section("6.2.11")
    void nothingComesTwiceWhenSessionsFollowEachOther(int mode) throws JMSException {
        send(DeliveryMode.PERSISTENT, 100);
        connection.start();
        List<String> seen = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            Session session = connection.createSession(mode);
            seen.addAll(Peer.texts(session.createConsumer(queue), 5));
            session.close();
        }
        assertThat(seen).hasSize(100).doesNotHaveDuplicates();
        assertThat(connection.createSession().createConsumer(queue).receiveNoWait())
                .isNull();
    }

    @Test
    @Section({"4.1.2", "6.2.11"})
    void manyListenersTakeEachMessageOnce() throws Exception {
        int count = 2000;
        CountDownLatch all = new CountDownLatch(count);
        List<String> seen = new CopyOnWriteArrayList<>();
        for (int number = 0; number < 4; number++) {
            Connection own = peer.started();
            own.createSession().createConsumer(queue).setMessageListener(message -> {
                try {
                    seen.add(((TextMessage) message).getText());
                } catch (JMSException error) {
                    throw new AssertionError(error);
                }
                all.countDown();
            });
        }
        send(DeliveryMode.PERSISTENT, count);
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).hasSize(count).doesNotHaveDuplicates();
    }

    @Test
    @Section("6.2.10")
    void acknowledgingTenThousandAtOnce() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        for (int number = 0; number < 10_000; number++) {
            producer.send(sending.createTextMessage("m" + number), DeliveryMode.NON_PERSISTENT, number % 10, 0);
        }
        connection.start();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        Message last = Peer.next(consumer);
        for (int number = 1; number < 10_000; number++) {
            last = Peer.next(consumer);
        }
        last.acknowledge();
        session.recover();
        assertThat(consumer.receiveNoWait()).isNull();
    }
}
