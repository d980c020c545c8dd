package dev.sluice.compliance;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections to a server of this JVM, closed after each test, and names that no other test uses. {@code -Dsluice.shards=4} runs the tests
 * against servers with so many shards.
 */
final class Peer implements AutoCloseable {
    /** Long enough for a machine that is busy; nothing waits for it when all is well. */
    static final long LONG = 20_000;

    /** What does not come in this time is taken not to come. */
    static final long SHORT = 150;

    private static final AtomicLong NAMES = new AtomicLong();

    private final List<Connection> connections = new ArrayList<>();
    private final String url;

    Peer() {
        this("sluice:mem:compliance");
    }

    Peer(String url) {
        String shards = System.getProperty("sluice.shards", "");
        this.url = shards.isEmpty() ? url : url + (url.indexOf('?') < 0 ? "?" : "&") + "shards=" + shards;
    }

    ConnectionFactory factory() {
        return new SluiceConnectionFactory(url);
    }

    Connection connection() throws JMSException {
        Connection connection = factory().createConnection();
        connections.add(connection);
        return connection;
    }

    Connection connection(String clientId) throws JMSException {
        Connection connection = connection();
        connection.setClientID(clientId);
        connection.start();
        return connection;
    }

    Connection started() throws JMSException {
        Connection connection = connection();
        connection.start();
        return connection;
    }

    /** A name that no other test uses. */
    static String name(String what) {
        return "compliance." + what + "." + NAMES.incrementAndGet();
    }

    static Message next(MessageConsumer consumer) throws JMSException {
        return Objects.requireNonNull(consumer.receive(LONG), "no message came");
    }

    static String text(MessageConsumer consumer) throws JMSException {
        return ((TextMessage) next(consumer)).getText();
    }

    static List<String> texts(MessageConsumer consumer, int count) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            texts.add(text(consumer));
        }
        return texts;
    }

    @Override
    public void close() throws JMSException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
