package dev.sluice.server.cli;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice send}: text from arguments, lines or files becomes messages. */
@Command(
        name = "send",
        description = "Sends messages. Without -m, -l and -f every line of the standard input is one.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice send orders -m 'one pizza'",
            "  tail -F access.log | sluice send --topic access",
            "  sluice send invoices -f march.xml -f april.xml -p kind=invoice -p year:int=2026",
            "  sluice send pictures --bytes -f cat.jpg",
            "  sluice send reminders -m 'wake up' --delay 30m --ttl 1h",
            "",
            "Exit codes: 0 all messages are stored, 1 not all are (stderr says why), 2 wrong usage."
        })
final class SendCommand implements Callable<Integer> {
    private static final int PRIORITY_MAX = 9;

    private final Terminal terminal;

    @Mixin
    private ServerAddress server = new ServerAddress();

    @Mixin
    private DestinationName destination = new DestinationName();

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "A message. Can be repeated.")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = {"-l", "--lines"},
            paramLabel = "FILE",
            description = "Every line of FILE is a message; - is the standard input. Can be repeated.")
    private List<Path> lineFiles = new ArrayList<>();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "FILE as a whole is a message; - is the standard input. Can be repeated.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--bytes", description = "Send the files of -f as bytes, not as UTF-8 text.")
    private boolean bytes;

    @Option(
            names = {"-p", "--property"},
            paramLabel = "NAME[:TYPE]=VALUE",
            converter = TypedProperty.Converter.class,
            description = "A property of every message; TYPE is string (default), int, long, double or boolean.")
    private List<TypedProperty> properties = new ArrayList<>();

    @Option(names = "--type", paramLabel = "TEXT", description = "JMSType of every message.")
    private @Nullable String type;

    @Option(names = "--correlation-id", paramLabel = "TEXT", description = "JMSCorrelationID of every message.")
    private @Nullable String correlationId;

    @Option(names = "--priority", paramLabel = "0-9", description = "9 goes before 0; default 4.")
    private int priority = Message.DEFAULT_PRIORITY;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            converter = Times.class,
            description = "Drop messages that were not received after this time (30s, 2h, 7d).")
    private Duration timeToLive = Duration.ZERO;

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            converter = Times.class,
            description = "Deliver messages only after this time.")
    private Duration delay = Duration.ZERO;

    @Option(names = "--non-persistent", description = "Faster, but a message may be lost when the server fails.")
    private boolean nonPersistent;

    @Option(
            names = {"-v", "--verbose"},
            description = "Say on stderr how many messages were sent.")
    private boolean verbose;

    SendCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws JMSException, IOException {
        if (priority < 0 || priority > PRIORITY_MAX) {
            throw new UsageException("--priority is " + priority + "; it must be 0 to " + PRIORITY_MAX);
        }
        Sending sending;
        try (Connection connection = server.connect(terminal);
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(destination.in(session))) {
            producer.setPriority(priority);
            producer.setTimeToLive(timeToLive.toMillis());
            producer.setDeliveryDelay(delay.toMillis());
            producer.setDeliveryMode(nonPersistent ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT);
            sending = new Sending(session, producer, this::dress);
            sendAll(sending);
        }
        return report(sending);
    }

    private void sendAll(Sending sending) throws JMSException, IOException {
        for (String text : texts) {
            sending.text(text);
        }
        for (Path file : lineFiles) {
            try (Source source = Source.open(file, terminal)) {
                sending.lines(source);
            }
        }
        for (Path file : files) {
            try (Source source = Source.open(file, terminal)) {
                sending.whole(source, bytes);
            }
        }
        if (texts.isEmpty() && lineFiles.isEmpty() && files.isEmpty()) {
            try (Source source = Source.open(Path.of("-"), terminal)) {
                sending.lines(source);
            }
        }
    }

    private void dress(Message message) throws JMSException {
        message.setJMSType(type);
        message.setJMSCorrelationID(correlationId);
        for (TypedProperty property : properties) {
            property.on(message);
        }
    }

    private int report(Sending sending) {
        Exception failure = sending.failure();
        if (failure != null) {
            terminal.err()
                    .println("sluice: " + sending.confirmed() + " of " + sending.sent() + " messages were sent to "
                            + destination + ", then: " + failure.getMessage());
            return Exit.FAILURE;
        }
        if (verbose) {
            terminal.err().println(sending.confirmed() + " messages sent to " + destination);
        }
        return Exit.OK;
    }
}
