package dev.sluice.compliance;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
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
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of the chapters on connections, sending and receiving start from: a server of the class, two connections to it. */
@Timeout(60)
abstract class Chapter {
    final Peer peer = new Peer("sluice:mem:" + getClass().getSimpleName());
    private final List<JMSContext> contexts = new ArrayList<>();

    /** The connection that the test is about; stopped at first. */
    Connection connection;

    /** A session of it, in AUTO_ACKNOWLEDGE. */
    Session session;

    /** A session of another connection, which sends. */
    Session sending;

    Queue queue;
    Topic topic;

    @BeforeEach
    final void connect() throws JMSException {
        connection = peer.connection();
        sending = peer.connection().createSession();
        queue = sending.createQueue(Peer.name("queue"));
        topic = sending.createTopic(Peer.name("topic"));
        session = newSession();
    }

    /** The session that the test is about. */
    Session newSession() throws JMSException {
        return connection.createSession();
    }

    @AfterEach
    final void disconnect() throws JMSException {
        contexts.forEach(JMSContext::close);
        peer.close();
    }

    final ConnectionFactory factory() {
        return peer.factory();
    }

    final JMSContext context() {
        return context(JMSContext.AUTO_ACKNOWLEDGE);
    }

    final JMSContext context(int mode) {
        JMSContext context = factory().createContext(mode);
        contexts.add(context);
        return context;
    }

    /** Sends text messages, each with its text as property {@code kind} too. */
    final void send(Destination destination, String... texts) throws JMSException {
        MessageProducer producer = sending.createProducer(destination);
        for (String text : texts) {
            TextMessage message = sending.createTextMessage(text);
            message.setStringProperty("kind", text);
            producer.send(message);
        }
        producer.close();
    }

    /** Everything that is there when all that was sent before has arrived. */
    static List<String> rest(MessageConsumer consumer) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message = consumer.receiveNoWait(); message != null; message = consumer.receiveNoWait()) {
            texts.add(text(message));
        }
        return texts;
    }

    static String text(Message message) {
        try {
            return Objects.requireNonNull(((TextMessage) Objects.requireNonNull(message, "no message")).getText());
        } catch (JMSException error) {
            throw new AssertionError(error);
        }
    }

    /** The text, how often it was delivered, and {@code r} when it is marked as redelivered. */
    static String mark(Message message) {
        try {
            return text(message) + "/" + message.getIntProperty("JMSXDeliveryCount")
                    + (message.getJMSRedelivered() ? "r" : "");
        } catch (JMSException error) {
            throw new AssertionError(error);
        }
    }

    static String nextMark(MessageConsumer consumer) throws JMSException {
        return mark(Peer.next(consumer));
    }

    /** Returns when {@code millis} have passed on the server, by a delayed message. */
    final void letPass(long millis) throws JMSException {
        Connection clock = peer.started();
        Session ticking = clock.createSession();
        Queue ticks = ticking.createQueue(Peer.name("clock"));
        MessageProducer producer = ticking.createProducer(ticks);
        producer.setDeliveryDelay(millis);
        producer.send(ticking.createMessage());
        Message tick = Peer.next(ticking.createConsumer(ticks));
        Objects.requireNonNull(tick);
        clock.close();
    }
}
