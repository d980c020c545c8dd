package dev.sluice.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A producer on a connection of its own that sends until the phase is over. The first eight bytes of a body say when it was sent. */
final class Sender implements Callable<Void> {
    private final ConnectionFactory factory;
    private final Options options;
    private final Phase phase;
    private final Meter sends;

    Sender(ConnectionFactory factory, Options options, Phase phase, Meter sends) {
        this.factory = factory;
        this.options = options;
        this.phase = phase;
        this.sends = sends;
    }

    @Override
    @SuppressWarnings("NullAway") // Void has no other value.
    public Void call() throws JMSException, InterruptedException {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(options.commitEvery() > 0, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(options.queue()))) {
            producer.setDeliveryMode(
                    options.workload().persistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
            if (options.workload().asynchronous()) {
                sendAsynchronously(session, producer);
            } else if (options.commitEvery() > 0) {
                sendInTransactions(session, producer);
            } else {
                sendSynchronously(session, producer);
            }
        }
        return null;
    }

    private void sendSynchronously(Session session, MessageProducer producer) throws JMSException {
        byte[] filling = new byte[options.workload().bodyBytes() - Long.BYTES];
        while (!phase.isOver()) {
            long start = System.nanoTime();
            producer.send(message(session, start, filling));
            sends.record(start);
        }
    }

    /** A message that was sent is confirmed when its transaction has committed. */
    private void sendInTransactions(Session session, MessageProducer producer) throws JMSException {
        byte[] filling = new byte[options.workload().bodyBytes() - Long.BYTES];
        long[] starts = new long[options.commitEvery()];
        while (!phase.isOver()) {
            for (int index = 0; index < starts.length; index++) {
                starts[index] = System.nanoTime();
                producer.send(message(session, starts[index], filling));
            }
            session.commit();
            for (long start : starts) {
                sends.record(start);
            }
        }
    }

    private void sendAsynchronously(Session session, MessageProducer producer)
            throws JMSException, InterruptedException {
        byte[] filling = new byte[options.workload().bodyBytes() - Long.BYTES];
        Window window = new Window(options.outstanding());
        while (!phase.isOver()) {
            window.enter();
            long start = System.nanoTime();
            producer.send(message(session, start, filling), new CompletionListener() {
                @Override
                public void onCompletion(Message message) {
                    sends.record(start);
                    window.leave();
                }

                @Override
                public void onException(Message message, Exception exception) {
                    window.fail(exception);
                }
            });
        }
        window.awaitEmpty();
    }

    private static BytesMessage message(Session session, long start, byte[] filling) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeLong(start);
        message.writeBytes(filling);
        return message;
    }

    /** Bounds what is unconfirmed. */
    private static final class Window {
        private final Semaphore room;
        private final int size;
        private volatile @Nullable Exception failure;

        Window(int size) {
            this.size = size;
            this.room = new Semaphore(size);
        }

        void enter() throws InterruptedException, JMSException {
            room.acquire();
            check();
        }

        void leave() {
            room.release();
        }

        void fail(Exception exception) {
            failure = exception;
            room.release();
        }

        void awaitEmpty() throws InterruptedException, JMSException {
            room.acquire(size);
            check();
        }

        private void check() throws JMSException {
            Exception current = failure;
            if (current != null) {
                JMSException failed = new JMSException("an asynchronous send failed: " + current.getMessage());
                failed.setLinkedException(current);
                throw failed;
            }
        }
    }
}
