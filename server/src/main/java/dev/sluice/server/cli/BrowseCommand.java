package dev.sluice.server.cli;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice browse}: looks at a queue and leaves it as it is. */
@Command(
        name = "browse",
        description = "Writes the messages of a queue to the standard output, one a line, and leaves them there.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice browse orders",
            "  sluice browse orders -n 10 --json",
            "  sluice browse orders --selector \"JMSPriority > 6\" | wc -l",
            "",
            "Exit codes: 0 done (also when there is no message), 1 failure, 2 wrong usage."
        })
final class BrowseCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerAddress server = new ServerAddress();

    @Parameters(paramLabel = "QUEUE", description = "The name of the queue.")
    private String queue = "";

    @Option(
            names = {"-n", "--count"},
            paramLabel = "NUMBER",
            description = "End after so many messages.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = {"-s", "--selector"},
            paramLabel = "EXPRESSION",
            description = "Only messages whose headers and properties match, as JMS defines it.")
    private @Nullable String selector;

    @Option(names = "--json", description = "One line of JSON for each message, with headers and properties.")
    private boolean json;

    BrowseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws JMSException, Terminal.BrokenPipe {
        MessagePrinter printer = new MessagePrinter(terminal, json);
        try (Connection connection = server.connect(terminal);
                Session session = connection.createSession()) {
            Queue from = session.createQueue(queue);
            try (QueueBrowser browser = session.createBrowser(from, selector)) {
                connection.start();
                Enumeration<?> messages = browser.getEnumeration();
                for (long shown = 0; shown < count && messages.hasMoreElements(); shown++) {
                    printer.print((Message) messages.nextElement());
                }
            }
        }
        terminal.flush();
        return Exit.OK;
    }
}
