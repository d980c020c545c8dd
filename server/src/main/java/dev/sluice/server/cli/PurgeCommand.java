package dev.sluice.server.cli;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.ListSink.Destination;
import dev.sluice.wire.codec.AddressKind;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice purge}: removes the messages of a destination. */
@Command(
        name = "purge",
        description = "Removes all messages of a queue or topic that no consumer holds at this moment. It asks first.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice purge orders.test",
            "  sluice purge orders.test --yes",
            "",
            "Exit codes: 0 done, 1 failure (also: no such destination), 2 wrong usage, or not confirmed."
        })
final class PurgeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerAddress server = new ServerAddress();

    @Mixin
    private DestinationName destination = new DestinationName();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    PurgeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws LinkException, InterruptedException {
        Link link = LinkAddress.open(server, terminal);
        try {
            Destination found = find(link);
            if (found == null) {
                terminal.err().println("sluice: there is no " + destination);
                return Exit.FAILURE;
            }
            confirm(found);
            long removed = link.purge(found.addressId()).await();
            terminal.err().println(removed + " messages removed from " + destination);
            return Exit.OK;
        } finally {
            long closed = link.close().await();
            assert closed >= 0;
        }
    }

    private @Nullable Destination find(Link link) throws LinkException, InterruptedException {
        AddressKind kind = destination.isTopic() ? AddressKind.TOPIC : AddressKind.QUEUE;
        List<Destination> all = Listing.of(link, destination.name());
        return all.stream()
                .filter(one -> one.kind() == kind && one.name().equals(destination.name()))
                .findFirst()
                .orElse(null);
    }

    private void confirm(Destination found) {
        if (yes) {
            return;
        }
        if (terminal.console() == null) {
            throw new UsageException("there is no terminal to ask; use --yes to remove "
                    + found.now().messages() + " messages of " + destination);
        }
        String answer = terminal.console()
                .readLine("Remove %d messages of %s? [y/N] ", found.now().messages(), destination);
        if (answer == null || !(answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes"))) {
            throw new UsageException("nothing was removed");
        }
    }
}
