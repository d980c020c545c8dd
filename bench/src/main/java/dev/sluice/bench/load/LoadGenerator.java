package dev.sluice.bench.load;

import jakarta.jms.ConnectionFactory;
import java.lang.reflect.InvocationTargetException;
import picocli.CommandLine.ParameterException;

/**
 * The process that puts one workload ({@link Workload}) on a running server and prints one line of JSON ({@link Result}) on standard
 * output; everything else goes to standard error. {@code --help} lists the options.
 *
 * <p>At the maximum rate a latency begins with the call of send, at a fixed rate with the planned time of the message. All that was sent
 * has to come, and only once, else the run fails; what a workload leaves is taken out again, unmeasured, except the backlog of w7fill.
 */
public final class LoadGenerator {
    /** What it prints on standard error when it has loaded all that it needs to look for a server that is not there yet. */
    public static final String WAITING = "waiting for the server";

    private static final int FAILED = 1;
    private static final int WRONG_COMMAND_LINE = 2;

    private LoadGenerator() {}

    /** Exit code 0 when the run is complete, 1 when it failed, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (ParameterException e) {
            System.err.println(e.getMessage());
            System.err.println(Options.usage());
            return WRONG_COMMAND_LINE;
        }
        if (options.isHelp()) {
            System.out.println(Options.usage());
            return 0;
        }
        try {
            System.out.println(measure(options));
            return 0;
        } catch (Exception e) {
            System.err.println(options.workload() + " failed: " + (e.getMessage() == null ? e : e.getMessage()));
            e.printStackTrace();
            return FAILED;
        }
    }

    /** Runs the workload of {@code options}; the line of JSON. */
    static String measure(Options options) throws Exception {
        LoadClient client = client(options);
        try (Run run = new Run(options, client)) {
            Scenario.of(options.workload()).run(run);
            return run.result().toString();
        }
    }

    private static LoadClient client(Options options) throws Exception {
        return switch (options.api()) {
            case JMS -> new JmsLoadClient(factory(options), options.outstanding());
            case KAFKA -> new KafkaLoadClient(options.url(), options.workload());
            case RABBITMQ -> new RabbitLoadClient(options.url(), options.workload(), options.outstanding());
        };
    }

    private static ConnectionFactory factory(Options options) throws Exception {
        try {
            return Class.forName(options.factory())
                    .asSubclass(ConnectionFactory.class)
                    .getConstructor(String.class)
                    .newInstance(options.url());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("--factory " + options.factory() + " is not on the class path", e);
        } catch (ClassCastException e) {
            throw new IllegalArgumentException("--factory " + options.factory() + " is no ConnectionFactory", e);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "--factory " + options.factory() + " has no public constructor that takes the URL", e);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
