package dev.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.server.ServerConfig;
import dev.sluice.server.SluiceServer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody at the command line sees that a server has several shards. */
class SeveralShardsTest {
    private static final int SHARDS = 4;
    private static final List<String> QUEUES =
            IntStream.range(0, 16).mapToObj(number -> "queue." + number).toList();

    @TempDir
    private Path directory;

    private SluiceServer start() {
        return SluiceServer.start(ServerConfig.defaults()
                .withData(directory.resolve("data"))
                .withPort(0)
                .withShards(SHARDS));
    }

    private static CommandRun command(SluiceServer server) {
        return new CommandRun().with("SLUICE_URL", "sluice://localhost:" + server.port());
    }

    @CanIgnoreReturnValue
    private static List<String> ok(SluiceServer server, String... arguments) {
        CommandRun run = command(server).run(arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isEqualTo(Exit.OK);
        return run.lines();
    }

    @Test
    void whatWasSentToAnyQueueIsListedPurgedBrowsedAndReceivedAfterARestart() {
        try (SluiceServer server = start()) {
            for (String queue : QUEUES) {
                ok(server, "send", queue, "-m", "to " + queue);
            }
        }
        try (SluiceServer server = start()) {
            assertThat(ok(server, "destinations", "--json"))
                    .hasSize(QUEUES.size())
                    .allMatch(line -> line.contains("\"messages\":1,"));
            for (String queue : QUEUES) {
                assertThat(ok(server, "destinations", queue, "--json"))
                        .singleElement()
                        .asString()
                        .contains("\"" + queue + "\"");
                assertThat(ok(server, "browse", queue)).containsExactly("to " + queue);
                assertThat(ok(server, "receive", queue, "-n", "1")).containsExactly("to " + queue);
                ok(server, "send", queue, "-m", "again");
                assertThat(command(server).run("purge", queue, "--yes").exit()).isEqualTo(Exit.OK);
            }
            assertThat(ok(server, "destinations", "--json")).allMatch(line -> line.contains("\"messages\":0,"));
        }
    }
}
