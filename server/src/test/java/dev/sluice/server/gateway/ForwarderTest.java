package dev.sluice.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.shard.Inbox;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.MembersDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.RedirectDecoder;
import dev.sluice.wire.codec.WelcomeDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    private static final long CLUSTER = 42;

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

    /** Two servers: the first checks who comes, the second serves the shard and knows no password. */
    private static final class Two implements AutoCloseable {
        private static final GatewayConfig CONFIG =
                new GatewayConfig(10, 10, Duration.ofSeconds(10), Duration.ofSeconds(10), true);

        private final Set<Inbox.Greeting> vouched = ConcurrentHashMap.newKeySet();
        private final EventLoops loops = EventLoops.forNetwork(1, 1, false);
        private final Gateway leader = gateway(new LeaderRoutes(), (user, password) -> false);
        private final InetSocketAddress leaderAddress = listen(leader);
        private final Gateway first =
                gateway(new FirstRoutes(), (user, password) -> user.equals("ann") && password.equals("secret"));
        private final InetSocketAddress address = listen(first);
        private final boolean tells;

        Two(boolean tells) {
            this.tells = tells;
        }

        private Gateway gateway(Routes routes, PasswordCheck passwords) {
            return Gateway.start(
                    CONFIG, loops, new Gateway.Shards(List.of(new RecordingInbox()), routes, loops), passwords);
        }

        private static InetSocketAddress listen(Gateway gateway) {
            try {
                return (InetSocketAddress) gateway.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private final class LeaderRoutes implements Routes {
            @Override
            public Route of(int shard) {
                return Route.HERE;
            }

            @Override
            public String members() {
                return "one:1,two:2";
            }

            @Override
            public boolean isVouchedFor(Inbox.Greeting greeting) {
                return vouched.remove(greeting);
            }
        }

        private final class FirstRoutes implements Routes {
            @Override
            public Route of(int shard) {
                return Route.to(leaderAddress);
            }

            @Override
            public long clusterId() {
                return CLUSTER;
            }

            @Override
            public void vouch(int shard, Inbox.Greeting greeting, Consumer<Boolean> done) {
                if (tells) {
                    vouched.add(greeting);
                }
                done.accept(tells);
            }
        }

        @Override
        public void close() {
            first.close();
            leader.close();
            loops.close();
        }
    }

    @Test
    void aClientThatOneServerHasCheckedIsNotCheckedByTheNext() throws IOException {
        try (Two two = new Two(true);
                RawClient client = new RawClient(two.address.getPort())) {
            client.send(RawClient.hello("ann", "secret"));
            assertThat(RawClient.template(client.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    @Test
    void aClientIsSentToTheServerThatLeadsWhichDoesNotCheckItAgain() throws IOException {
        byte[] hello = RawClient.goingHello("ann", "secret", "");
        try (Two two = new Two(true)) {
            try (RawClient client = new RawClient(two.address.getPort())) {
                client.send(hello);
                assertThat(redirect(client.read())).isEqualTo(text(two.leaderAddress));
                assertThat(client.read()).as("the end").isNull();
            }
            try (RawClient client = new RawClient(two.leaderAddress.getPort())) {
                client.send(hello);
                assertThat(RawClient.template(client.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
                assertThat(members(client.read())).isEqualTo("one:1,two:2");
            }
        }
    }

    @Test
    void aClientThatDidNotReachTheServerThatLeadsIsPassedOn() throws IOException {
        try (Two two = new Two(true);
                RawClient client = new RawClient(two.address.getPort())) {
            client.send(RawClient.goingHello("ann", "secret", text(two.leaderAddress)));
            assertThat(RawClient.template(client.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
        }
    }

    @Test
    void aClientThatDidNotReachAnotherServerIsSentOn() throws IOException {
        try (Two two = new Two(true);
                RawClient client = new RawClient(two.address.getPort())) {
            client.send(RawClient.goingHello("ann", "secret", "gone:7676"));
            assertThat(redirect(client.read())).isEqualTo(text(two.leaderAddress));
        }
    }

    @Test
    void nobodyIsSentAnywhereWithoutItsPassword() throws IOException {
        try (Two two = new Two(true);
                RawClient client = new RawClient(two.address.getPort())) {
            client.send(RawClient.goingHello("ann", "guess", ""));
            assertThat(client.refusal().code()).isEqualTo(RefusalCode.AUTHENTICATION);
        }
    }

    private static String redirect(byte[] frame) {
        assertThat(RawClient.template(frame)).isEqualTo(RedirectDecoder.TEMPLATE_ID);
        RedirectDecoder redirect =
                new RedirectDecoder().wrapAndApplyHeader(new UnsafeBuffer(frame), 0, new MessageHeaderDecoder());
        assertThat(redirect.clusterId()).isEqualTo(CLUSTER);
        byte[] server = new byte[redirect.serverLength()];
        var unused = redirect.getServer(server, 0, server.length);
        return new String(server, StandardCharsets.UTF_8);
    }

    private static String members(byte[] frame) {
        assertThat(RawClient.template(frame)).isEqualTo(MembersDecoder.TEMPLATE_ID);
        MembersDecoder members =
                new MembersDecoder().wrapAndApplyHeader(new UnsafeBuffer(frame), 0, new MessageHeaderDecoder());
        byte[] servers = new byte[members.serversLength()];
        var unused = members.getServers(servers, 0, servers.length);
        return new String(servers, StandardCharsets.UTF_8);
    }

    @Test
    void aClientForWhichNobodyVouchesIsCheckedAgain() throws IOException {
        try (Two two = new Two(false);
                RawClient client = new RawClient(two.address.getPort())) {
            client.send(RawClient.hello("ann", "secret"));
            assertThat(client.refusal().code()).isEqualTo(RefusalCode.AUTHENTICATION);
        }
    }

    @Test
    void nobodyVouchesForAClientWithAWrongPassword() throws IOException {
        try (Two two = new Two(true);
                RawClient client = new RawClient(two.address.getPort())) {
            client.send(RawClient.hello("ann", "guess"));
            assertThat(client.refusal().code()).isEqualTo(RefusalCode.AUTHENTICATION);
            assertThat(two.vouched).isEmpty();
        }
    }
}
