package dev.sluice.compliance;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of messages start from: a server of the class, a started connection, and a queue to send and to receive by. */
@Timeout(60)
abstract class Exchange {
    final Peer peer = new Peer("sluice:mem:" + getClass().getSimpleName());
    Connection connection;
    Session session;
    Queue queue;
    MessageProducer producer;

    @BeforeEach
    final void connect() throws JMSException {
        connection = peer.started();
        session = connection.createSession();
        queue = session.createQueue(Peer.name("exchange"));
        producer = session.createProducer(queue);
    }

    @AfterEach
    final void disconnect() throws JMSException {
        peer.close();
    }

    /** The message as its receiver gets it. */
    @SuppressWarnings("unchecked")
    final <T extends Message> T exchanged(T message) throws JMSException {
        producer.send(message);
        return (T) received();
    }

    /** The next message of the queue. */
    final Message received() throws JMSException {
        try (MessageConsumer consumer = session.createConsumer(queue)) {
            return Peer.next(consumer);
        }
    }

    final TextMessage text(String text) throws JMSException {
        return session.createTextMessage(text);
    }

    /** The texts of all that is there. */
    static List<String> rest(MessageConsumer consumer) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Message message = consumer.receiveNoWait(); message != null; message = consumer.receiveNoWait()) {
            texts.add(((TextMessage) message).getText());
        }
        return texts;
    }

    /** Returns when so much time has passed on the server as a delayed message is delayed. */
    final void letPass(long millis) throws JMSException {
        Queue ticks = session.createQueue(Peer.name("clock"));
        MessageProducer clock = session.createProducer(ticks);
        clock.setDeliveryDelay(millis);
        clock.send(session.createMessage());
        try (MessageConsumer consumer = session.createConsumer(ticks)) {
            Peer.next(consumer);
        }
    }
}
