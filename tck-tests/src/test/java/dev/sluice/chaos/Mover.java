package dev.sluice.chaos;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;

/** Moves messages from one queue to another in local transactions, of which some are rolled back. */
final class Mover extends Worker {
    private static final int PREFETCH = 20;
    private static final int BATCH_MOST = 10;
    private static final int ONE_OF_THESE_IS_ROLLED_BACK = 8;
    private static final long RECEIVE_MILLIS = 200;

    Mover(Order order) {
        super(order);
    }

    @Override
    void live(String maker) throws JMSException {
        try (Connection connection = connect("&prefetch=" + PREFETCH);
                Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            MessageConsumer from =
                    session.createConsumer(destination(session, order.part().from()));
            MessageProducer to =
                    session.createProducer(destination(session, order.part().to()));
            connection.start();
            int step = 0;
            while (phase.isRunning()) {
                int most = order.random().nextInt(1, BATCH_MOST + 1);
                int count = 0;
                Message message = from.receive(RECEIVE_MILLIS);
                while (message != null) {
                    Stamp stamp = Stamp.read(message, journal);
                    long begun = System.nanoTime();
                    to.send(stamp.movedBy(maker, step).message(session));
                    journal.ended("send", begun);
                    step++;
                    count++;
                    message = count < most ? from.receive(RECEIVE_MILLIS) : null;
                }
                if (count > 0) {
                    finish(session, count);
                }
            }
        }
    }

    private void finish(Session session, int count) throws JMSException {
        if (order.random().nextInt(ONE_OF_THESE_IS_ROLLED_BACK) == 0) {
            session.rollback();
            journal.undone();
            return;
        }
        long begun = System.nanoTime();
        try {
            session.commit();
            journal.ended("commit", begun);
            journal.moved(count, begun);
        } catch (TransactionRolledBackException e) {
            // Right when this client was away for too long, and then all of it comes again.
            journal.failed(e);
        }
    }
}
