package dev.sluice.bench.load;

import dev.sluice.bench.load.LoadClient.Settlement;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * What one run measures, and against whom: the command line. What it does not say is the workload's ({@link Workload}). Read it with
 * {@link #parse}.
 */
@Command(
        name = "LoadGenerator",
        sortOptions = false,
        description = "Puts one workload on a running server and prints one line of JSON.")
final class Options {
    /** Whose client. */
    enum Api {
        /** Jakarta Messaging, with {@code --factory}. */
        JMS,
        KAFKA,
        RABBITMQ;

        private boolean canDo(Workload workload) {
            return switch (this) {
                case JMS -> true;
                case KAFKA -> KafkaLoadClient.canDo(workload);
                case RABBITMQ -> RabbitLoadClient.canDo(workload);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--workload", required = true, description = "One of: ${COMPLETION-CANDIDATES}.")
    private Workload workload = Workload.W1;

    @Option(names = "--api", description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Api api = Api.JMS;

    @Option(
            names = "--factory",
            paramLabel = "CLASS",
            description = "The ConnectionFactory; its constructor takes the URL (default: ${DEFAULT-VALUE}).")
    private String factory = "dev.sluice.SluiceConnectionFactory";

    @Option(
            names = "--url",
            description = "Where the server is; host:port for kafka and rabbitmq (default: ${DEFAULT-VALUE}).")
    private String url = "sluice://localhost:7676";

    @Option(names = "--warmup", paramLabel = "SECONDS", description = "Unmeasured (default: ${DEFAULT-VALUE}).")
    private int warmupSeconds = 5;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description =
                    "Measured. w10 shares both times out among its numbers of clients (default: ${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages a second of all producers, by an open-loop schedule; 0 is the maximum.")
    private int rate = -1;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            description = "The most unconfirmed messages of an asynchronous producer (default: ${DEFAULT-VALUE}).")
    private int outstanding = 1_000;

    @Option(
            names = "--commit",
            paramLabel = "N",
            description = "A commit after each N messages, on both sides; 0 is for no transactions.")
    private int commitEvery = -1;

    @Option(
            names = "--acknowledge",
            paramLabel = "auto|dups_ok|client",
            converter = AcknowledgeConverter.class,
            description = "How receivers acknowledge (default: auto; dups_ok for w6d, w7drain and w7both).")
    private @Nullable Settlement acknowledge;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "All messages of w7fill and w7drain, the backlog of w7both and w12.")
    private int messages = -1;

    @Option(names = "--queues", paramLabel = "N", description = "The queues of w11 (default: ${DEFAULT-VALUE}).")
    private int queues = 10_000;

    @Option(
            names = "--queue",
            paramLabel = "NAME",
            description =
                    "The queue or topic, or the first part of the names (default: a new one; bench.w7 for w7fill and w7drain).")
    private String queue = "";

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            description = "The server's process: its CPU, memory and calls are measured, children included.")
    private long serverPid;

    @Option(
            names = "--data-directory",
            paramLabel = "DIR",
            description = "The server's data: its size and the flushes of its disk are measured.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--started",
            paramLabel = "FILE",
            description =
                    "For w7drain, instead of --server-pid, where the server starts only after it: appears then, and holds its"
                            + " process and the milliseconds of the epoch, from which the time of the first message counts.")
    private @Nullable Path started;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    private Options() {}

    /** Reads the command line; throws {@link ParameterException} that says what is wrong with it. */
    static Options parse(String... arguments) {
        Options options = new Options();
        CommandLine line = commandLine(options);
        CommandLine.ParseResult unused = line.parseArgs(arguments);
        if (!options.help) {
            options.check(line);
            options.complete();
        }
        return options;
    }

    /** How to use it. */
    static String usage() {
        return commandLine(new Options()).getUsageMessage();
    }

    private static CommandLine commandLine(Options options) {
        return new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
    }

    private void check(CommandLine line) {
        atLeast(line, "--warmup", warmupSeconds, 0);
        atLeast(line, "--seconds", seconds, 1);
        atLeast(line, "--rate", rate, -1);
        atLeast(line, "--outstanding", outstanding, 1);
        atLeast(line, "--commit", commitEvery, -1);
        atLeast(line, "--messages", messages, -1);
        atLeast(line, "--queues", queues, 2);
        if (!api.canDo(workload)) {
            throw new ParameterException(line, "the client of " + api + " cannot do what " + workload + " asks");
        }
        if (api == Api.KAFKA && commitEvery > 0) {
            throw new ParameterException(line, "--commit is not for kafka");
        }
        if (commitEvery > 0 && !mayCommit()) {
            throw new ParameterException(
                    line,
                    "--commit is for synchronous producers and consumers that are asked; " + workload + " is not so");
        }
    }

    private boolean mayCommit() {
        return workload.shape().sending() == Workload.Sending.SYNCHRONOUS
                && workload.shape().consuming() != Workload.Consuming.MANY_QUEUES
                && workload != Workload.W7DRAIN
                && workload != Workload.W10
                && workload != Workload.W12;
    }

    private void complete() {
        Workload.Shape shape = workload.shape();
        rate = rate < 0 ? shape.rate() : rate;
        commitEvery = commitEvery < 0 ? shape.commitEvery() : commitEvery;
        messages = messages < 0 ? shape.messages() : messages;
        if (queue.isEmpty()) {
            boolean shared = workload == Workload.W7FILL || workload == Workload.W7DRAIN;
            queue = shared ? "bench.w7" : "bench." + workload + "." + System.currentTimeMillis();
        }
    }

    private static void atLeast(CommandLine line, String name, int value, int least) {
        if (value < least) {
            throw new ParameterException(line, name + " is " + value + "; it must be at least " + Math.max(0, least));
        }
    }

    /** Whether the usage was asked for, and nothing else matters. */
    boolean isHelp() {
        return help;
    }

    Workload workload() {
        return workload;
    }

    Api api() {
        return api;
    }

    String factory() {
        return factory;
    }

    String url() {
        return url;
    }

    int warmupSeconds() {
        return warmupSeconds;
    }

    int seconds() {
        return seconds;
    }

    /** Messages a second of all producers; 0 for the maximum. */
    int rate() {
        return rate;
    }

    int outstanding() {
        return outstanding;
    }

    /** Messages in a transaction; 0 for none. */
    int commitEvery() {
        return commitEvery;
    }

    Settlement settlement() {
        if (commitEvery > 0) {
            return Settlement.COMMIT;
        }
        return acknowledge == null ? workload.settlement() : acknowledge;
    }

    int messages() {
        return messages;
    }

    int queues() {
        return queues;
    }

    String queue() {
        return queue;
    }

    /** 0 for none. */
    long serverPid() {
        return serverPid;
    }

    @Nullable Path dataDirectory() {
        return dataDirectory;
    }

    /** Null where the server is there already. */
    @Nullable Path started() {
        return started;
    }

    /** All ways but the one that {@code --commit} chooses. */
    private static final class AcknowledgeConverter implements ITypeConverter<Settlement> {
        @Override
        public Settlement convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "auto" -> Settlement.AUTO;
                case "dups_ok" -> Settlement.DUPS_OK;
                case "client" -> Settlement.CLIENT;
                default ->
                    throw new CommandLine.TypeConversionException(
                            "it is '" + text + "'; it must be auto, dups_ok or client");
            };
        }
    }
}
