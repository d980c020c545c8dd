package dev.sluice.server.cli;

import dev.sluice.server.ClusterStatus;
import dev.sluice.server.demo.ClusterDemo;
import dev.sluice.server.raft.RaftStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice cluster}: what the members of a cluster are at, and a demonstration of one. */
@Command(
        name = "cluster",
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows what the members of a cluster are at, and changes them; or shows what a cluster is for.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice cluster demo",
            "  sluice cluster status --cluster a=one:7676,b=two:7676,c=three:7676",
            "  sluice cluster add d=four:7676",
            "  sluice cluster remove a",
            "  sluice cluster transfer --shard 0 --to b",
            "  sluice cluster adopt --data sluice-data --node a --cluster a=one:7676,b=two:7676,c=three:7676",
            "",
            "A member is started with `sluice server --node a --cluster a=one:7676,b=two:7676,c=three:7676`.",
            "",
            "Exit codes: 0 all is well, 1 not so, 2 wrong usage."
        })
final class ClusterCommand {
    private ClusterCommand() {}

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new ClusterCommand())
                .addSubcommand(new Status(terminal))
                .addSubcommand(new ClusterMembersCommands.Add(terminal))
                .addSubcommand(new ClusterMembersCommands.Remove(terminal))
                .addSubcommand(new LeadershipCommand.Transfer(terminal))
                .addSubcommand(new LeadershipCommand.Balance(terminal))
                .addSubcommand(new LeadershipCommand.Drain(terminal))
                .addSubcommand(new ClusterMembersCommands.Adopt(terminal))
                .addSubcommand(new Show(terminal));
    }

    /** {@code sluice cluster status}. */
    @Command(
            name = "status",
            description = {
                "Asks each member which shards it leads and how far it is. The port for other members must be reached from here.",
                "Exit code 0 when all members answer and each shard has a leader."
            })
    static final class Status implements Callable<Integer> {
        private static final List<String> HEADER =
                List.of("MEMBER", "ADDRESS", "SHARD", "ROLE", "TERM", "APPLIED", "LAST");
        private static final int LEFT_COLUMNS = 4;

        private final Terminal terminal;

        @Option(
                names = "--cluster",
                paramLabel = "MEMBERS",
                description =
                        "a=host:port,b=…, as for the server. Default: SLUICE_CLUSTER, else that of ./sluice.yaml.")
        private @Nullable String members;

        @Option(
                names = "--json",
                description = "One line of JSON for the catalog, and one for each shard of each member.")
        private boolean json;

        Status(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            ClusterStatus status = ClusterStatus.of(ToldMembers.of(members, terminal));
            List<List<String>> rows = new ArrayList<>();
            rows.add(HEADER);
            int shards = 0;
            boolean well = true;
            for (ClusterStatus.Answer answer : status.members()) {
                shards = Math.max(shards, answer.shards().size());
                well &= answer.fault() == null;
                print(answer, rows);
            }
            for (int shard = 0; shard < shards; shard++) {
                well &= status.leaderOf(shard) != null;
            }
            print(status, shards);
            if (!json) {
                Columns.print(terminal, rows, LEFT_COLUMNS);
            }
            terminal.flush();
            return well ? Exit.OK : Exit.FAILURE;
        }

        private void print(ClusterStatus status, int shards) throws IOException {
            String leader = status.leaderOfCatalog();
            if (json) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("catalog", status.catalogVersion());
                object.put("shards", shards);
                object.put("leader", leader == null ? "" : leader);
                terminal.line(Json.of(object));
            } else {
                terminal.line("catalog: version " + status.catalogVersion() + ", " + shards + " shards, "
                        + (leader == null ? "no leader" : "led by " + leader));
            }
        }

        private void print(ClusterStatus.Answer answer, List<List<String>> rows) throws IOException {
            String fault = answer.fault();
            if (fault != null && json) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("member", answer.member());
                object.put("address", answer.address());
                object.put("fault", fault);
                terminal.line(Json.of(object));
            } else if (fault != null) {
                rows.add(List.of(answer.member(), answer.address(), "-", "no answer", "", "", ""));
            }
            for (RaftStatus shard : answer.shards()) {
                if (json) {
                    terminal.line(Json.of(object(answer, shard)));
                } else {
                    rows.add(List.of(
                            answer.member(),
                            answer.address(),
                            Integer.toString(shard.shard()),
                            shard.leads() ? "leader" : "follower",
                            Long.toString(shard.term()),
                            Long.toString(shard.applied()),
                            Long.toString(shard.last())));
                }
            }
        }

        private static Map<String, Object> object(ClusterStatus.Answer answer, RaftStatus shard) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("member", answer.member());
            object.put("address", answer.address());
            object.put("shard", shard.shard());
            object.put("leads", shard.leads());
            object.put("term", shard.term());
            object.put("applied", shard.applied());
            object.put("last", shard.last());
            return object;
        }
    }

    /** {@code sluice cluster demo}. */
    @Command(
            name = "demo",
            description = {
                "Starts three servers on this machine, streams a file line by line through them, kills the one that leads the busiest",
                "shard, starts it again, and proves that every line arrived once and in order. It leaves nothing behind."
            })
    static final class Show implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "The file whose lines are sent; the client library's source files when there is none.")
        private @Nullable Path file;

        Show(Terminal terminal) {
            assert terminal != null;
        }

        @Override
        public Integer call() throws IOException, InterruptedException, ExecutionException {
            List<Path> files = DemoCommand.files(file, List.of("provider"));
            if (files.isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(),
                        file == null
                                ? "the project's source files are not here: name a FILE to send"
                                : file + " is not a file that can be read");
            }
            return new ClusterDemo(files, System.out).run() ? Exit.OK : Exit.FAILURE;
        }
    }
}
