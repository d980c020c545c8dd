package dev.sluice.server.cli;

import dev.sluice.server.ConfigReader;
import dev.sluice.server.ConfigText;
import dev.sluice.server.ServerConfig;
import dev.sluice.server.Settings;
import dev.sluice.server.SluiceServer;
import dev.sluice.server.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice server}: runs a server in the foreground until it is told to stop. Its options are made from {@link Settings}. */
@Command(
        name = "server",
        description = {
            "Runs a server until SIGTERM or Ctrl-C, which end it with nothing lost.",
            "It reads sluice.yaml in the working directory, if there is one. Options go before environment variables"
                    + " (SLUICE_PORT for --port), and those before the file."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice server                                     on ./sluice-data, for clients on this machine",
            "  sluice server --data /var/lib/sluice --bind 0.0.0.0",
            "  sluice server --print-config > sluice.yaml        every setting with its meaning",
            "  SLUICE_PORT=7677 sluice server --data other",
            "",
            "Exit codes: 0 stopped as told, 1 it cannot start or has failed, 2 the configuration is wrong."
        })
final class ServerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; default SLUICE_CONFIG, else ./sluice.yaml if there is one.")
    private @Nullable Path config;

    @Option(names = "--print-config", description = "Print a complete sluice.yaml with the defaults, and end.")
    private boolean printConfig;

    ServerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The command with an option for each setting. */
    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new ServerCommand(terminal));
        addSettings(line.getCommandSpec());
        return line;
    }

    private static void addSettings(CommandSpec command) {
        for (Settings.Entry entry : Settings.all()) {
            String fallback = entry.setting().fallback();
            String text = String.join(" ", entry.setting().text())
                    + (fallback.isEmpty() ? "" : " Default: " + fallback + ".");
            OptionSpec option = OptionSpec.builder("--" + entry.key())
                    .type(String.class)
                    .paramLabel(entry.valueName())
                    .description(text.replace("%", "%%"))
                    .build();
            command.add(option);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (printConfig) {
            terminal.bytes(ConfigText.defaultFile().getBytes(StandardCharsets.UTF_8));
            terminal.flush();
            return Exit.OK;
        }
        ServerConfig read = ConfigReader.read(given(), terminal.environment(), file(), Path.of(""));
        SluiceServer server;
        try {
            server = SluiceServer.start(read);
        } catch (StartException e) {
            terminal.err().println("sluice: " + e.getMessage());
            return Exit.FAILURE;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "sluice-stop"));
        Throwable failure = server.awaitEnd();
        if (failure != null) {
            terminal.err().println("sluice: the server has failed: " + failure);
            return Exit.FAILURE;
        }
        return Exit.OK;
    }

    /** In the shutdown hook: a server that stopped as it was told has not failed, whatever the signal. */
    private static void stop(SluiceServer server) {
        server.stop();
        Runtime.getRuntime().halt(server.failure() == null ? Exit.OK : Exit.FAILURE);
    }

    private @Nullable Path file() {
        if (config != null) {
            return config;
        }
        String named = terminal.environment().get("SLUICE_CONFIG");
        return named == null ? null : Path.of(named);
    }

    private Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        for (Settings.Entry entry : Settings.all()) {
            String value =
                    Objects.requireNonNull(spec.findOption("--" + entry.key())).getValue();
            if (value != null) {
                given.put(entry.key(), value);
            }
        }
        return given;
    }
}
