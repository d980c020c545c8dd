package dev.sluice.bench;

import dev.sluice.bench.peer.Directories;
import dev.sluice.bench.peer.Home;
import dev.sluice.bench.peer.Processes;
import dev.sluice.bench.peer.Provider;
import dev.sluice.bench.peer.Providers;
import dev.sluice.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice bench}: starts servers and load generators in turn, and writes what they say to a file. */
@Command(
        name = "sluice bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures Sluice and others side by side on this machine: for each workload all servers are started, and then the rounds run on them in turn.",
            "Each run is a line of JSON in the file of results."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice bench w1 w2 --provider sluice,artemis",
            "  sluice bench all --provider sluice,artemis,classic,qpid,kafka --out all.jsonl",
            "  sluice bench report all.jsonl --out all.html",
            "",
            "Exit codes: 0 every run is complete, 1 one failed, 2 the command line is wrong."
        })
public final class Bench implements Callable<Integer> {
    private static final int HELP_COLUMNS = 100;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final Home home;

    @Parameters(
            paramLabel = "WORKLOAD",
            arity = "0..*",
            description =
                    "w1 to w12, or all; w3, w4 and w6 are two workloads each, w7 is three with a crash of the server between.")
    private List<String> workloads = List.of();

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            split = ",",
            description =
                    "What is measured, separated by commas: sluice, sluice-cluster, artemis, artemis-aio, classic, qpid, kafka, kafka-flush, rabbitmq (default: ${DEFAULT-VALUE}).")
    private List<String> providers = List.of("sluice");

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often each is measured (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "Of load before each measurement (default: ${DEFAULT-VALUE}).")
    private int warmupSeconds = 5;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description = "Of each measurement (default: ${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "The backlog of w7 and w12 (default: the workload's, a million and 200,000).")
    private @Nullable Integer messages;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            description =
                    "The most unconfirmed messages of an asynchronous producer (default: the load generator's, 1,000).")
    private @Nullable Integer outstanding;

    @Option(
            names = "--acknowledge",
            paramLabel = "MODE",
            description =
                    "How receivers acknowledge: auto, dups_ok or client (default: auto; dups_ok for w6d, w7drain, w7both).")
    private @Nullable String acknowledge;

    @Option(
            names = "--limit",
            paramLabel = "MINUTES",
            description =
                    "Of one run, its emptying of queues included: what takes longer has failed (default: ${DEFAULT-VALUE}).")
    private int limitMinutes = 20;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where results are appended (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("results.jsonl");

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description =
                    "The directory below which servers have their data; its disk is measured (default: the system's for temporary files).")
    private @Nullable Path work;

    @Option(names = "--keep", description = "Keep the servers' configuration, data and output.")
    private boolean keep;

    Bench(Home home) {
        this.home = home;
    }

    /** Runs the command line that the launcher has handed on, and ends the process with its code. */
    public static void main(String[] arguments) {
        System.exit(commandLine(new Bench(Home.ofLauncher())).execute(arguments));
    }

    static CommandLine commandLine(Bench bench) {
        return new CommandLine(bench)
                .addSubcommand(new ReportCommand())
                .setUsageHelpWidth(HELP_COLUMNS)
                .setExecutionExceptionHandler((exception, line, result) -> {
                    line.getErr().println("sluice bench: " + exception.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Plan.Turn> turns = turns();
        List<Provider> chosen = chosenProviders();
        atLeastOne("--rounds", rounds);
        atLeastOne("--seconds", seconds);
        atLeastOne("--limit", limitMinutes);
        Results results = new Results(out);
        Path directory = work == null ? Files.createTempDirectory("sluice-bench-") : workDirectory(work);
        try (Processes processes = new Processes()) {
            Thread ending = new Thread(() -> end(processes, directory), "end");
            Runtime.getRuntime().addShutdownHook(ending);
            try {
                Campaign.Settings settings =
                        new Campaign.Settings(turns, chosen, rounds, limitMinutes, generatorOptions(), directory, keep);
                new Campaign(settings, home, processes, results, System.err).run();
            } finally {
                end(processes, directory);
            }
        }
        if (keep) {
            System.err.println("bench: kept in " + directory);
        }
        spec.commandLine().getOut().print(new Summary(results.added()).table());
        spec.commandLine().getOut().flush();
        return results.hasFailures() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private List<Plan.Turn> turns() {
        if (workloads.isEmpty()) {
            throw wrong("name a workload: " + String.join(", ", Plan.names()));
        }
        try {
            return Plan.of(workloads);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private List<Provider> chosenProviders() {
        try {
            return providers.stream().distinct().map(Providers::named).toList();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private void atLeastOne(String option, int value) {
        if (value < 1) {
            throw wrong(option + " is " + value + "; it must be at least 1");
        }
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(spec.commandLine(), message == null ? "wrong command line" : message);
    }

    private List<String> generatorOptions() {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("--warmup", Integer.toString(warmupSeconds), "--seconds", Integer.toString(seconds)));
        if (messages != null) {
            options.addAll(List.of("--messages", messages.toString()));
        }
        if (outstanding != null) {
            options.addAll(List.of("--outstanding", outstanding.toString()));
        }
        if (acknowledge != null) {
            options.addAll(List.of("--acknowledge", acknowledge));
        }
        return options;
    }

    /** A new one below it: nothing of others is ever removed. */
    private static Path workDirectory(Path parent) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(parent.toAbsolutePath()), "sluice-bench-");
    }

    /** Called at the end, and by the hook when the end comes early. */
    private void end(Processes processes, Path directory) {
        processes.close();
        try {
            if (!keep) {
                Directories.delete(directory);
            }
        } catch (IOException e) {
            System.err.println("bench: could not remove " + directory + ": " + e.getMessage());
        }
    }

    /** {@code sluice bench report}. */
    @Command(name = "report", mixinStandardHelpOptions = true, description = "Draws results as one HTML page.")
    static final class ReportCommand implements Callable<Integer> {
        @Parameters(paramLabel = "RESULTS", description = "The file that the bench has written.")
        private Path results = Path.of("results.jsonl");

        @Option(names = "--out", paramLabel = "FILE", description = "The page (default: ${DEFAULT-VALUE}).")
        private Path out = Path.of("report.html");

        @Override
        public Integer call() throws IOException {
            Report.write(results, out);
            return CommandLine.ExitCode.OK;
        }
    }
}
