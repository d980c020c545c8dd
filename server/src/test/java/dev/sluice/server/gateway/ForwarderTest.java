package dev.sluice.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.RefusalCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    /** Of looking for a leader, and one more attempt to connect. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** Takes connections until its queue is full; from then on it is silent, as one behind a cut network is. */
    private static List<Socket> fill(ServerSocket deaf) throws IOException {
        List<Socket> queued = new ArrayList<>();
        while (true) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(deaf.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException full) {
                return queued;
            }
        }
    }

    @Test
    void tellsTheClientToTryElsewhereWhenTheLeaderIsNotReached() throws IOException {
        EventLoops loops = EventLoops.forNetwork(1, 1, false);
        GatewayConfig config = new GatewayConfig(10, 10, Duration.ofSeconds(10), Duration.ofSeconds(10), true);
        InetAddress here = InetAddress.getLoopbackAddress();
        List<Socket> queued = List.of();
        try (ServerSocket deaf = new ServerSocket(0, 1, here)) {
            queued = fill(deaf);
            Routes routes = shard -> Routes.Route.to((InetSocketAddress) deaf.getLocalSocketAddress());
            Gateway gateway = Gateway.start(
                    config,
                    loops,
                    new Gateway.Shards(List.of(new RecordingInbox()), routes, loops),
                    (user, password) -> false);
            int port = ((InetSocketAddress) gateway.listen(new InetSocketAddress(here, 0))).getPort();
            try (RawClient client = new RawClient(port)) {
                long begun = System.nanoTime();
                client.send(RawClient.hello("", ""));
                assertThat(client.refusal().code()).isEqualTo(RefusalCode.SHUTTING_DOWN);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
            } finally {
                gateway.close();
            }
        } finally {
            for (Socket socket : queued) {
                socket.close();
            }
            loops.close();
        }
    }
}
