package dev.sluice.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.concurrent.Callable;

/** A consumer on a connection of its own that receives until the phase is over and the queue is empty. */
final class Receiver implements Callable<Void> {
    private static final long PATIENCE_MILLIS = 500;

    private final ConnectionFactory factory;
    private final Options options;
    private final Phase phase;
    private final Meter deliveries;

    Receiver(ConnectionFactory factory, Options options, Phase phase, Meter deliveries) {
        this.factory = factory;
        this.options = options;
        this.phase = phase;
        this.deliveries = deliveries;
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no other value.
    public Void call() throws JMSException {
        int commitEvery = options.commitEvery();
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(commitEvery > 0, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue(options.queue()))) {
            connection.start();
            int uncommitted = 0;
            while (true) {
                Message message = consumer.receive(PATIENCE_MILLIS);
                if (message instanceof BytesMessage bytes) {
                    deliveries.record(bytes.readLong());
                    uncommitted++;
                }
                if (commitEvery > 0 && uncommitted > 0 && (message == null || uncommitted == commitEvery)) {
                    session.commit();
                    uncommitted = 0;
                }
                if (message == null && phase.isOver()) {
                    return null;
                }
            }
        }
    }
}
