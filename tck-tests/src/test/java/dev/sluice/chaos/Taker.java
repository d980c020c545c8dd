package dev.sluice.chaos;

import dev.sluice.chaos.Workload.Kind;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/** Receives from a queue or a durable subscription and acknowledges. */
final class Taker extends Worker {
    private static final int PREFETCH = 50;
    private static final int ACKNOWLEDGE_EVERY = 10;
    private static final long RECEIVE_MILLIS = 500;

    private final boolean acknowledges;
    private @Nullable Message last;
    private int unacknowledged;

    Taker(Order order) {
        super(order);
        acknowledges = order.part().kind() == Kind.ACKNOWLEDGE;
    }

    @Override
    void live(String maker) throws JMSException {
        String name = order.part().name();
        last = null;
        unacknowledged = 0;
        boolean ownSubscription = Workload.isTopic(order.part().from()) && !acknowledges;
        String options = "&prefetch=" + PREFETCH + (ownSubscription ? "&client.id=" + name : "");
        try (Connection connection = connect(options);
                Session session = connection.createSession(
                        acknowledges ? Session.CLIENT_ACKNOWLEDGE : Session.AUTO_ACKNOWLEDGE)) {
            MessageConsumer from = consumer(session, name, ownSubscription);
            connection.start();
            long waitingSince = System.nanoTime();
            while (phase.isRunning()) {
                Message message = from.receive(RECEIVE_MILLIS);
                if (message != null) {
                    Stamp stamp = Stamp.read(message, journal);
                    journal.got(stamp, message.getJMSRedelivered());
                    journal.ended("receive", waitingSince);
                    last = message;
                    unacknowledged++;
                }
                if (message == null || unacknowledged == ACKNOWLEDGE_EVERY) {
                    acknowledge();
                }
                if (message != null) {
                    waitingSince = System.nanoTime();
                }
            }
            acknowledge();
        }
    }

    private MessageConsumer consumer(Session session, String name, boolean ownSubscription) throws JMSException {
        String from = order.part().from();
        if (!Workload.isTopic(from)) {
            return session.createConsumer(destination(session, from));
        }
        Topic topic = (Topic) destination(session, from);
        return ownSubscription
                ? session.createDurableConsumer(topic, name)
                : session.createSharedDurableConsumer(topic, name);
    }

    private void acknowledge() throws JMSException {
        if (acknowledges && last != null) {
            long begun = System.nanoTime();
            last.acknowledge();
            journal.ended("acknowledge", begun);
            journal.acknowledged(unacknowledged, begun);
            last = null;
        }
        unacknowledged = 0;
    }
}
