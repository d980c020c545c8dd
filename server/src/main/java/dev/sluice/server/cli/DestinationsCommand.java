package dev.sluice.server.cli;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.ListSink.Destination;
import dev.sluice.wire.codec.AddressKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice destinations}: what is on a server. */
@Command(
        name = "destinations",
        description = "Lists queues and topics with their messages, consumers and rates.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice destinations",
            "  sluice destinations 'orders.*'",
            "  sluice destinations --json | jq 'select(.messages > 1000) | .name'",
            "  watch -n 1 sluice destinations",
            "",
            "MESSAGES wait or are with a consumer (HELD) or wait for their time (DELAYED).",
            "TRANSACTED ones are sent or received by open transactions. Rates are of the last seconds.",
            "Exit codes: 0 done, 1 failure, 2 wrong usage."
        })
final class DestinationsCommand implements Callable<Integer> {
    private static final List<String> HEADER =
            List.of("NAME", "KIND", "MESSAGES", "HELD", "DELAYED", "TRANSACTED", "CONSUMERS", "IN/s", "OUT/s");
    private static final int LEFT_COLUMNS = 2;

    private final Terminal terminal;

    @Mixin
    private ServerAddress server = new ServerAddress();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILTER",
            description = "Only names that match; * stands for any characters.")
    private String filter = "";

    @Option(names = "--json", description = "One line of JSON for each.")
    private boolean json;

    DestinationsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws LinkException, InterruptedException, IOException {
        List<Destination> destinations;
        Link link = LinkAddress.open(server, terminal);
        try {
            destinations = Listing.of(link, filter);
        } finally {
            long closed = link.close().await();
            assert closed >= 0;
        }
        if (json) {
            for (Destination destination : destinations) {
                terminal.line(Json.of(object(destination)));
            }
        } else {
            table(destinations);
        }
        terminal.flush();
        return Exit.OK;
    }

    private static Map<String, Object> object(Destination destination) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", destination.name());
        object.put("kind", kind(destination));
        object.put("temporary", destination.temporary());
        object.put("messages", destination.now().messages());
        object.put("held", destination.now().held());
        object.put("delayed", destination.now().delayed());
        object.put("inTransactions", destination.now().inTransactions());
        object.put("consumers", destination.consumers());
        object.put("subscriptions", destination.subscriptions());
        object.put("published", destination.traffic().published());
        object.put("acknowledged", destination.traffic().acknowledged());
        object.put("publishedPerSecond", destination.traffic().publishedPerSecond());
        object.put("acknowledgedPerSecond", destination.traffic().acknowledgedPerSecond());
        return object;
    }

    private static String kind(Destination destination) {
        return destination.kind() == AddressKind.TOPIC ? "topic" : "queue";
    }

    private void table(List<Destination> destinations) throws Terminal.BrokenPipe {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (Destination destination : destinations) {
            rows.add(List.of(
                    destination.name(),
                    kind(destination),
                    Long.toString(destination.now().messages()),
                    Long.toString(destination.now().held()),
                    Long.toString(destination.now().delayed()),
                    Long.toString(destination.now().inTransactions()),
                    Integer.toString(destination.consumers()),
                    rate(destination.traffic().publishedPerSecond()),
                    rate(destination.traffic().acknowledgedPerSecond())));
        }
        Columns.print(terminal, rows, LEFT_COLUMNS);
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%.0f", perSecond);
    }
}
