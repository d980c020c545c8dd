package dev.sluice.server.cli;

import dev.sluice.server.ServerConfig;
import dev.sluice.server.SluiceServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Does once what a server and the tools do, in a JVM that archives the classes it has loaded when it ends ({@code -XX:ArchiveClassesAtExit}).
 * The launcher runs it after a build: with the archive a server accepts clients in about half the time, because most of its start is
 * the loading of classes.
 */
final class Rehearsal {
    private static final String DESTINATION = "rehearsal";

    private Rehearsal() {}

    /** Argument: a directory that does not exist yet, for the server's data. */
    public static void main(String[] arguments) throws IOException {
        Logging.configure(List.of());
        Path data = Files.createDirectories(Path.of(arguments[0]));
        run("server", "--print-config");
        ServerConfig config = ServerConfig.defaults().withData(data).withPort(0);
        // Twice: the second start finds rows to load.
        for (int start = 0; start < 2; start++) {
            try (SluiceServer server = SluiceServer.start(config)) {
                String url = "sluice://localhost:" + server.port();
                run("send", DESTINATION, "-m", "first", "-m", "second", "--url", url);
                run("send", DESTINATION, "-m", "third", "--non-persistent", "--url", url);
                run("browse", DESTINATION, "--json", "--url", url);
                run("destinations", "--json", "--url", url);
                run("receive", DESTINATION, "-n", "1", "--selector", "JMSPriority > 3", "--url", url);
            }
        }
    }

    private static void run(String... command) {
        Terminal nowhere = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                OutputStream.nullOutputStream(),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                Map.of(),
                null);
        int exit = Main.run(nowhere, command);
        if (exit != Exit.OK) {
            throw new IllegalStateException(String.join(" ", command) + " ended with code " + exit);
        }
    }
}
