package dev.sluice.chaos;

import dev.sluice.chaos.Workload.Kind;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends persistent messages at a steady pace, one by one or in local transactions. */
final class Sender extends Worker {
    private static final int BATCH_MOST = 10;
    private static final int ONE_OF_THESE_IS_ROLLED_BACK = 6;

    private final boolean transacted;

    Sender(Order order) {
        super(order);
        transacted = order.part().kind() == Kind.BATCH;
    }

    @Override
    void live(String maker) throws JMSException {
        try (Connection connection = connect("");
                Session session =
                        connection.createSession(transacted ? Session.SESSION_TRANSACTED : Session.AUTO_ACKNOWLEDGE)) {
            MessageProducer to =
                    session.createProducer(destination(session, order.part().to()));
            to.setDeliveryMode(DeliveryMode.PERSISTENT);
            int number = 0;
            long pace = TimeUnit.SECONDS.toNanos(1) * Workload.slowness(order.part()) / order.rate();
            long due = System.nanoTime();
            while (phase.isProducing()) {
                int count = transacted ? order.random().nextInt(1, BATCH_MOST + 1) : 1;
                send(session, to, maker, number, count);
                number += count;
                due += count * pace;
                due = await(due);
            }
        }
    }

    /** Who is late by more than a second does not hurry. */
    private static long await(long due) {
        long now = System.nanoTime();
        while (due - now > 0) {
            LockSupport.parkNanos(due - now);
            now = System.nanoTime();
        }
        return now - due > TimeUnit.SECONDS.toNanos(1) ? now : due;
    }

    private void send(Session session, MessageProducer to, String maker, int first, int count) throws JMSException {
        int last = first + count - 1;
        if (!transacted) {
            journal.committing(first, last);
        }
        long begun = System.nanoTime();
        for (int number = first; number <= last; number++) {
            begun = System.nanoTime();
            to.send(Stamp.of(maker, number).message(session));
            journal.ended("send", begun);
        }
        if (transacted && order.random().nextInt(ONE_OF_THESE_IS_ROLLED_BACK) == 0) {
            session.rollback();
            journal.rolledBack(first, last);
            return;
        }
        if (transacted) {
            journal.committing(first, last);
            begun = System.nanoTime();
            session.commit();
            journal.ended("commit", begun);
        }
        journal.sent(first, last, begun);
    }
}
