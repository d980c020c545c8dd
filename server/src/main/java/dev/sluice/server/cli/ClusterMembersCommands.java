package dev.sluice.server.cli;

import dev.sluice.server.Adoption;
import dev.sluice.server.ClusterMembers;
import dev.sluice.server.ConfigReader;
import dev.sluice.server.raft.RaftOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice cluster add}, {@code remove} and {@code adopt}. Stateless. */
final class ClusterMembersCommands {
    private ClusterMembersCommands() {}

    /** {@code sluice cluster add}. */
    @Command(
            name = "add",
            description = {
                "Adds a member that runs: started on an empty directory, with --cluster naming the others and itself. Returns when it has",
                "all that the others have. A member that lost its data, or whose machine was replaced, needs no command: start it.",
            })
    static final class Add implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "MEMBER", description = "The new one: d=host:port, as in --cluster.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String member;

        @Option(names = "--cluster", paramLabel = "MEMBERS", description = ToldMembers.DESCRIPTION)
        private @Nullable String members;

        Add(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            return run(terminal, members, cluster -> cluster.add(member));
        }
    }

    /** {@code sluice cluster remove}. */
    @Command(
            name = "remove",
            description = {
                "Removes a member, which may be gone already. Refused when fewer than three would be left, or when one of those does not",
                "run or has not caught up. Stop its server afterwards; its directory is of no use any more.",
            })
    static final class Remove implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "NAME", description = "The name of the member.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Option(names = "--cluster", paramLabel = "MEMBERS", description = ToldMembers.DESCRIPTION)
        private @Nullable String members;

        Remove(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            return run(terminal, members, cluster -> cluster.remove(name));
        }
    }

    /** {@code sluice cluster adopt}. */
    @Command(
            name = "adopt",
            description = {
                "Makes the data directory of a server that was alone, and is stopped, that of the first member of a cluster, with all its messages.",
                "Start it then as a member, start the others on empty directories, and add each by `sluice cluster add`: until there are three,",
                "nothing survives the loss of a member.",
                "With --shards its destinations are divided among more shards, so that more members have work. That ends the sessions of all",
                "clients: they connect anew, what they held comes again, and their temporary destinations and open transactions are gone.",
            })
    static final class Adopt implements Callable<Integer> {
        private final Terminal terminal;

        @Option(
                names = "--data",
                paramLabel = "DIRECTORY",
                description = "The directory; default that of ./sluice.yaml.")
        private @Nullable String data;

        @Option(
                names = "--node",
                paramLabel = "NAME",
                required = true,
                description = "Which of the members it will be.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String node;

        @Option(names = "--cluster", paramLabel = "MEMBERS", description = ToldMembers.DESCRIPTION)
        private @Nullable String members;

        @Option(
                names = "--shards",
                paramLabel = "N",
                description = "How many shards it is to have, no fewer than it has; default as many.")
        private int shards;

        Adopt(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            Map<String, String> options = new HashMap<>();
            options.put("node", node);
            options.put("cluster", ToldMembers.of(members, terminal));
            if (data != null) {
                options.put("data", data);
            }
            Adoption.Adopted adopted =
                    Adoption.adopt(ConfigReader.read(options, terminal.environment(), null, Path.of("")), shards);
            terminal.line("adopted as " + node + ", shards: " + adopted.shards());
            if (adopted.isDivided()) {
                terminal.line("there were " + adopted.shardsBefore() + " shards: start all members with --shards "
                        + adopted.shards());
                terminal.line("sessions ended: " + adopted.sessionsEnded());
            }
            terminal.flush();
            return Exit.OK;
        }
    }

    @FunctionalInterface
    private interface Change {
        void make(ClusterMembers cluster) throws IOException;
    }

    private static int run(Terminal terminal, @Nullable String told, Change change) throws IOException {
        change.make(ClusterMembers.of(
                ToldMembers.of(told, terminal),
                (shard, names) -> terminal.line((shard == RaftOptions.CATALOG ? "catalog" : "shard " + shard) + ": "
                        + String.join(", ", names))));
        terminal.flush();
        return Exit.OK;
    }
}
