package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.core.RedeliveryPolicies;
import dev.sluice.server.core.RedeliveryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
    @TempDir
    Path directory;

    private final Map<String, String> options = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    private ServerConfig read() {
        return ConfigReader.read(options, environment, null, directory);
    }

    private void file(String... lines) throws IOException {
        Files.writeString(directory.resolve(ConfigReader.FILE_NAME), String.join("\n", lines));
    }

    private void isRefused(String... fragments) {
        assertThatThrownBy(this::read)
                .isInstanceOf(ConfigException.class)
                .extracting(Throwable::getMessage)
                .asString()
                .contains(fragments);
    }

    @Test
    void hasDefaultsForEverything() {
        ServerConfig config = read();
        assertThat(config).isEqualTo(ServerConfig.defaults());
        assertThat(config.listener().port()).isEqualTo(7676);
        assertThat(config.listener().bind()).isEqualTo("127.0.0.1");
        assertThat(config.sessions().grace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.sessions().memory()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.access().allowAnonymousLoopback()).isTrue();
    }

    @Test
    void optionGoesBeforeEnvironmentBeforeFileBeforeDefault() throws IOException {
        file("port: 1", "connections: 1", "heartbeat: 1s");
        environment.put("SLUICE_PORT", "2");
        environment.put("SLUICE_CONNECTIONS", "2");
        options.put("port", "3");
        ServerConfig config = read();
        assertThat(config.listener().port()).isEqualTo(3);
        assertThat(config.listener().connections()).isEqualTo(2);
        assertThat(config.sessions().heartbeat()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.listener().unauthenticatedPerAddress()).isEqualTo(256);
    }

    @Test
    void theDefaultFileIsCompleteAndMeansTheDefaults() throws IOException {
        file(ConfigText.defaultFile());
        assertThat(read()).isEqualTo(ServerConfig.defaults());
        for (Settings.Entry entry : Settings.all()) {
            assertThat(ConfigText.defaultFile()).contains("\n" + entry.key() + ": ");
            assertThat(entry.setting().text()).isNotEmpty();
        }
    }

    @Test
    void redeliveryHasRulesForSomeDestinations() {
        options.put("redelivery-limit", "4");
        options.put("redelivery-delay", "1s");
        options.put("redelivery-delay-multiplier", "1.5");
        options.put(
                "redelivery-rules",
                "orders=limit:3,delay:5s; orders.*=multiplier:2 ; orders.eu.*=max:2m; a=b=limit:0;");
        RedeliveryPolicies policies = read().redelivery().policies();
        assertThat(policies.of("other")).isEqualTo(new RedeliveryPolicy(4, 1_000, 1.5, 60_000));
        assertThat(policies.of("orders")).isEqualTo(new RedeliveryPolicy(3, 5_000, 1.5, 60_000));
        assertThat(policies.of("orders.us")).isEqualTo(new RedeliveryPolicy(4, 1_000, 2, 60_000));
        assertThat(policies.of("orders.eu.1")).isEqualTo(new RedeliveryPolicy(4, 1_000, 1.5, 120_000));
        assertThat(policies.of("a=b").limit()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redelivery-rules|limit:3|has no name",
                "redelivery-rules|orders=limit:-1|not allowed",
                "redelivery-rules|orders=delay:soon|not allowed",
                "redelivery-rules|orders=tries:3|'tries:3' is none of",
                "redelivery-rules|o*s=limit:3|not at its end",
                "redelivery-rules|a=limit:3;a=limit:4|two rules",
                "redelivery-rules|a=multiplier:0.5|must be 1 to 100",
                "redelivery-delay-multiplier|0.5|must be 1 to 100",
                "redelivery-limit|-1|must be 0 to"
            })
    void wrongRedeliveryIsRefused(String key, String value, String why) {
        options.put(key, value);
        isRefused("--" + key, why);
    }

    @Test
    void theSummaryShowsEveryValueAsTheFileHasIt() {
        options.put("message-memory", "96MiB");
        options.put("grace", "1500ms");
        assertThat(ConfigText.summary(read()))
                .contains("message-memory=96MiB", "grace=1500ms", "port=7676", "session-memory=2m");
    }

    @ParameterizedTest
    @CsvSource({
        "prot, port",
        "Port, port",
        "heart-beat, heartbeat",
        "allow-anonymous, allow-anonymous-loopback",
        "storelimit, store-limit",
        "data-dir, data",
    })
    void anUnknownKeyStopsTheStartAndNamesTheNearest(String wrong, String near) throws IOException {
        file("bind: 0.0.0.0", wrong + ": 1");
        isRefused("sluice.yaml:2", "unknown key '" + wrong + "'", "Did you mean '" + near + "'?");
    }

    @Test
    void aWrongValueNamesWhereItCameFromAndWhatIsAllowed() throws IOException {
        file("# a comment", "port: 70000");
        isRefused("sluice.yaml:2", "port", "70000", "0 to 65535");
        environment.put("SLUICE_PORT", "x");
        isRefused("SLUICE_PORT", "port", "'x'", "0 to 65535");
        options.put("port", "-1");
        isRefused("--port", "-1 is not allowed", "0 to 65535");
    }

    @ParameterizedTest
    @CsvSource({
        "heartbeat, 10, 'write it like 500ms, 10s or 2m'",
        "heartbeat, 1ms, 100ms to 10m",
        "heartbeat, 11m, 100ms to 10m",
        "heartbeat, soon, 100ms to 10m",
        "grace, 0ms, 1ms to 1h",
        "grace, 2h, 1ms to 1h",
        "session-memory, 5s, shorter than grace",
        "session-memory, 25h, 1s to 24h",
        "handshake-timeout, 1ms, 100ms to 10m",
        "store-limit, 1MiB, 16MiB or more",
        "store-limit, 64MB, 'write it like 64MiB or 2GiB'",
        "store-limit, 17TiB, 0 to 16TiB",
        "store-limit, 99999999999999999TiB, 0 to 16TiB",
        "message-memory, -1, 0 to 1TiB",
        "non-persistent-memory, 2TiB, 0 to 1TiB",
        "inbox-size, 63, 64 to 1048576",
        "event-loops, 65, 0 to 64",
        "connections, 0, 1 to 1000000",
        "unauthenticated-per-address, 0, 1 to 1000000",
        "allow-anonymous-loopback, yes, true or false",
        "bind, '', the address is empty",
        "data, '', it is empty",
        "shards, -1, 0 to 64",
        "shards, 65, 0 to 64",
    })
    void everySettingHasItsRange(String key, String value, String expected) {
        options.put(key, value);
        isRefused("--" + key, expected);
    }

    @ParameterizedTest
    @CsvSource({"64MiB, 67108864", "1GiB, 1073741824", "67108864, 67108864", "64 mib, 67108864", "0, 0"})
    void bytesAreWrittenWithTheirUnit(String text, long bytes) {
        options.put("store-limit", text);
        assertThat(read().storage().storeLimitBytes()).isEqualTo(bytes);
    }

    @Test
    void whatIsNotALineOfKeyAndValueIsRefused() throws IOException {
        file("port: [1, 2]");
        isRefused("sluice.yaml:1", "takes one value");
        file("- port");
        isRefused("sluice.yaml:1", "key: value");
        file("port: 1", "bind: 0.0.0.0", "port: 2");
        isRefused("sluice.yaml:3", "set twice", "line 1");
        file("port: 1", "bind: \"0.0.0.0");
        isRefused("sluice.yaml:", "not YAML");
    }

    @Test
    void theFileIsDataAndNothingElse() throws IOException {
        file("bind: !!java.net.URL [\"http://localhost\"]");
        isRefused("not YAML", "java.net.URL");
    }

    @Test
    void anEmptyFileIsFineAndAMissingOneIsNot() throws IOException {
        file("# nothing", "");
        assertThat(read()).isEqualTo(ServerConfig.defaults());
        Path missing = directory.resolve("missing.yaml");
        assertThatThrownBy(() -> ConfigReader.read(options, environment, missing, directory))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("missing.yaml")
                .hasMessageContaining("--print-config");
    }

    @Test
    void theUsersFileIsInTheDataDirectoryUnlessNamed() {
        options.put("data", "somewhere");
        assertThat(usersFile()).isEqualTo(Path.of("somewhere/users"));
        options.put("users", "/etc/sluice/users");
        assertThat(usersFile()).isEqualTo(Path.of("/etc/sluice/users"));
    }

    private Path usersFile() {
        ServerConfig config = read();
        return config.access().usersFile(config.storage().data());
    }

    @Test
    void choosesByTheMachineWhatIsLeftOpen() {
        ServerConfig config = read();
        assertThat(config.listener().eventLoopsOf(2)).isEqualTo(1);
        assertThat(config.listener().eventLoopsOf(8)).isEqualTo(2);
        assertThat(config.listener().eventLoopsOf(64)).isEqualTo(4);
        assertThat(config.memory().messageBytesOf(512L << 20)).isEqualTo(128L << 20);
        assertThat(config.memory().transientBytesOf(512L << 20)).isEqualTo(64L << 20);
        options.put("event-loops", "3");
        options.put("message-memory", "40MiB");
        assertThat(read().listener().eventLoopsOf(64)).isEqualTo(3);
        assertThat(read().memory().messageBytesOf(1L << 40)).isEqualTo(40L << 20);
    }

    @Test
    void distancesAreThoseOfLevenshtein() {
        assertThat(Settings.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Settings.distance("", "abc")).isEqualTo(3);
        assertThat(Settings.distance("abc", "abc")).isZero();
    }
}
