package dev.sluice.server.cli;

import dev.sluice.link.BranchXid;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.TransactionList;
import dev.sluice.link.TransactionSink.Branch;
import dev.sluice.link.TransactionSink.Part;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.BranchState;
import dev.sluice.wire.codec.TransactKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice transactions}: what is open or in doubt, and the way out of it. */
@Command(
        name = "transactions",
        synopsisSubcommandLabel = "COMMAND",
        description = "Lists transactions, and ends prepared ones whose transaction manager will not.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice transactions list --in-doubt",
            "  sluice transactions show 4711",
            "  sluice transactions rollback 4711",
            "  sluice transactions forget 4711",
            "",
            "A prepared branch of a global transaction (XA) waits for its transaction manager, for as long as it takes.",
            "Only when that will never come back, end it by hand, and as the other resources of the transaction were",
            "ended. The server remembers the decision for the transaction manager until it, or you, forget it.",
            "",
            "Exit codes: 0 done, 1 failure (also: no such transaction, or refused), 2 wrong usage."
        })
final class TransactionsCommand {
    private TransactionsCommand() {}

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new TransactionsCommand())
                .addSubcommand(new Names(terminal))
                .addSubcommand(new Show(terminal))
                .addSubcommand(new Commit(terminal))
                .addSubcommand(new Rollback(terminal))
                .addSubcommand(new Forget(terminal));
    }

    private static Map<String, Object> object(Branch branch, long nowMillis) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", branch.id());
        object.put("state", branch.state().name());
        object.put("started", Instant.ofEpochMilli(branch.times().started()));
        long prepared = branch.times().prepared();
        object.put("prepared", prepared == 0 ? null : Instant.ofEpochMilli(prepared));
        object.put("ageSeconds", age(branch, nowMillis).toSeconds());
        object.put("sends", branch.work().staged());
        object.put("acknowledges", branch.work().taken());
        object.put("client", branch.clientId());
        object.put("connected", branch.connected());
        BranchXid xid = branch.name();
        object.put("kind", kind(xid));
        if (xid != null) {
            object.put("formatId", xid.getFormatId());
            object.put("globalTransactionId", XidText.part(xid.getGlobalTransactionId()));
            object.put("branchQualifier", XidText.part(xid.getBranchQualifier()));
            object.put("node", XidText.node(xid));
        }
        return object;
    }

    /** A local one has a name while it is committed on several shards. */
    private static String kind(@Nullable BranchXid xid) {
        return xid == null || xid.getFormatId() == BranchXid.SESSION_FORMAT ? "local" : "global";
    }

    private static Duration age(Branch branch, long nowMillis) {
        long since = branch.times().prepared() == 0
                ? branch.times().started()
                : branch.times().prepared();
        return Duration.ofMillis(Math.max(0, nowMillis - since));
    }

    /** What runs on a link that is closed after it. */
    private abstract static class OnServer implements Callable<Integer> {
        final Terminal terminal;

        @Mixin
        private ServerAddress server = new ServerAddress();

        OnServer(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public final Integer call() throws LinkException, InterruptedException, IOException {
            Link link = LinkAddress.open(server, terminal);
            try {
                return run(link);
            } finally {
                terminal.flush();
                long closed = link.close().await();
                assert closed >= 0;
            }
        }

        abstract int run(Link link) throws LinkException, InterruptedException, IOException;
    }

    @Command(
            name = "list",
            description = "Lists transactions: their age (since they were prepared, or began), messages, and clients.")
    static final class Names extends OnServer {
        private static final List<String> HEADER =
                List.of("ID", "STATE", "KIND", "CLIENT", "NODE", "AGE", "SENDS", "ACKS", "CONNECTED");
        private static final int LEFT_COLUMNS = 5;

        @Option(names = "--in-doubt", description = "Only branches that are prepared, or were ended by hand.")
        private boolean inDoubt;

        @Option(names = "--json", description = "One line of JSON for each.")
        private boolean json;

        Names(Terminal terminal) {
            super(terminal);
        }

        @Override
        int run(Link link) throws LinkException, InterruptedException, IOException {
            List<List<String>> rows = new ArrayList<>();
            rows.add(HEADER);
            for (Branch branch : TransactionList.of(link, inDoubt)) {
                if (json) {
                    terminal.line(Json.of(object(branch, link.serverTimeMillis())));
                } else {
                    rows.add(row(branch, link.serverTimeMillis()));
                }
            }
            if (!json) {
                Columns.print(terminal, rows, LEFT_COLUMNS);
            }
            return Exit.OK;
        }

        private static List<String> row(Branch branch, long nowMillis) {
            BranchXid xid = branch.name();
            String node = xid == null ? null : XidText.node(xid);
            return List.of(
                    Long.toString(branch.id()),
                    branch.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    kind(xid),
                    branch.clientId().isEmpty() ? "-" : branch.clientId(),
                    node == null ? "-" : node,
                    age(branch, nowMillis).toSeconds() + "s",
                    Long.toString(branch.work().staged()),
                    Long.toString(branch.work().taken()),
                    Long.toString(branch.connected()));
        }
    }

    /** One that is named by its ID. */
    private abstract static class OnBranch extends OnServer {
        @Parameters(paramLabel = "ID", description = "The transaction, as list shows it.")
        private long id;

        OnBranch(Terminal terminal) {
            super(terminal);
        }

        @Override
        final int run(Link link) throws LinkException, InterruptedException, IOException {
            TransactionList list = TransactionList.withParts(link);
            for (Branch branch : list.branches()) {
                if (branch.id() == id) {
                    return run(link, branch, list.partsOf(branch));
                }
            }
            terminal.err().println("sluice: there is no transaction " + id);
            return Exit.FAILURE;
        }

        abstract int run(Link link, Branch branch, List<Part> parts)
                throws LinkException, InterruptedException, IOException;
    }

    @Command(
            name = "show",
            description = "Shows all that is known of a transaction, its XID decoded and its destinations, as JSON.")
    static final class Show extends OnBranch {
        Show(Terminal terminal) {
            super(terminal);
        }

        @Override
        int run(Link link, Branch branch, List<Part> parts) throws IOException {
            Map<String, Object> object = object(branch, link.serverTimeMillis());
            object.put("destinations", parts.stream().map(Show::destination).toList());
            terminal.line(Json.of(object));
            return Exit.OK;
        }

        private static Map<String, Object> destination(Part part) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("name", part.name());
            object.put("kind", part.kind() == AddressKind.TOPIC ? "topic" : "queue");
            object.put("sends", part.work().staged());
            object.put("acknowledges", part.work().taken());
            return object;
        }
    }

    /** Decides in place of the transaction manager. */
    private abstract static class Decision extends OnBranch {
        private final TransactKind kind;

        @Option(
                names = "--force",
                description = "Also while a client that worked for it is connected, and may end it itself.")
        private boolean force;

        Decision(Terminal terminal, TransactKind kind) {
            super(terminal);
            this.kind = kind;
        }

        @Override
        int run(Link link, Branch branch, List<Part> parts) throws LinkException, InterruptedException {
            if (branch.name() == null || branch.state() != BranchState.PREPARED) {
                terminal.err()
                        .println("sluice: transaction " + branch.id() + " is " + branch.state()
                                + (branch.name() == null ? " and local" : "")
                                + "; only a prepared branch of a global transaction can be ended by hand");
                return Exit.FAILURE;
            }
            if (branch.connected() > 0 && !force) {
                terminal.err()
                        .println("sluice: " + branch.connected() + " of the clients that worked for transaction "
                                + branch.id() + " are connected, and their transaction manager may end it yet; --force"
                                + " ends it all the same");
                return Exit.FAILURE;
            }
            long done =
                    link.transact(new Transaction(kind, 0, branch.name(), 0)).await();
            assert done == 0;
            terminal.err()
                    .println("transaction " + branch.id() + " was "
                            + (kind == TransactKind.HEURISTIC_COMMIT ? "committed" : "rolled back")
                            + "; it is remembered until its transaction manager has heard, or `sluice transactions forget "
                            + branch.id() + "`");
            return Exit.OK;
        }
    }

    @Command(name = "commit", description = "Commits a prepared branch in place of its transaction manager.")
    static final class Commit extends Decision {
        Commit(Terminal terminal) {
            super(terminal, TransactKind.HEURISTIC_COMMIT);
        }
    }

    @Command(name = "rollback", description = "Rolls back a prepared branch in place of its transaction manager.")
    static final class Rollback extends Decision {
        Rollback(Terminal terminal) {
            super(terminal, TransactKind.HEURISTIC_ROLLBACK);
        }
    }

    @Command(
            name = "forget",
            description =
                    "Forgets a branch that was ended by hand: its transaction manager will never ask for it again.")
    static final class Forget extends OnBranch {
        Forget(Terminal terminal) {
            super(terminal);
        }

        @Override
        int run(Link link, Branch branch, List<Part> parts) throws LinkException, InterruptedException {
            if (branch.name() == null) {
                terminal.err().println("sluice: transaction " + branch.id() + " is local: there is nothing to forget");
                return Exit.FAILURE;
            }
            long done = link.transact(new Transaction(TransactKind.FORGET, 0, branch.name(), 0))
                    .await();
            assert done == 0;
            terminal.err().println("transaction " + branch.id() + " is forgotten");
            return Exit.OK;
        }
    }
}
