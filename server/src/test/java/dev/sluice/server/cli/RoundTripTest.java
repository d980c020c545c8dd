package dev.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.server.ServerConfig;
import dev.sluice.server.SluiceServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against a real server over TCP, each test on destinations of its own. */
class RoundTripTest {
    @TempDir
    static Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init") // before all tests
    private static SluiceServer server;

    @BeforeAll
    static void startServer() {
        server = SluiceServer.start(
                ServerConfig.defaults().withData(directory.resolve("data")).withPort(0));
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    private static CommandRun command() {
        return new CommandRun().with("SLUICE_URL", "sluice://localhost:" + server.port());
    }

    @CanIgnoreReturnValue
    private static CommandRun ok(CommandRun run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isEqualTo(Exit.OK);
        return run;
    }

    @Test
    void linesOfTheInputComeOutInOrder() {
        String lines = IntStream.range(0, 2_000).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        ok(command().input(lines).run("send", "lines"));
        assertThat(ok(command().run("browse", "lines")).lines()).hasSize(2_000);
        assertThat(ok(command().run("receive", "lines", "-n", "2000")).out()).isEqualTo(lines + "\n");
        CommandRun empty = command().run("receive", "lines", "--timeout", "50ms");
        assertThat(empty.exit()).isEqualTo(Exit.NOTHING);
        assertThat(empty.out()).isEmpty();
    }

    @Test
    void headersAndPropertiesArriveAndSelect() {
        ok(command().run("send", "typed", "-m", "old", "-p", "year:int=1999", "-p", "kind=invoice"));
        ok(command().run("send", "typed", "-m", "new", "-p", "year:int=2026", "--type", "T", "--priority", "9"));
        CommandRun selected = ok(command().run("receive", "typed", "-n", "1", "--json", "--selector", "year > 2000"));
        assertThat(selected.lines())
                .singleElement()
                .asString()
                .contains("\"body\":\"new\"", "\"year\":2026", "\"type\":\"T\"", "\"priority\":9", "queue:typed");
        assertThat(ok(command().run("receive", "typed", "-n", "1")).lines()).containsExactly("old");
    }

    @Test
    void aWrongSelectorIsAFailureThatSaysWhere() {
        CommandRun run = command().run("receive", "typed", "--selector", "year >");
        assertThat(run.exit()).isEqualTo(Exit.FAILURE);
        assertThat(run.err()).startsWith("sluice: ");
    }

    @Test
    void filesTravelAsTextAndAsBytes() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "two\nlines ä");
        byte[] random = new byte[3 << 20];
        new Random(1).nextBytes(random);
        Path binary = Files.write(directory.resolve("binary"), random);
        ok(command().run("send", "files", "-f", text.toString()));
        assertThat(ok(command().run("receive", "files", "-n", "1")).out()).isEqualTo("two\nlines ä\n");
        ok(command().run("send", "files", "--bytes", "-f", binary.toString()));
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        assertThat(command()
                        .output(out)
                        .run("receive", "files", "-n", "1", "--timeout", "20s")
                        .exit())
                .isEqualTo(Exit.OK);
        assertThat(Arrays.copyOf(out.toByteArray(), random.length)).isEqualTo(random);
    }

    @Test
    void inputThatIsNotTextIsRefusedAndNotMangled() {
        CommandRun run =
                command().input(new byte[] {'a', '\n', (byte) 0xFF, '\n'}).run("send", "mangled");
        assertThat(run.exit()).isEqualTo(Exit.FAILURE);
        assertThat(run.err()).contains("not UTF-8", "--bytes");
    }

    @Test
    void whatTheOutputDidNotGetStaysInTheQueue() {
        ok(command().run("send", "pipe", "-m", "kept"));
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        CommandRun run = command().output(broken).run("receive", "pipe", "-n", "1");
        assertThat(run.exit()).isEqualTo(Exit.BROKEN_PIPE);
        assertThat(run.err()).isEmpty();
        assertThat(ok(command().run("receive", "pipe", "-n", "1")).lines()).containsExactly("kept");
    }

    @Test
    void durableSubscriptionsKeepWhatIsPublishedMeanwhile() {
        String[] receive = {
            "receive", "--topic", "prices", "--durable", "daily", "--client-id", "report", "--timeout", "50ms"
        };
        assertThat(command().run(receive).exit()).isEqualTo(Exit.NOTHING);
        ok(command().run("send", "--topic", "prices", "-m", "42"));
        assertThat(ok(command().run(receive)).lines()).containsExactly("42");
    }

    @Test
    void destinationsAreListedAndPurged() {
        ok(command().run("send", "list.one", "-m", "a", "-m", "b"));
        ok(command().run("send", "list.two", "-m", "c", "--delay", "1h"));
        CommandRun table = ok(command().run("destinations", "list.*"));
        assertThat(table.lines()).hasSize(3);
        assertThat(table.lines().get(0)).startsWith("NAME").contains("MESSAGES", "DELAYED", "IN/s");
        assertThat(table.lines().get(1)).matches("list\\.one +queue +2 +0 +0 +0 .*");
        assertThat(table.lines().get(2)).matches("list\\.two +queue +1 +0 +1 +0 .*");
        assertThat(ok(command().run("destinations", "list.one", "--json")).out())
                .contains("\"name\":\"list.one\"", "\"messages\":2", "\"kind\":\"queue\"");
        CommandRun asking = command().run("purge", "list.one");
        assertThat(asking.exit()).isEqualTo(Exit.USAGE);
        assertThat(asking.err()).contains("--yes", "2 messages");
        CommandRun purged = command().run("purge", "list.one", "--yes");
        assertThat(purged.exit()).isEqualTo(Exit.OK);
        assertThat(purged.err()).contains("2 messages removed");
        assertThat(command().run("receive", "list.one", "--timeout", "50ms").exit())
                .isEqualTo(Exit.NOTHING);
        CommandRun missing = command().run("purge", "list.none", "--yes");
        assertThat(missing.exit()).isEqualTo(Exit.FAILURE);
        assertThat(missing.err()).contains("there is no queue list.none");
    }

    @Test
    void usersAreAskedForTheirPasswordAlsoOnThisMachine() {
        ok(new CommandRun()
                .input("guest\n")
                .run(
                        "users",
                        "add",
                        "guest",
                        "--password-stdin",
                        "--data",
                        directory.resolve("data").toString()));
        ok(command().with("SLUICE_PASSWORD", "guest").run("send", "users", "-m", "x", "--user", "guest"));
        CommandRun wrong = command()
                .with("SLUICE_USER", "invalid")
                .with("SLUICE_PASSWORD", "invalid")
                .run("send", "users", "-m", "x");
        assertThat(wrong.exit()).isEqualTo(Exit.FAILURE);
        assertThat(wrong.err()).contains("user or password are wrong");
        assertThat(wrong.err().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(200);
    }

    @Test
    void aDataDirectoryIsUsedWithoutAServer() {
        String url = "sluice:embedded:" + directory.resolve("own");
        ok(new CommandRun().run("send", "orders", "-m", "inside", "--url", url));
        assertThat(ok(new CommandRun().run("destinations", "--url", url)).lines())
                .hasSize(2);
        assertThat(ok(new CommandRun().run("receive", "orders", "-n", "1", "--url", url))
                        .lines())
                .containsExactly("inside");
    }
}
