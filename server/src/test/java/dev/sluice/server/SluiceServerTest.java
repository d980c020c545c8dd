package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.EmbeddedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SluiceServerTest {
    @TempDir
    Path directory;

    private ServerConfig config() {
        return ServerConfig.defaults().withData(directory.resolve("data")).withPort(0);
    }

    @Test
    void acceptsConnectionsUntilItIsStopped() throws IOException {
        SluiceServer server = SluiceServer.start(config());
        int port = server.port();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(socket.isConnected()).isTrue();
        } finally {
            server.stop();
        }
        assertThat(server.failure()).isNull();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(IOException.class);
    }

    @Test
    void startsAgainOnTheSameDirectory() {
        for (int round = 0; round < 3; round++) {
            try (SluiceServer server = SluiceServer.start(config())) {
                assertThat(server.port()).isPositive();
            }
        }
    }

    @Test
    void refusesADirectoryThatIsInUse() {
        try (SluiceServer server = SluiceServer.start(config())) {
            assertThatThrownBy(() -> SluiceServer.start(config()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use by another server in this JVM")
                    .hasMessageContaining(directory.toString());
            assertThat(server.failure()).isNull();
        }
    }

    @Test
    void saysWhichPortIsTakenAndLeavesTheDirectoryFree() {
        try (SluiceServer server = SluiceServer.start(config())) {
            ServerConfig second = ServerConfig.defaults()
                    .withData(directory.resolve("second"))
                    .withPort(server.port());
            assertThatThrownBy(() -> SluiceServer.start(second))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(Integer.toString(server.port()))
                    .hasMessageContaining("--port");
            SluiceServer.start(second.withPort(0)).stop();
        }
    }

    @Test
    void keepsEachShardInADirectoryOfItsOwn() {
        try (SluiceServer server = SluiceServer.start(config().withShards(3))) {
            assertThat(server.shards()).isEqualTo(3);
        }
        for (int shard = 0; shard < 3; shard++) {
            assertThat(directory.resolve("data/shard-" + shard + "/log")).isNotEmptyDirectory();
            assertThat(directory.resolve("data/shard-" + shard + "/store")).isNotEmptyDirectory();
        }
        assertThat(directory.resolve("data/shard-3")).doesNotExist();
        try (SluiceServer again = SluiceServer.start(config())) {
            assertThat(again.shards()).isEqualTo(3);
        }
        assertThatThrownBy(() -> SluiceServer.start(config().withShards(1)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("has 3 shards")
                .hasMessageContaining("to have 1");
        try (SluiceServer after = SluiceServer.start(config().withShards(3))) {
            assertThat(after.failure()).isNull();
        }
    }

    @Test
    void stopsTheOtherShardsWhenOneCannotStart() throws IOException {
        SluiceServer.start(config().withShards(2)).stop();
        Path log = directory.resolve("data/shard-1/log");
        try (var files = Files.list(log)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(log);
        Files.writeString(log, "this is no directory");

        assertThatThrownBy(() -> SluiceServer.start(config())).isInstanceOf(StartException.class);

        Files.delete(log);
        try (SluiceServer server = SluiceServer.start(config())) {
            assertThat(server.failure()).isNull();
        }
    }

    @Test
    void refusesShardsThatWouldGetTooLittleOfTheStore() {
        ServerConfig small = ConfigReader.read(
                Map.of(
                        "store-limit",
                        "64MiB",
                        "shards",
                        "8",
                        "data",
                        config().storage().data().toString()),
                Map.of(),
                null,
                directory);
        assertThatThrownBy(() -> SluiceServer.start(small.withPort(0)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("store-limit")
                .hasMessageContaining("8 shards");
    }

    @Test
    void startsAServerInThisJvmWithTheShardsThatAreAskedFor() {
        EmbeddedServers servers =
                ServiceLoader.load(EmbeddedServers.class).findFirst().orElseThrow();
        SocketAddress divided = servers.inMemory("divided", 4);
        assertThat(servers.inMemory("divided")).isEqualTo(divided);
        assertThat(servers.inMemory("divided", 4)).isEqualTo(divided);
        assertThatThrownBy(() -> servers.inMemory("divided", 2))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("with 4 shards")
                .hasMessageContaining("asks for 2");
        servers.stop(divided);

        String data = directory.resolve("embedded").toString();
        servers.stop(servers.durable(data, 2));
        assertThatThrownBy(() -> servers.durable(data, 4))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("has 2 shards");
        servers.stop(servers.durable(data));
    }

    @Test
    void sharesAnEmbeddedServerByItsRealPath() {
        EmbeddedServers servers =
                ServiceLoader.load(EmbeddedServers.class).findFirst().orElseThrow();
        String plain = directory.resolve("embedded").toString();
        String roundabout = directory.resolve("elsewhere/../embedded").toString();
        assertThat(directory.resolve("elsewhere").toFile().mkdir()).isTrue();
        SocketAddress first = servers.durable(plain);
        assertThat(servers.durable(roundabout)).isEqualTo(first);
        servers.stop(first);
        SocketAddress anew = servers.durable(plain);
        assertThat(anew).isNotEqualTo(first);
        servers.stop(anew);
    }

    @Test
    void sharesAServerInMemoryByItsName() {
        EmbeddedServers servers =
                ServiceLoader.load(EmbeddedServers.class).findFirst().orElseThrow();
        SocketAddress one = servers.inMemory("one");
        SocketAddress other = servers.inMemory("other");
        assertThat(servers.inMemory("one")).isEqualTo(one).isNotEqualTo(other);
        servers.stop(one);
        servers.stop(other);
    }
}
