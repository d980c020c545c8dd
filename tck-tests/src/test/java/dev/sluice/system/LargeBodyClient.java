package dev.sluice.system;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Sends one large BytesMessage and receives it again; run in a JVM with a small heap. Exit code 0 when every byte came back. */
final class LargeBodyClient {
    private static final int PIECE_BYTES = 1 << 20;

    private LargeBodyClient() {}

    /** Arguments: URL, body in MiB, delivery mode. */
    public static void main(String[] arguments) throws JMSException {
        long bodyBytes = Long.parseLong(arguments[1]) << 20;
        try (Connection connection = new SluiceConnectionFactory(arguments[0]).createConnection();
                Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
            Queue parcels = session.createQueue("parcels");
            long sent = send(session, parcels, bodyBytes, Integer.parseInt(arguments[2]));
            connection.start();
            MessageConsumer consumer = session.createConsumer(parcels);
            Message message = consumer.receive(300_000);
            if (!(message instanceof BytesMessage bytes)) {
                throw new IllegalStateException("received " + message);
            }
            long received = checksum(bytes, bodyBytes);
            if (sent != received) {
                throw new IllegalStateException("sent checksum " + sent + ", received " + received);
            }
            message.acknowledge();
        }
    }

    private static long send(Session session, Queue queue, long bodyBytes, int deliveryMode) throws JMSException {
        SplittableRandom random = new SplittableRandom(bodyBytes);
        CRC32C checksum = new CRC32C();
        byte[] piece = new byte[PIECE_BYTES];
        BytesMessage message = session.createBytesMessage();
        for (long written = 0; written < bodyBytes; written += PIECE_BYTES) {
            random.nextBytes(piece);
            checksum.update(piece);
            message.writeBytes(piece);
        }
        try (MessageProducer producer = session.createProducer(queue)) {
            producer.setDeliveryMode(deliveryMode);
            producer.send(message);
        }
        return checksum.getValue();
    }

    private static long checksum(BytesMessage message, long bodyBytes) throws JMSException {
        if (message.getBodyLength() != bodyBytes) {
            throw new IllegalStateException("sent " + bodyBytes + " bytes, received " + message.getBodyLength());
        }
        CRC32C checksum = new CRC32C();
        byte[] piece = new byte[PIECE_BYTES];
        for (int read = message.readBytes(piece); read > 0; read = message.readBytes(piece)) {
            checksum.update(piece, 0, read);
        }
        return checksum.getValue();
    }
}
