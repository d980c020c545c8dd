package dev.sluice.jms;

import dev.sluice.ClientOptions;
import dev.sluice.jms.ClassicConnection.Domain;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A fake server and connections to it. */
final class Given {
    /** Long enough for a machine that is busy; nothing waits for it when all is well. */
    static final long LONG = 10_000;

    /** Short: what does not come in this time is taken not to come. */
    static final long SHORT = 100;

    final FakeServer server = new FakeServer();

    @Nullable FakeLink lastLink;

    ClassicConnection connection() throws JMSException {
        return connection(Domain.ANY, ClientOptions.DEFAULT);
    }

    ClassicConnection started() throws JMSException {
        ClassicConnection connection = connection();
        connection.start();
        return connection;
    }

    ClassicConnection connection(Domain domain, ClientOptions options) throws JMSException {
        return Connector.open(domain, options, List.of(new java.net.InetSocketAddress(0)), this::open);
    }

    ClassicXaConnection startedXa() throws JMSException {
        ClassicXaConnection connection = Connector.openXa(
                Domain.ANY, ClientOptions.DEFAULT, List.of(new java.net.InetSocketAddress(0)), this::open);
        connection.start();
        return connection;
    }

    private FakeLink open(LinkOptions options, LinkListener listener) throws LinkException {
        if (!options.clientId().isEmpty()) {
            server.claimClientId(options.clientId());
        }
        FakeLink link = new FakeLink(server, listener, options.clientId());
        listener.established("one:7676");
        lastLink = link;
        return link;
    }

    /** The link of the newest connection. */
    FakeLink link() {
        return Objects.requireNonNull(lastLink);
    }

    SimplifiedContext context(int mode) throws JMSException {
        return new SimplifiedContext(connection(), mode);
    }

    /** Sends texts {@code m1} to {@code m<count>} to a queue. */
    void messages(Queue queue, int count) throws JMSException {
        try (ClassicConnection connection = connection();
                Session session = connection.createSession()) {
            MessageProducer producer = session.createProducer(queue);
            for (int number = 1; number <= count; number++) {
                producer.send(session.createTextMessage("m" + number));
            }
        }
    }

    /** The next message, which must come. */
    static Message next(MessageConsumer consumer) throws JMSException {
        Message message = consumer.receive(LONG);
        return Objects.requireNonNull(message, "no message came");
    }

    static @Nullable String text(@Nullable Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    static List<@Nullable String> texts(MessageConsumer consumer, int count) throws JMSException {
        List<@Nullable String> texts = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            texts.add(text(consumer.receive(LONG)));
        }
        return texts;
    }
}
