package dev.sluice.server.cli;

import dev.sluice.server.ConfigException;
import dev.sluice.server.SluiceServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code sluice} command line. */
@Command(
        name = "sluice",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {"A Jakarta Messaging server that loses nothing, and the tools for it.", ""},
        footerHeading = "%nTo begin with:%n",
        footer = {
            "  sluice demo                        see it work, a server crash included",
            "  sluice server                      a server on ./sluice-data and port 7676",
            "  sluice send orders -m hello        (in another window)",
            "  sluice receive orders",
            "",
            "`sluice COMMAND --help` explains a command with examples."
        })
public final class Main {
    /** Set to anything, it shows where errors came from. */
    private static final String DEBUG = "SLUICE_DEBUG";

    private static final String SERVER = "server";

    /** Wide enough for the examples, also where no terminal says how wide it is. */
    private static final int HELP_COLUMNS = 100;

    private Main() {}

    /** Runs a command and ends the process with its code. */
    public static void main(String[] arguments) {
        Logging.configure(List.of(arguments));
        if (arguments.length > 0 && arguments[0].equals(SERVER)) {
            SluiceServer.prepare();
        }
        System.exit(run(Terminal.ofProcess(), arguments));
    }

    static int run(Terminal terminal, String... arguments) {
        return commandLine(terminal, arguments.length == 0 ? "" : arguments[0]).execute(arguments);
    }

    /** All commands. */
    static CommandLine commandLine(Terminal terminal) {
        return commandLine(terminal, "");
    }

    /** The command {@code name} alone when there is one, else all: to build what is not used costs a good part of a start. */
    private static CommandLine commandLine(Terminal terminal, String name) {
        Map<String, Function<Terminal, CommandLine>> commands = commands();
        if (commands.containsKey(name)) {
            commands.keySet().retainAll(Set.of(name));
        }
        CommandLine line = new CommandLine(new Main());
        commands.values().forEach(command -> line.addSubcommand(command.apply(terminal)));
        for (CommandLine subcommand : line.getSubcommands().values()) {
            helpEverywhere(subcommand);
        }
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(HELP_COLUMNS);
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((exception, command, result) -> failed(terminal, exception));
        return line;
    }

    private static Map<String, Function<Terminal, CommandLine>> commands() {
        Map<String, Function<Terminal, CommandLine>> commands = new LinkedHashMap<>();
        commands.put(SERVER, ServerCommand::commandLine);
        commands.put("demo", terminal -> new CommandLine(new DemoCommand(terminal)));
        commands.put("cluster", ClusterCommand::commandLine);
        commands.put("simulate", terminal -> new CommandLine(new SimulateCommand(terminal)));
        commands.put("send", terminal -> new CommandLine(new SendCommand(terminal)));
        commands.put("receive", terminal -> new CommandLine(new ReceiveCommand(terminal)));
        commands.put("browse", terminal -> new CommandLine(new BrowseCommand(terminal)));
        commands.put("destinations", terminal -> new CommandLine(new DestinationsCommand(terminal)));
        commands.put("purge", terminal -> new CommandLine(new PurgeCommand(terminal)));
        commands.put("transactions", TransactionsCommand::commandLine);
        commands.put("users", UsersCommand::commandLine);
        commands.put("version", terminal -> new CommandLine(new VersionCommand(terminal)));
        commands.put("completion", terminal -> new CommandLine(new CompletionCommand(terminal)));
        return commands;
    }

    private static void helpEverywhere(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getSubcommands().values().forEach(Main::helpEverywhere);
    }

    private static int failed(Terminal terminal, Exception exception) {
        if (terminal.environment().containsKey(DEBUG)) {
            exception.printStackTrace(terminal.err());
        }
        if (exception instanceof Terminal.BrokenPipe) {
            return Exit.BROKEN_PIPE;
        }
        String text = Objects.requireNonNullElse(exception.getMessage(), exception.toString());
        terminal.err().println("sluice: " + text);
        return exception instanceof UsageException || exception instanceof ConfigException ? Exit.USAGE : Exit.FAILURE;
    }

    /** {@code sluice version}. */
    @Command(name = "version", description = "Prints the version of Sluice and of Java.")
    static final class VersionCommand implements Callable<Integer> {
        private final Terminal terminal;

        VersionCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            for (String line : new Version().getVersion()) {
                terminal.line(line);
            }
            terminal.flush();
            return Exit.OK;
        }
    }

    /** {@code sluice completion}. */
    @Command(
            name = "completion",
            description = "Prints a script for bash (or zsh with bashcompinit) that completes commands and options.",
            footerHeading = "%nExample:%n",
            footer = "  source <(sluice completion)")
    static final class CompletionCommand implements Callable<Integer> {
        private final Terminal terminal;

        CompletionCommand(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            terminal.line(AutoComplete.bash("sluice", commandLine(terminal)));
            terminal.flush();
            return Exit.OK;
        }
    }
}
