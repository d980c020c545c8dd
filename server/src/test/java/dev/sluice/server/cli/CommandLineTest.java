package dev.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.ConfigText;
import dev.sluice.server.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @TempDir
    Path directory;

    private static CommandRun run(String... arguments) {
        return new CommandRun().run(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "send", "receive", "browse", "destinations", "purge", "users", "completion"})
    void everyCommandExplainsItselfWithExamples(String command) {
        CommandRun help = run(command, "--help");
        assertThat(help.exit()).isEqualTo(Exit.OK);
        assertThat(help.out())
                .contains("Usage: sluice " + command)
                .contains("Example")
                .contains("sluice " + command);
    }

    @Test
    void theHelpOfTheServerHasEverySetting() {
        String help = run("server", "--help").out();
        for (Settings.Entry entry : Settings.all()) {
            assertThat(help).contains("--" + entry.key() + "=");
        }
    }

    @Test
    void noCommandAndUnknownOnesAreWrongUsage() {
        assertThat(run().exit()).isEqualTo(Exit.USAGE);
        assertThat(run("sent").exit()).isEqualTo(Exit.USAGE);
        assertThat(run("sent").err()).contains("send");
        assertThat(run("send").exit()).isEqualTo(Exit.USAGE);
        assertThat(run("send", "--wrong", "orders").exit()).isEqualTo(Exit.USAGE);
    }

    @Test
    void printsVersionAndCompletion() {
        assertThat(run("version").out()).startsWith("Sluice ").contains("Java ");
        assertThat(run("completion").out()).contains("complete -F").contains("destinations");
    }

    @Test
    void printsTheDefaultConfiguration() {
        assertThat(run("server", "--print-config").out()).isEqualTo(ConfigText.defaultFile());
    }

    @Test
    void aWrongConfigurationIsWrongUsageAndStartsNothing() throws IOException {
        Path file = directory.resolve("mine.yaml");
        Files.writeString(file, "data: " + directory.resolve("data") + "\nprot: 7677\n");
        CommandRun named = run("server", "--config", file.toString());
        assertThat(named.exit()).isEqualTo(Exit.USAGE);
        assertThat(named.err()).contains("mine.yaml:2", "unknown key 'prot'", "'port'");
        CommandRun byEnvironment =
                new CommandRun().with("SLUICE_CONFIG", file.toString()).run("server");
        assertThat(byEnvironment.err()).contains("mine.yaml:2");
        CommandRun option = run("server", "--port", "70000");
        assertThat(option.exit()).isEqualTo(Exit.USAGE);
        assertThat(option.err()).contains("--port", "70000", "0 to 65535");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void wrongValuesOfClientCommandsNameWhatIsAllowed() {
        assertThat(run("send", "orders", "--ttl", "10", "-m", "x").err()).contains("'10' is not a time", "10s");
        assertThat(run("send", "orders", "--priority", "11", "-m", "x").err()).contains("0 to 9");
        assertThat(run("send", "orders", "-p", "novalue", "-m", "x").err()).contains("name=value");
        assertThat(run("send", "orders", "-p", "n:int=x", "-m", "x").err()).contains("'x' is not of type int");
        assertThat(run("send", "orders", "-p", "n:byte=1", "-m", "x").err()).contains("string, int, long");
        assertThat(run("receive", "orders", "-n", "0").err()).contains("at least 1");
        assertThat(run("receive", "orders", "--durable", "d").err()).contains("--topic");
        assertThat(run("receive", "t", "--topic", "--durable", "d").err()).contains("--client-id");
        assertThat(run("receive", "t", "--topic", "--durable", "d", "--shared", "s")
                        .exit())
                .isEqualTo(Exit.USAGE);
        assertThat(run("destinations", "--url", "http://x").err()).contains("sluice://HOST:7676");
        assertThat(run("send", "orders", "-m", "x", "--url", "http://x").exit()).isEqualTo(Exit.USAGE);
        assertThat(run("send", "orders", "-m", "x", "--user", "ann").err()).contains("SLUICE_PASSWORD");
    }

    @Test
    void managesUsersWithoutAServer() {
        String data = directory.resolve("data").toString();
        assertThat(new CommandRun()
                        .input("secret\n")
                        .run("users", "add", "ann", "--password-stdin", "--data", data)
                        .exit())
                .isEqualTo(Exit.OK);
        assertThat(run("users", "list", "--data", data).lines()).containsExactly("ann");
        CommandRun again = new CommandRun()
                .with("SLUICE_DATA", data)
                .input("secret\n")
                .run("users", "add", "ann", "--password-stdin");
        assertThat(again.exit()).isEqualTo(Exit.FAILURE);
        assertThat(again.err()).contains("passwd ann");
        assertThat(run("users", "passwd", "ann", "--data", data).err()).contains("--password-stdin");
        assertThat(run("users", "passwd", "ann", "--data", data, "new").exit()).isEqualTo(Exit.USAGE);
        assertThat(run("users", "remove", "ann", "--data", data).exit()).isEqualTo(Exit.OK);
        assertThat(run("users", "remove", "ann", "--data", data).exit()).isEqualTo(Exit.FAILURE);
        assertThat(run("users", "list", "--data", data).lines()).isEmpty();
    }

    @Test
    void aServerThatIsNotThereIsAFailureWithAReason() {
        CommandRun run = run("send", "orders", "-m", "x", "--url", "sluice://localhost:1");
        assertThat(run.exit()).isEqualTo(Exit.FAILURE);
        assertThat(run.err()).startsWith("sluice: ").contains("localhost:1").doesNotContain("\tat ");
    }
}
