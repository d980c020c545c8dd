package dev.sluice.ra;

import dev.sluice.SluiceDestination;
import dev.sluice.jms.ClassicConsumer;
import dev.sluice.jms.ClassicXaConnection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an activation receives, as it was checked. Immutable.
 *
 * @param server from where
 * @param source from what
 * @param selector which messages, or all
 * @param kind by what subscription
 * @param subscription its name; when it needs one and has none, it is given one of its own
 * @param dupsOk whether messages may be acknowledged in groups, where there are no transactions
 * @param receiversMost how many messages may be under way at a time
 * @param prefetch how many messages each receiver is sent ahead
 */
record Intake(
        ServerSettings server,
        Destination source,
        @Nullable String selector,
        Kind kind,
        @Nullable String subscription,
        boolean dupsOk,
        int receiversMost,
        int prefetch) {
    /** The subscriptions that there are. */
    enum Kind {
        QUEUE,
        TOPIC,
        SHARED_TOPIC,
        DURABLE,
        SHARED_DURABLE;

        static Kind of(boolean topic, boolean durable, boolean shared) {
            if (!topic) {
                return QUEUE;
            }
            if (durable) {
                return shared ? SHARED_DURABLE : DURABLE;
            }
            return shared ? SHARED_TOPIC : TOPIC;
        }
    }

    Intake {
        if (kind == Kind.SHARED_TOPIC && subscription == null) {
            subscription = "sluice-ra-" + UUID.randomUUID();
        }
        // Each session of a topic would have all of its messages; a durable subscription has one consumer.
        receiversMost = kind == Kind.TOPIC || kind == Kind.DURABLE ? 1 : receiversMost;
    }

    ClassicXaConnection open() throws JMSException {
        ClassicXaConnection connection = Clients.open(server.factory("prefetch=" + prefetch), null, null);
        boolean started = false;
        try {
            // The receivers find out, and the activation says so.
            connection.setExceptionListener(lost -> {});
            connection.start();
            started = true;
            return connection;
        } finally {
            if (!started) {
                Clients.close(connection);
            }
        }
    }

    ClassicConsumer consumer(Session session) throws JMSException {
        Destination from = SluiceDestination.of(source);
        MessageConsumer consumer = switch (kind) {
            case QUEUE, TOPIC -> session.createConsumer(from, selector);
            case SHARED_TOPIC -> session.createSharedConsumer((Topic) from, subscription, selector);
            case DURABLE -> session.createDurableConsumer((Topic) from, subscription, selector, false);
            case SHARED_DURABLE -> session.createSharedDurableConsumer((Topic) from, subscription, selector);
        };
        return (ClassicConsumer) consumer;
    }

    /** From what, and where that is. */
    @Override
    public String toString() {
        return source + " on " + server;
    }
}
