package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queues: chapter 4.1, and what chapters 3, 6, 7 and 8 say of them. */
@Timeout(120)
class PointToPointTest {
    private final Peer peer = new Peer();
    private Connection connection;
    private Session session;
    private Queue queue;

    @BeforeEach
    void connect() throws JMSException {
        connection = peer.started();
        session = connection.createSession();
        queue = session.createQueue(Peer.name("queue"));
    }

    @AfterEach
    void disconnect() throws JMSException {
        peer.close();
    }

    private void send(int count) throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        for (int number = 1; number <= count; number++) {
            TextMessage message = session.createTextMessage("m" + number);
            message.setIntProperty("number", number);
            producer.send(message);
        }
        producer.close();
    }

    @Test
    @Section({"6.2.9.1", "6.2.9.2"})
    void deliversInTheOrderOfSending() throws JMSException {
        send(1000);
        MessageConsumer consumer = session.createConsumer(queue);
        List<String> expected =
                IntStream.rangeClosed(1, 1000).mapToObj(number -> "m" + number).toList();
        assertThat(Peer.texts(consumer, 1000)).isEqualTo(expected);
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    @Section("6.1.4")
    void aConsumerOfAConnectionThatIsNotStartedTakesNothingFromOthers() throws JMSException {
        Connection asleep = peer.connection();
        MessageConsumer waiting = asleep.createSession().createConsumer(queue);
        MessageConsumer consumer = session.createConsumer(queue);
        send(4);
        assertThat(Peer.texts(consumer, 4)).containsExactly("m1", "m2", "m3", "m4");
        consumer.close();
        send(1);
        asleep.start();
        assertThat(Peer.text(waiting)).isEqualTo("m1");
    }

    @Test
    @Section("3.4.4")
    void theTimestampOfAMessageIsTheTimeOfItsSend() throws JMSException {
        MessageConsumer consumer = session.createConsumer(queue);
        for (int round = 0; round < 20; round++) {
            long before = System.currentTimeMillis();
            send(1);
            long after = System.currentTimeMillis();
            assertThat(Peer.next(consumer).getJMSTimestamp()).isBetween(before, after);
        }
    }

    @Test
    @Section("8.5")
    void receiveNoWaitFindsWhatIsThere() throws JMSException {
        for (int round = 0; round < 50; round++) {
            Queue own = session.createQueue(Peer.name("nowait"));
            session.createProducer(own).send(session.createTextMessage("x"));
            MessageConsumer consumer = session.createConsumer(own);
            assertThat(consumer.receiveNoWait()).as("round %s", round).isNotNull();
            assertThat(consumer.receiveNoWait()).isNull();
            consumer.close();
        }
    }

    @Test
    @Section("4.1.2")
    void eachMessageGoesToOneOfSeveralReceivers() throws JMSException {
        List<MessageConsumer> consumers = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            consumers.add(peer.started().createSession().createConsumer(queue));
        }
        send(30);
        List<String> seen = new ArrayList<>();
        for (MessageConsumer consumer : consumers) {
            Message message = consumer.receiveNoWait();
            while (message != null) {
                seen.add(((TextMessage) message).getText());
                message = consumer.receiveNoWait();
            }
        }
        assertThat(seen).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    @Section({"3.8.1", "4.1.2"})
    void selectorsLeaveTheOtherMessages() throws JMSException {
        send(4);
        MessageConsumer even = session.createConsumer(queue, "number = 2 OR number = 4");
        assertThat(Peer.texts(even, 2)).containsExactly("m2", "m4");
        assertThat(even.receiveNoWait()).isNull();
        even.close();
        assertThat(Peer.texts(session.createConsumer(queue), 2)).containsExactly("m1", "m3");
        assertThatThrownBy(() -> session.createConsumer(queue, "number = "))
                .isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> session.createBrowser(queue, "= 'x'")).isInstanceOf(InvalidSelectorException.class);
    }

    @Test
    @Section({"3.4.10", "6.2.9.2"})
    void higherPriorityFirst() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        for (int priority = 0; priority < 10; priority++) {
            producer.send(session.createTextMessage("p" + priority), DeliveryMode.PERSISTENT, priority, 0);
        }
        assertThat(Peer.texts(session.createConsumer(queue), 10))
                .containsExactly("p9", "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1", "p0");
    }

    @Test
    @Section({"3.4.9", "7.8"})
    void expiredMessagesAreGone() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("short"), DeliveryMode.PERSISTENT, 4, 1);
        Message last = session.createTextMessage("short too");
        producer.send(last, DeliveryMode.NON_PERSISTENT, 4, 1);
        long over = last.getJMSExpiration() + 10;
        Awaitility.await().until(() -> System.currentTimeMillis() > over);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(consumer.receive(Peer.SHORT)).isNull();
        producer.send(session.createTextMessage("long"), DeliveryMode.PERSISTENT, 4, 600_000);
        assertThat(Peer.text(consumer)).isEqualTo("long");
    }

    @Test
    @Section({"3.4.13", "7.9"})
    void delayedMessagesComeWhenTheyAreDue() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryDelay(400);
        TextMessage late = session.createTextMessage("late");
        long sent = System.nanoTime();
        producer.send(late);
        producer.setDeliveryDelay(0);
        producer.send(session.createTextMessage("now"));
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Peer.text(consumer)).isEqualTo("now");
        assertThat(consumer.receiveNoWait()).isNull();
        Message received = Peer.next(consumer);
        assertThat((System.nanoTime() - sent) / 1_000_000).isGreaterThanOrEqualTo(395);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(late.getJMSDeliveryTime());
        assertThat(late.getJMSDeliveryTime()).isEqualTo(late.getJMSTimestamp() + 400);
    }

    @Test
    @Section({"6.2.9.2", "7.7"})
    void nonPersistentMessagesAreDeliveredInOrderToo() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        for (int number = 0; number < 500; number++) {
            producer.send(session.createTextMessage("m" + number));
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (int number = 0; number < 500; number++) {
            Message message = Peer.next(consumer);
            assertThat(((TextMessage) message).getText()).isEqualTo("m" + number);
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        }
    }

    @Test
    @Section("4.1.6")
    void browsingTakesNothing() throws JMSException {
        send(600);
        QueueBrowser browser = session.createBrowser(queue, "number > 100");
        for (int round = 0; round < 2; round++) {
            int seen = 0;
            var messages = browser.getEnumeration();
            while (messages.hasMoreElements()) {
                assertThat(((Message) messages.nextElement()).getIntProperty("number"))
                        .isEqualTo(101 + seen);
                seen++;
            }
            assertThat(seen).isEqualTo(500);
        }
        browser.close();
        assertThat(Peer.texts(session.createConsumer(queue), 600)).hasSize(600);
    }

    @Test
    @Section({"2.16", "4.1.7"})
    void temporaryQueuesAnswerRequests() throws Exception {
        QueueConnection requests = (QueueConnection) peer.started();
        QueueSession requesting = requests.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
        session.createConsumer(queue).setMessageListener(message -> {
            try {
                TextMessage reply = session.createTextMessage("re: " + ((TextMessage) message).getText());
                reply.setJMSCorrelationID(message.getJMSMessageID());
                session.createProducer(message.getJMSReplyTo()).send(reply);
            } catch (JMSException error) {
                throw new AssertionError(error);
            }
        });
        QueueRequestor requestor = new QueueRequestor(requesting, queue);
        for (int round = 0; round < 3; round++) {
            TextMessage answer = (TextMessage) requestor.request(requesting.createTextMessage("hello " + round));
            assertThat(answer.getText()).isEqualTo("re: hello " + round);
        }
        requestor.close();
    }

    @Test
    @Section({"4.1.5", "6.2.2"})
    void temporaryQueuesEndWithTheirConnection() throws JMSException {
        Connection own = peer.started();
        Session owning = own.createSession();
        TemporaryQueue temporary = owning.createTemporaryQueue();
        session.createProducer(temporary).send(session.createTextMessage("x"));
        assertThatThrownBy(() -> session.createConsumer(temporary)).isInstanceOf(InvalidDestinationException.class);
        MessageConsumer consumer = owning.createConsumer(temporary);
        assertThat(Peer.text(consumer)).isEqualTo("x");
        assertThatThrownBy(temporary::delete).isInstanceOf(JMSException.class);
        consumer.close();
        temporary.delete();
        assertThatThrownBy(() -> owning.createConsumer(temporary)).isInstanceOf(InvalidDestinationException.class);
        TemporaryQueue second = owning.createTemporaryQueue();
        MessageProducer producer = session.createProducer(second);
        own.close();
        assertThatThrownBy(() -> producer.send(session.createTextMessage("too late")))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("3.11")
    void carriesLargeBodies() throws JMSException {
        byte[] body = new byte[5 * 1024 * 1024 + 17];
        for (int index = 0; index < body.length; index++) {
            body[index] = (byte) (index * 31 + index / 1000);
        }
        MessageProducer producer = session.createProducer(queue);
        for (int mode : new int[] {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT}) {
            var message = session.createBytesMessage();
            message.writeBytes(body);
            producer.send(message, mode, 4, 0);
        }
        MessageConsumer consumer = session.createConsumer(queue);
        for (int round = 0; round < 2; round++) {
            assertThat(Peer.next(consumer).getBody(byte[].class)).isEqualTo(body);
        }
    }
}
