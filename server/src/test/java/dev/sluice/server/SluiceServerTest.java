package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.EmbeddedServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Path;
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
