package dev.sluice.chaos;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Which message it is: the how many-th of which maker, and which step of whom brought it here if it was moved. Its body follows from that. */
record Stamp(String maker, int number, String via, int step) {
    private static final String MAKER = "maker";
    private static final String NUMBER = "number";
    private static final String VIA = "via";
    private static final String STEP = "step";
    private static final String NOBODY = "-";
    private static final int SMALL_BYTES_MOST = 400;

    /** Some bodies are so large that they go in pieces. */
    private static final int LARGE_EVERY = 101;

    private static final int LARGE_BYTES = 300_000;

    /** As its maker sends it. */
    static Stamp of(String maker, int number) {
        return new Stamp(maker, number, NOBODY, 0);
    }

    /** The same, moved. */
    Stamp movedBy(String mover, int itsStep) {
        return new Stamp(maker, number, mover, itsStep);
    }

    boolean isMoved() {
        return !via.equals(NOBODY);
    }

    BytesMessage message(Session session) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.setStringProperty(MAKER, maker);
        message.setIntProperty(NUMBER, number);
        message.setStringProperty(VIA, via);
        message.setIntProperty(STEP, step);
        message.writeBytes(body());
        return message;
    }

    /** Reads it, body and all; one that is not what was sent is written down. */
    static Stamp read(Message message, Journal journal) throws JMSException {
        Stamp stamp = new Stamp(
                message.getStringProperty(MAKER),
                message.getIntProperty(NUMBER),
                message.getStringProperty(VIA),
                message.getIntProperty(STEP));
        BytesMessage bytes = (BytesMessage) message;
        byte[] body = new byte[(int) bytes.getBodyLength()];
        int unused = bytes.readBytes(body);
        byte[] sent = stamp.body();
        int mismatch = Arrays.mismatch(body, sent);
        if (mismatch >= 0) {
            journal.wrong("the body of " + stamp + " is not what was sent: it has " + body.length + " of " + sent.length
                    + " bytes, other ones from " + mismatch + " on");
        }
        return stamp;
    }

    private byte[] body() {
        SplittableRandom random = new SplittableRandom(maker.hashCode() * 31L + number);
        byte[] body =
                new byte[number % LARGE_EVERY == LARGE_EVERY - 1 ? LARGE_BYTES : random.nextInt(SMALL_BYTES_MOST)];
        random.nextBytes(body);
        return body;
    }
}
