package dev.sluice.server.cli;

import dev.sluice.server.ClusterMembers;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice cluster add} and {@code remove}. Stateless. */
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

    @FunctionalInterface
    private interface Change {
        void make(ClusterMembers cluster) throws IOException;
    }

    private static int run(Terminal terminal, @Nullable String told, Change change) throws IOException {
        change.make(ClusterMembers.of(
                ToldMembers.of(told, terminal),
                (shard, names) -> terminal.line("shard " + shard + ": " + String.join(", ", names))));
        terminal.flush();
        return Exit.OK;
    }
}
