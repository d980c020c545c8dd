package dev.sluice.server.cli;

import dev.sluice.server.demo.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice demo}: shows in under a minute what the product is for, a crash included. */
@Command(
        name = "demo",
        description = {
            "Streams a file line by line through a queue and a topic with two durable subscribers, kills the server in the middle,",
            "restarts it, and proves that every line arrived once and in order. It needs no set-up and leaves nothing behind."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sluice demo",
            "  sluice demo /var/log/syslog",
            "",
            "Exit codes: 0 every line arrived once and in order, 1 not so, 2 wrong usage."
        })
final class DemoCommand implements Callable<Integer> {
    /** Where the launcher found the project. */
    private static final String HOME = "sluice.home";

    private static final String SOURCES = "src/main";

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The file whose lines are sent; the project's own source files when there is none.")
    private @Nullable Path file;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        List<Path> files = files(file, List.of("provider", "server"));
        if (files.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    file == null
                            ? "the project's source files are not here: name a FILE to send"
                            : file + " is not a file that can be read");
        }
        Demo demo = new Demo(files, System.out, terminal.console() != null);
        return demo.run() ? Exit.OK : Exit.FAILURE;
    }

    /** What is sent: the file that was named, or the sources of some modules of the project; nothing when these are not to be had. */
    static List<Path> files(@Nullable Path named, List<String> modules) throws IOException {
        if (named != null) {
            return Files.isReadable(named) && !Files.isDirectory(named) ? List.of(named) : List.of();
        }
        String home = System.getProperty(HOME);
        return home == null ? List.of() : sources(Path.of(home), modules);
    }

    private static List<Path> sources(Path home, List<String> modules) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : modules) {
            Path root = home.resolve(module).resolve(SOURCES);
            if (Files.isDirectory(root)) {
                try (var walk = Files.walk(root)) {
                    walk.filter(path -> path.toString().endsWith(".java"))
                            .sorted()
                            .forEach(sources::add);
                }
            }
        }
        return sources;
    }
}
