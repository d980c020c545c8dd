package dev.sluice.server.demo;

import dev.sluice.base.SharedLong;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Receives every line on a connection of its own, from the queue or by a durable subscription of the topic. */
final class LineReceiver implements Callable<Proof.Result> {
    private static final long PATIENCE_MILLIS = 60_000;

    /** Long enough that a line that comes twice would have come. */
    private static final long SILENCE_MILLIS = 300;

    private final ConnectionFactory factory;
    private final @Nullable String subscriber;
    private final long lines;
    private final CountDownLatch ready;
    private final SharedLong received = new SharedLong(0);

    private LineReceiver(ConnectionFactory factory, @Nullable String subscriber, long lines, CountDownLatch ready) {
        this.factory = factory;
        this.subscriber = subscriber;
        this.lines = lines;
        this.ready = ready;
    }

    static LineReceiver ofQueue(ConnectionFactory factory, long lines, CountDownLatch ready) {
        return new LineReceiver(factory, null, lines, ready);
    }

    static LineReceiver ofTopic(ConnectionFactory factory, String subscriber, long lines, CountDownLatch ready) {
        return new LineReceiver(factory, subscriber, lines, ready);
    }

    /** Who it is, for people. */
    String name() {
        return subscriber == null ? "queue " + Demo.QUEUE : "topic " + Demo.TOPIC + ", " + subscriber;
    }

    /** How many lines came so far. */
    long received() {
        return received.value();
    }

    @Override
    public Proof.Result call() throws JMSException {
        Proof proof = new Proof();
        try (Connection connection = factory.createConnection()) {
            if (subscriber != null) {
                connection.setClientID("demo-" + subscriber.replace(' ', '-'));
            }
            try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                    MessageConsumer consumer = open(session)) {
                connection.start();
                ready.countDown();
                for (long number = 0; number < lines; number++) {
                    Message message = consumer.receive(PATIENCE_MILLIS);
                    if (message == null) {
                        throw new JMSException(name() + ": nothing came for " + PATIENCE_MILLIS / 1_000 + " s after "
                                + number + " of " + lines + " lines");
                    }
                    take(proof, message);
                }
                Message unexpected = consumer.receive(SILENCE_MILLIS);
                if (unexpected != null) {
                    take(proof, unexpected);
                }
            }
        }
        return proof.result();
    }

    private MessageConsumer open(Session session) throws JMSException {
        return subscriber == null
                ? session.createConsumer(session.createQueue(Demo.QUEUE))
                : session.createDurableConsumer(session.createTopic(Demo.TOPIC), "lines");
    }

    private void take(Proof proof, Message message) throws JMSException {
        proof.line(message.getLongProperty(LineSender.LINE), message.getBody(String.class));
        long unused = received.add(1);
    }
}
