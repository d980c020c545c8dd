package dev.sluice.tck;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.server.ServerConfig;
import dev.sluice.server.SluiceServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A process of servers on the network, one at a time: a line with a directory stops the one that runs, starts one there on a free
 * port, and is answered with the port. An empty line stops the last.
 */
final class EmptyServers {
    private EmptyServers() {}

    public static void main(String[] unused) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        @Nullable SluiceServer server = null;
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            if (server != null) {
                server.stop();
            }
            server = line.isEmpty()
                    ? null
                    : SluiceServer.start(
                            ServerConfig.defaults().withData(Path.of(line)).withPort(0));
            answers.println(server == null ? 0 : server.port());
        }
        Runtime.getRuntime().halt(0);
    }
}
