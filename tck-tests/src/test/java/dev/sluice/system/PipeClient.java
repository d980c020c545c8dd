package dev.sluice.system;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.SplittableRandom;

/**
 * Takes messages from the queue {@code in} and sends a copy of each to the queue {@code out} and the topic {@code copies}, in transactions
 * of random size of which some are rolled back. One of its two sessions receives, the other listens. Runs until it is killed; ends by
 * itself only when a call fails that must not.
 */
final class PipeClient {
    static final String IN = "in";
    static final String OUT = "out";
    static final String COPIES = "copies";
    /** Properties of a copy: which session of which process made it, and its number among those. */
    static final String MAKER = "maker";

    static final String STEP = "step";

    private static final int ONE_OF_THESE_IS_ROLLED_BACK = 5;
    private static final long PATIENCE_MILLIS = 50;

    private final Session session;
    private final MessageProducer toQueue;
    private final MessageProducer toTopic;
    private final String maker;
    private final int batchMost;
    private final SplittableRandom random;
    private int step;
    private int taken;
    private int batch = 1;

    private PipeClient(Session session, String maker, int batchMost, SplittableRandom random) throws JMSException {
        this.session = session;
        this.maker = maker;
        this.batchMost = batchMost;
        this.random = random;
        this.toQueue = session.createProducer(session.createQueue(OUT));
        this.toTopic = session.createProducer(session.createTopic(COPIES));
    }

    /** Arguments: URL, seed (another for each process), most messages in a transaction. */
    public static void main(String[] arguments) throws JMSException {
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        int batchMost = Integer.parseInt(arguments[2]);
        ConnectionFactory factory = new SluiceConnectionFactory(arguments[0]);
        Connection connection = FirstConnect.of(factory::createConnection);
        PipeClient listening = new PipeClient(
                connection.createSession(Session.SESSION_TRANSACTED),
                arguments[1] + " listening",
                batchMost,
                random.split());
        PipeClient receiving = new PipeClient(
                connection.createSession(Session.SESSION_TRANSACTED),
                arguments[1] + " receiving",
                batchMost,
                random.split());
        listening.from().setMessageListener(listening::passOrDie);
        connection.start();
        try {
            receiving.receive(receiving.from());
        } catch (JMSException | RuntimeException e) {
            die(e);
        }
    }

    private MessageConsumer from() throws JMSException {
        return session.createConsumer(session.createQueue(IN));
    }

    private void receive(MessageConsumer consumer) throws JMSException {
        while (true) {
            Message message = consumer.receive(PATIENCE_MILLIS);
            if (message != null) {
                pass(message);
            } else if (taken > 0) {
                finish();
            }
        }
    }

    private void passOrDie(Message message) {
        try {
            pass(message);
        } catch (JMSException | RuntimeException e) {
            die(e);
        }
    }

    private void pass(Message message) throws JMSException {
        BytesMessage received = (BytesMessage) message;
        byte[] body = new byte[(int) received.getBodyLength()];
        received.readBytes(body);
        BytesMessage copy = session.createBytesMessage();
        copy.writeBytes(body);
        copy.setStringProperty(MAKER, maker);
        copy.setIntProperty(STEP, step);
        step++;
        toQueue.send(copy);
        toTopic.send(copy);
        taken++;
        if (taken == batch) {
            finish();
        }
    }

    private void finish() throws JMSException {
        taken = 0;
        batch = random.nextInt(1, batchMost + 1);
        if (random.nextInt(ONE_OF_THESE_IS_ROLLED_BACK) == 0) {
            session.rollback();
            return;
        }
        try {
            session.commit();
        } catch (TransactionRolledBackException e) {
            // The server was away for longer than the grace of what was received: it comes again.
            System.out.println(maker + ": " + e.getMessage());
        }
    }

    private static void die(Exception why) {
        why.printStackTrace(System.out);
        System.out.flush();
        Runtime.getRuntime().halt(1);
    }
}
