package dev.sluice.server.cli;

import dev.sluice.server.ClusterLeadership;
import dev.sluice.server.ClusterStatus;
import dev.sluice.server.raft.RaftLeadership.Moved;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice cluster transfer}, {@code balance} and {@code drain}: change who leads what, and say who does after that. */
abstract class LeadershipCommand implements Callable<Integer> {
    private static final List<String> HEADER = List.of("SHARD", "LEADER", "BEFORE");
    private static final int LEFT_COLUMNS = 3;

    private final Terminal terminal;

    @Option(names = "--cluster", paramLabel = "MEMBERS", description = ToldMembers.DESCRIPTION)
    private @Nullable String members;

    @Option(names = "--json", description = "One line of JSON for each shard.")
    private boolean json;

    LeadershipCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Does it, and returns what was moved. */
    abstract List<Moved> change(ClusterLeadership leadership) throws IOException, InterruptedException;

    /** What is to be known besides. */
    final void note(String text) {
        terminal.err().println("sluice: " + text);
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        ClusterLeadership leadership = new ClusterLeadership(ToldMembers.of(members, terminal));
        List<Moved> moved = change(leadership);
        ClusterStatus status = leadership.status();
        int shards = status.members().stream()
                .mapToInt(answer -> answer.shards().size())
                .max()
                .orElse(0);
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (int shard = 0; shard < shards; shard++) {
            String leader = Objects.requireNonNullElse(status.leaderOf(shard), "-");
            String before = before(shard, moved);
            if (json) {
                terminal.line(Json.of(object(shard, leader, before)));
            } else {
                rows.add(List.of(Integer.toString(shard), leader, before));
            }
        }
        if (!json) {
            Columns.print(terminal, rows, LEFT_COLUMNS);
        }
        terminal.flush();
        return Exit.OK;
    }

    private static String before(int shard, List<Moved> moved) {
        return moved.stream()
                .filter(one -> one.shard() == shard)
                .map(Moved::from)
                .findFirst()
                .orElse("");
    }

    private static Map<String, Object> object(int shard, String leader, String before) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("shard", shard);
        object.put("leader", leader);
        if (!before.isEmpty()) {
            object.put("before", before);
        }
        return object;
    }

    /** {@code sluice cluster transfer}. */
    @Command(
            name = "transfer",
            description = {
                "Has the member that leads a shard give it to another one, which must be reachable and have all entries. Clients wait for",
                "some tenths of a second. The members may move it again when they balance (cluster-balance)."
            })
    static final class Transfer extends LeadershipCommand {
        @Option(names = "--shard", required = true, paramLabel = "N", description = "Which shard, from 0.")
        private int shard;

        @Option(names = "--to", required = true, paramLabel = "MEMBER", description = "Who is to lead it.")
        private String to = "";

        Transfer(Terminal terminal) {
            super(terminal);
        }

        @Override
        List<Moved> change(ClusterLeadership leadership) throws IOException {
            return leadership.transfer(shard, to);
        }
    }

    /** {@code sluice cluster balance}. */
    @Command(
            name = "balance",
            description = {
                "Spreads at once who leads what: half by the number of shards, half by what they handled in the last half minute.",
                "Members do this by themselves, too, but more slowly, unless they are told not to (cluster-balance)."
            })
    static final class Balance extends LeadershipCommand {
        Balance(Terminal terminal) {
            super(terminal);
        }

        @Override
        List<Moved> change(ClusterLeadership leadership) throws IOException, InterruptedException {
            return leadership.balance();
        }
    }

    /** {@code sluice cluster drain}. */
    @Command(
            name = "drain",
            description = {
                "Has a member give away all that it leads, and lead nothing until it is told otherwise, also when it starts again. It keeps",
                "its copy of all shards and still counts for a majority. When only it can lead a shard it does, for as long as it must."
            })
    static final class Drain extends LeadershipCommand {
        @Parameters(paramLabel = "MEMBER", description = "Who is to lead nothing.")
        private String member = "";

        @Option(names = "--undo", description = "It may lead again.")
        private boolean undo;

        Drain(Terminal terminal) {
            super(terminal);
        }

        @Override
        List<Moved> change(ClusterLeadership leadership) throws IOException {
            if (!leadership.drain(member, !undo)) {
                note(member + " still leads something, and gives it away as soon as another member can take it");
            }
            return List.of();
        }
    }
}
