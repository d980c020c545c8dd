package dev.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said when leadership cannot be changed; what happens when it can is shown with real members, by RollingRestartIT. */
class LeadershipCommandTest {
    private static final String SOMEWHERE = "a=h:1,b=h:2,c=h:3";

    private static CommandRun run(String members, String... arguments) {
        return new CommandRun().with("SLUICE_CLUSTER", members).run(arguments);
    }

    @Test
    void whatIsMissingOrUnknownIsWrongUsage() {
        CommandRun unknown = run(SOMEWHERE, "cluster", "transfer", "--shard", "0", "--to", "d");
        assertThat(unknown.exit()).isEqualTo(Exit.USAGE);
        assertThat(unknown.err()).contains("there is no member 'd'; the members are a, b, c");
        assertThat(run(SOMEWHERE, "cluster", "drain", "d").err()).contains("no member 'd'");
        assertThat(run(SOMEWHERE, "cluster", "transfer", "--to", "a").exit()).isEqualTo(Exit.USAGE);
        assertThat(run("a=h:1,b=h:2", "cluster", "balance").exit()).isEqualTo(Exit.USAGE);
    }

    @Test
    void withoutAMajorityNothingIsChanged() throws IOException {
        String members =
                "a=127.0.0.1:1:" + unusedPort() + ",b=127.0.0.1:2:" + unusedPort() + ",c=127.0.0.1:3:" + unusedPort();
        for (List<String> command : List.of(
                List.of("cluster", "transfer", "--shard", "0", "--to", "a"),
                List.of("cluster", "balance"),
                List.of("cluster", "drain", "b"))) {
            CommandRun run = run(members, command.toArray(String[]::new));
            assertThat(run.exit()).isEqualTo(Exit.FAILURE);
            assertThat(run.err()).contains("only 0 of 3 members answer, and that is no majority; away: a (");
            assertThat(run.out()).isEmpty();
        }
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
