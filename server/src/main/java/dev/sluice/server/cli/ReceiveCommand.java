package dev.sluice.server.cli;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice receive}: messages to the standard output; each is acknowledged when the output has it. */
@Command(
        name = "receive",
        description = {
            "Receives messages and writes them to the standard output, one a line.",
            "A message leaves the server only after it was written."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice receive orders                      all there are, until none comes for a second",
            "  sluice receive orders -n 1 --timeout 1m    one, waiting for it up to a minute",
            "  sluice receive orders --follow | ./work.sh for ever",
            "  sluice receive orders --selector \"year > 2025 AND kind = 'invoice'\" --json | jq .body",
            "  sluice receive --topic prices --durable daily --client-id report",
            "",
            "Exit codes: 0 messages were received (with -n: all of them), 1 failure, 2 wrong usage,",
            "3 no message (with -n: too few) came in time, 141 the reader of the output has gone."
        })
final class ReceiveCommand implements Callable<Integer> {
    /** So many are written before they are acknowledged together, if they are there already. */
    private static final int BATCH = 256;

    private final Terminal terminal;

    @Mixin
    private ServerAddress server = new ServerAddress();

    @Mixin
    private DestinationName destination = new DestinationName();

    @Option(
            names = {"-n", "--count"},
            paramLabel = "NUMBER",
            description = "End after so many messages.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Times.class,
            description = "End when no message comes for this time; default 1s.")
    private Duration timeout = Duration.ofSeconds(1);

    @Option(names = "--follow", description = "Never end for want of messages.")
    private boolean follow;

    @Option(
            names = {"-s", "--selector"},
            paramLabel = "EXPRESSION",
            description = "Only messages whose headers and properties match, as JMS defines it.")
    private @Nullable String selector;

    @Option(names = "--json", description = "One line of JSON for each message, with headers and properties.")
    private boolean json;

    @ArgGroup
    private Subscription subscription = new Subscription();

    @Option(names = "--client-id", paramLabel = "NAME", description = "The client identifier; --durable needs one.")
    private @Nullable String clientId;

    /** How a topic is subscribed to; at most one of them. */
    static final class Subscription {
        @Option(names = "--durable", paramLabel = "NAME", description = "Use this durable subscription of the topic.")
        private @Nullable String durable;

        @Option(names = "--shared", paramLabel = "NAME", description = "Use this shared subscription of the topic.")
        private @Nullable String shared;

        @Option(
                names = "--shared-durable",
                paramLabel = "NAME",
                description = "Use this shared durable subscription of the topic.")
        private @Nullable String sharedDurable;

        boolean isNamed() {
            return durable != null || shared != null || sharedDurable != null;
        }
    }

    ReceiveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws JMSException, Terminal.BrokenPipe {
        if (count < 1) {
            throw new UsageException("--count is " + count + "; it must be at least 1");
        }
        if (subscription.isNamed() && !destination.isTopic()) {
            throw new UsageException("subscriptions are of topics; add --topic");
        }
        if (subscription.durable != null && clientId == null) {
            throw new UsageException("--durable needs a --client-id");
        }
        long received;
        try (Connection connection = server.connect(terminal)) {
            if (clientId != null) {
                connection.setClientID(clientId);
            }
            Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            MessageConsumer consumer = consumer(session);
            connection.start();
            received = receive(consumer);
        }
        boolean enough = count == Long.MAX_VALUE ? received > 0 : received == count;
        return enough ? Exit.OK : Exit.NOTHING;
    }

    private MessageConsumer consumer(Session session) throws JMSException {
        if (!destination.isTopic()) {
            return session.createConsumer(destination.in(session), selector);
        }
        Topic topic = (Topic) destination.in(session);
        if (subscription.durable != null) {
            return session.createDurableConsumer(topic, subscription.durable, selector, false);
        } else if (subscription.sharedDurable != null) {
            return session.createSharedDurableConsumer(topic, subscription.sharedDurable, selector);
        } else if (subscription.shared != null) {
            return session.createSharedConsumer(topic, subscription.shared, selector);
        }
        return session.createConsumer(topic, selector);
    }

    private long receive(MessageConsumer consumer) throws JMSException, Terminal.BrokenPipe {
        MessagePrinter printer = new MessagePrinter(terminal, json);
        long received = 0;
        while (received < count) {
            Message message = follow ? consumer.receive() : consumer.receive(Math.max(1, timeout.toMillis()));
            if (message == null) {
                break;
            }
            Message last = message;
            int written = 0;
            while (message != null) {
                printer.print(message);
                last = message;
                written++;
                message = written < BATCH && received + written < count ? consumer.receiveNoWait() : null;
            }
            terminal.flush();
            last.acknowledge();
            received += written;
        }
        return received;
    }
}
