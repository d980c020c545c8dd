package dev.sluice.server.demo;

import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Sends every line to a queue and to a topic, asynchronously and in order, and knows nothing of crashes. */
final class LineSender implements Callable<Proof.Result> {
    static final String LINE = "line";
    private static final int UNCONFIRMED_MAX = 500;

    private final ConnectionFactory factory;
    private final List<Path> files;
    private final long lines;
    private final CountDownLatch killed;
    private final SharedLong confirmed = new SharedLong(0);
    private final SharedRef<Exception> failure = new SharedRef<>();
    private final Semaphore room = new Semaphore(UNCONFIRMED_MAX);

    /** The last quarter waits until the server was {@code killed}, so that the crash of a short file is not at its end. */
    LineSender(ConnectionFactory factory, List<Path> files, long lines, CountDownLatch killed) {
        this.factory = factory;
        this.files = files;
        this.lines = lines;
        this.killed = killed;
    }

    /** How many sends are confirmed, two for each line. */
    long confirmed() {
        return confirmed.value();
    }

    @Override
    public Proof.Result call() throws JMSException, IOException, InterruptedException {
        Proof proof = new Proof();
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(null);
                Lines source = new Lines(files)) {
            List<Destination> destinations = List.of(session.createQueue(Demo.QUEUE), session.createTopic(Demo.TOPIC));
            for (long number = 0; number < lines; number++) {
                String line = source.next();
                if (line == null) {
                    throw new IOException(
                            "the file became shorter while it was read: line " + number + " of " + lines + " is gone");
                }
                if (number == lines - lines / 4) {
                    killed.await();
                }
                proof.line(number, line);
                for (Destination destination : destinations) {
                    TextMessage message = session.createTextMessage(line);
                    message.setLongProperty(LINE, number);
                    room.acquire();
                    check();
                    producer.send(destination, message, new Confirmation());
                }
            }
            room.acquire(UNCONFIRMED_MAX);
            check();
        }
        return proof.result();
    }

    private void check() throws JMSException {
        Exception failed = failure.value();
        if (failed != null) {
            JMSException exception = new JMSException("a send failed: " + failed.getMessage());
            exception.initCause(failed);
            throw exception;
        }
    }

    /** Makes room for the next message. */
    private final class Confirmation implements CompletionListener {
        @Override
        public void onCompletion(Message message) {
            long unused = confirmed.add(1);
            room.release();
        }

        @Override
        public void onException(Message message, Exception exception) {
            failure.set(exception);
            room.release();
        }
    }
}
