package dev.sluice.server.cli;

import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages one behind the other without waiting for each; their order stays. After the producer was closed every send has its
 * answer. Owned by the command's thread; answers come on the client's.
 */
final class Sending implements CompletionListener {
    private static final int PIECE_BYTES = 64 * 1024;

    private final Session session;
    private final MessageProducer producer;
    private final Dress dress;
    private final SharedLong confirmed = new SharedLong(0);
    private final SharedRef<Exception> failure = new SharedRef<>();
    private long sent;

    /** Sets on a message what all of them have. */
    @FunctionalInterface
    interface Dress {
        void on(Message message) throws JMSException;
    }

    Sending(Session session, MessageProducer producer, Dress dress) {
        this.session = session;
        this.producer = producer;
        this.dress = dress;
    }

    /** How many were given to the client. */
    long sent() {
        return sent;
    }

    /** How many the server has. */
    long confirmed() {
        return confirmed.value();
    }

    /** The first failure, or null. */
    @Nullable Exception failure() {
        return failure.value();
    }

    void text(String text) throws JMSException {
        send(session.createTextMessage(text));
    }

    void lines(Source source) throws JMSException, IOException {
        BufferedReader reader = source.reader();
        try {
            String line = reader.readLine();
            while (line != null && failure() == null) {
                text(line);
                line = reader.readLine();
            }
        } catch (CharacterCodingException e) {
            throw new IOException(
                    source.name() + " is not UTF-8 (in or after line " + (sent + 1)
                            + "); send files of other kinds with --bytes -f",
                    e);
        }
    }

    void whole(Source source, boolean asBytes) throws JMSException, IOException {
        if (asBytes) {
            BytesMessage message = session.createBytesMessage();
            copy(source.stream(), message);
            send(message);
            return;
        }
        StringWriter text = new StringWriter();
        try {
            long length = source.reader().transferTo(text);
            assert length >= 0;
        } catch (CharacterCodingException e) {
            throw new IOException(source.name() + " is not UTF-8; send it with --bytes", e);
        }
        text(text.toString());
    }

    private static void copy(InputStream from, BytesMessage to) throws JMSException, IOException {
        byte[] piece = new byte[PIECE_BYTES];
        int read = from.read(piece);
        while (read >= 0) {
            to.writeBytes(piece, 0, read);
            read = from.read(piece);
        }
    }

    private void send(Message message) throws JMSException {
        if (failure() != null) {
            return;
        }
        dress.on(message);
        sent++;
        producer.send(message, this);
    }

    @Override
    public void onCompletion(Message message) {
        long now = confirmed.add(1);
        assert now > 0;
    }

    @Override
    public void onException(Message message, Exception exception) {
        boolean first = failure.setOnce(exception);
        assert first || failure.value() != null;
    }
}
