package dev.sluice.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.server.shard.Outlet;
import dev.sluice.testing.Seeded;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.ServerHeartbeatDecoder;
import dev.sluice.wire.codec.WelcomeDecoder;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayTest {
    private static final GatewayConfig DEFAULTS =
            new GatewayConfig(1_000, 1_000, Duration.ofSeconds(10), Duration.ofSeconds(10), true);

    private final RecordingInbox inbox = new RecordingInbox();
    private final RecordingInbox other = new RecordingInbox();
    private final EventLoops loops = EventLoops.forNetwork(1, 1, false);
    private Gateway gateway = Gateway.start(DEFAULTS, loops, List.of(inbox, other), (user, password) -> false);
    private int port;

    @AfterEach
    void closeGateway() {
        gateway.close();
        loops.close();
    }

    private RawClient client() throws IOException {
        if (port == 0) {
            port = ((InetSocketAddress) gateway.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                    .getPort();
        }
        return new RawClient(port);
    }

    private void restartWith(GatewayConfig config, PasswordCheck passwords) {
        gateway.close();
        gateway = Gateway.start(config, loops, List.of(inbox, other), passwords);
        port = 0;
    }

    private RawClient welcomed() throws IOException {
        RawClient client = client();
        client.send(RawClient.hello("", ""));
        assertThat(RawClient.template(client.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
        return client;
    }

    private static byte[] heartbeat() {
        return RawClient.frame(writer ->
                writer.end(writer.clientHeartbeat().confirmedThrough(0).limit()));
    }

    @Test
    void welcomesAnAnonymousClientOfThisMachine() throws IOException {
        try (RawClient client = welcomed()) {
            assertThat(inbox.greetings).singleElement().satisfies(greeting -> {
                assertThat(greeting.keyLow()).isEqualTo(2);
                assertThat(greeting.client()).isEqualTo("raw");
                assertThat(greeting.user()).isEmpty();
            });
            client.send(heartbeat());
            await().until(() -> inbox.bytes.value() == heartbeat().length);
        }
        await().until(() -> inbox.closed.size() == 1);
        assertThat(inbox.closed).isEqualTo(inbox.outlets);
    }

    @Test
    void takesAHelloAndCommandsThatComeInPiecesAndTogether() throws IOException {
        byte[] hello = RawClient.hello("", "");
        byte[] all = Arrays.copyOf(hello, hello.length + 2 * heartbeat().length);
        System.arraycopy(heartbeat(), 0, all, hello.length, heartbeat().length);
        System.arraycopy(heartbeat(), 0, all, hello.length + heartbeat().length, heartbeat().length);
        try (RawClient whole = client();
                RawClient pieces = client()) {
            whole.send(all);
            await().until(() -> inbox.bytes.value() == 2L * heartbeat().length);
            for (byte one : all) {
                pieces.send(new byte[] {one});
            }
            await().until(() -> inbox.bytes.value() == 4L * heartbeat().length);
        }
    }

    @Test
    void refusesAnonymousClientsWhenThatIsOff() throws IOException {
        restartWith(
                new GatewayConfig(10, 10, Duration.ofSeconds(10), Duration.ofSeconds(10), false),
                (user, password) -> false);
        try (RawClient client = client()) {
            client.send(RawClient.hello("", ""));
            assertThat(client.refusal().code()).isEqualTo(RefusalCode.AUTHENTICATION);
        }
        assertThat(inbox.greetings).isEmpty();
    }

    @Test
    void refusesWrongCredentialsAlsoFromThisMachine() throws IOException {
        restartWith(DEFAULTS, (user, password) -> user.equals("ann") && password.equals("secret"));
        try (RawClient wrong = client();
                RawClient right = client();
                RawClient nameless = client()) {
            wrong.send(RawClient.hello("ann", "guess"));
            assertThat(wrong.refusal().code()).isEqualTo(RefusalCode.AUTHENTICATION);
            nameless.send(RawClient.hello("", "secret"));
            assertThat(nameless.refusal().code()).isEqualTo(RefusalCode.AUTHENTICATION);
            right.send(RawClient.hello("ann", "secret"));
            assertThat(RawClient.template(right.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
        }
        assertThat(inbox.greetings)
                .singleElement()
                .satisfies(greeting -> assertThat(greeting.user()).isEqualTo("ann"));
    }

    @Test
    void aPasswordCheckThatHangsStopsNoOneElse() throws IOException {
        java.util.concurrent.CountDownLatch hang = new java.util.concurrent.CountDownLatch(1);
        restartWith(DEFAULTS, (user, password) -> {
            try {
                hang.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        try (RawClient slow = client()) {
            slow.send(RawClient.hello("ann", "secret"));
            try (RawClient quick = welcomed()) {
                quick.send(heartbeat());
                await().until(() -> inbox.reads.value() == 1);
            }
            hang.countDown();
            assertThat(RawClient.template(slow.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
        }
    }

    @Test
    void refusesAVersionAndANamespaceItDoesNotHave() throws IOException {
        try (RawClient old = client();
                RawClient tenant = client()) {
            old.send(RawClient.hello(0, "", "", "", 0));
            assertThat(old.refusal()).satisfies(refusal -> {
                assertThat(refusal.code()).isEqualTo(RefusalCode.VERSION);
                assertThat(refusal.limit()).isEqualTo(1);
            });
            tenant.send(RawClient.hello(1, "acme", "", "", 0));
            assertThat(tenant.refusal()).satisfies(refusal -> {
                assertThat(refusal.code()).isEqualTo(RefusalCode.NAMESPACE);
                assertThat(refusal.text()).contains("acme");
            });
        }
    }

    @Test
    void bringsEachClientToTheShardItAsksFor() throws IOException {
        try (RawClient first = client();
                RawClient second = client()) {
            first.send(RawClient.helloTo(0));
            assertThat(RawClient.template(first.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
            second.send(RawClient.helloTo(1));
            assertThat(RawClient.template(second.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
            assertThat(inbox.greetings).hasSize(1);
            assertThat(other.greetings).hasSize(1);
            second.send(heartbeat());
            await().until(() -> other.bytes.value() == heartbeat().length);
            assertThat(inbox.bytes.value()).isZero();
        }
        await().until(() -> other.closed.size() == 1);
        assertThat(other.closed).isEqualTo(other.outlets);
    }

    @Test
    void refusesAShardItDoesNotHave() throws IOException {
        for (int shard : new int[] {2, 65_535}) {
            try (RawClient lost = client()) {
                lost.send(RawClient.helloTo(shard));
                assertThat(lost.refusal()).satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.LIMIT);
                    assertThat(refusal.limit()).isEqualTo(1);
                    assertThat(refusal.actual()).isEqualTo(shard);
                    assertThat(refusal.text()).contains("no shard " + shard);
                });
            }
        }
        assertThat(inbox.greetings).isEmpty();
    }

    @Test
    void namesLimitAndValueOfAFrameThatIsTooLong() throws IOException {
        try (RawClient stranger = client();
                RawClient known = welcomed()) {
            stranger.send(length(Wire.HELLO_FRAME_BYTES_MAX + 1));
            assertThat(stranger.refusal()).satisfies(refusal -> {
                assertThat(refusal.code()).isEqualTo(RefusalCode.PROTOCOL);
                assertThat(refusal.text()).contains("8192").contains("8193");
            });
            known.send(length(Wire.FRAME_BYTES_MAX + 1));
            assertThat(known.refusal().text())
                    .contains(Integer.toString(Wire.FRAME_BYTES_MAX))
                    .contains(Integer.toString(Wire.FRAME_BYTES_MAX + 1));
        }
    }

    private static byte[] length(int bytes) {
        return new byte[] {(byte) bytes, (byte) (bytes >>> 8), (byte) (bytes >>> 16), (byte) (bytes >>> 24)};
    }

    @Test
    void takesOneHelloAndNothingElseFirst() throws IOException {
        try (RawClient hasty = client();
                RawClient twice = welcomed()) {
            hasty.send(heartbeat());
            assertThat(hasty.refusal().text()).contains("Hello");
            twice.send(RawClient.hello("", ""));
            assertThat(twice.refusal().text()).contains("Hello");
        }
    }

    @Test
    void closesAConnectionThatSaysNothing() throws IOException {
        restartWith(
                new GatewayConfig(10, 10, Duration.ofMillis(100), Duration.ofSeconds(10), true),
                (user, password) -> false);
        try (RawClient silent = client()) {
            assertThat(silent.refusal().text()).contains("handshake-timeout");
        }
    }

    @Test
    void saysThatItIsBusyWhenAPasswordIsNotCheckedInTime() throws IOException {
        CountDownLatch refused = new CountDownLatch(1);
        restartWith(
                new GatewayConfig(10, 10, Duration.ofMillis(100), Duration.ofSeconds(10), true), (user, password) -> {
                    try {
                        return refused.await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        return false;
                    }
                });
        try (RawClient client = client()) {
            client.send(RawClient.hello("ann", "secret"));
            assertThat(client.refusal().text()).contains("password was not checked", "busy");
        } finally {
            refused.countDown();
        }
    }

    @Test
    void beatsAndClosesAClientThatDoesNot() throws IOException {
        restartWith(
                new GatewayConfig(10, 10, Duration.ofSeconds(10), Duration.ofMillis(60), true),
                (user, password) -> false);
        try (RawClient client = welcomed()) {
            byte[] beat = client.read();
            assertThat(RawClient.template(beat)).isEqualTo(ServerHeartbeatDecoder.TEMPLATE_ID);
            assertThat(client.refusal().text()).contains("silent for 180 ms");
        }
        await().until(() -> inbox.closed.size() == 1);
    }

    @Test
    void holdsBackAClientWhileTheInboxIsFull() throws IOException {
        try (RawClient client = welcomed();
                RawClient late = client()) {
            inbox.full(true);
            client.send(heartbeat());
            late.send(RawClient.hello("", ""));
            await().until(() -> inbox.refusals.value() == 2);
            client.send(heartbeat());
            assertThat(inbox.reads.value()).isZero();
            inbox.full(false);
            inbox.outlets.get(0).inboxHasRoom();
            await().until(() -> inbox.bytes.value() == 2L * heartbeat().length);
            assertThat(inbox.greetings).hasSize(1);
        }
    }

    @Test
    void countsWhatASlowClientHasNotTakenAndSaysWhenItHas() throws IOException {
        try (RawClient client = welcomed()) {
            Outlet outlet = inbox.outlets.get(0);
            // More than the kernel buffers on both sides take.
            int frames = 384;
            for (int written = 0; written < frames; written++) {
                outlet.write(zeros(outlet, 64 * 1024));
            }
            assertThat(outlet.queuedBytes()).isGreaterThan(ChannelOutlet.HIGH_WATER_BYTES);
            int before = inbox.drained.size();
            for (int read = 0; read < frames; read++) {
                assertThat(client.read()).hasSize(64 * 1024 - Wire.LENGTH_BYTES);
            }
            await().until(() -> inbox.drained.size() > before);
            await().until(() -> outlet.queuedBytes() == 0);
        }
    }

    private static ByteBuf zeros(Outlet outlet, int bytes) {
        return outlet.allocate(bytes).writeIntLE(bytes - Wire.LENGTH_BYTES).writeZero(bytes - Wire.LENGTH_BYTES);
    }

    @Test
    void cutsAClientThatReadsNothing() throws IOException {
        try (RawClient client = welcomed()) {
            Outlet outlet = inbox.outlets.get(0);
            for (long sent = 0; sent < ChannelOutlet.UNREAD_BYTES_MAX + (32 << 20); sent += 1 << 20) {
                outlet.write(zeros(outlet, 1 << 20));
            }
            await().until(() -> inbox.closed.size() == 1);
            await().until(() -> outlet.queuedBytes() == 0);
            assertThatThrownBy(() -> {
                        while (client.read() != null) {
                            client.send(heartbeat());
                        }
                        throw new IOException("ended");
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void writesEverythingBeforeItClosesAsTheShardAsked() throws IOException {
        try (RawClient client = welcomed()) {
            Outlet outlet = inbox.outlets.get(0);
            for (int index = 0; index < 100; index++) {
                outlet.write(zeros(outlet, 1000));
            }
            outlet.close();
            for (int index = 0; index < 100; index++) {
                assertThat(client.read()).hasSize(996);
            }
            assertThat(client.read()).isNull();
        }
    }

    @Test
    void limitsConnectionsAndTellsTheOneTooMany() throws IOException {
        restartWith(
                new GatewayConfig(2, 10, Duration.ofSeconds(10), Duration.ofSeconds(10), true),
                (user, password) -> false);
        try (RawClient first = welcomed();
                RawClient second = welcomed()) {
            try (RawClient third = client()) {
                assertThat(third.refusal()).satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.LIMIT);
                    assertThat(refusal.limit()).isEqualTo(2);
                });
            }
            first.hangUp();
            await().until(() -> gateway.connections() == 1);
            try (RawClient fourth = welcomed()) {
                fourth.send(heartbeat());
            }
            second.send(heartbeat());
        }
    }

    @Test
    void limitsStrangersOfOneAddress() throws IOException {
        restartWith(
                new GatewayConfig(100, 2, Duration.ofSeconds(10), Duration.ofSeconds(10), true),
                (user, password) -> false);
        try (RawClient known = welcomed();
                RawClient first = client();
                RawClient second = client()) {
            await().until(() -> gateway.connections() == 3);
            try (RawClient third = client()) {
                assertThat(third.refusal().text()).contains("unauthenticated-per-address: 2");
            }
            first.send(RawClient.hello("", ""));
            assertThat(RawClient.template(first.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
            try (RawClient fourth = client()) {
                fourth.send(RawClient.hello("", ""));
                assertThat(RawClient.template(fourth.read())).isEqualTo(WelcomeDecoder.TEMPLATE_ID);
            }
            known.send(heartbeat());
            second.send(RawClient.hello("", ""));
        }
    }

    @Test
    void tellsClientsWhenItCloses() throws IOException {
        try (RawClient client = welcomed()) {
            Thread closer = new Thread(gateway::close);
            closer.start();
            assertThat(client.refusal().code()).isEqualTo(RefusalCode.SHUTTING_DOWN);
        }
    }

    @Test
    void saysThatAPortIsTaken() throws IOException {
        try (RawClient client = welcomed()) {
            assertThatThrownBy(() -> gateway.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
            client.send(heartbeat());
        }
    }

    @Seeded(runs = 150)
    void rubbishHarmsNoOneElse(SplittableRandom random) throws IOException {
        try (RawClient healthy = welcomed()) {
            long before = inbox.bytes.value();
            try (RawClient rude = client()) {
                boolean known = random.nextBoolean();
                if (known) {
                    rude.send(RawClient.hello("", ""));
                    assertThat(rude.read()).isNotNull();
                }
                rude.send(rubbish(random, known ? heartbeat() : RawClient.hello("", "")));
            } catch (SocketException e) {
                // The gateway was quicker: it has closed already.
                assertThat(e).hasMessageNotContaining("timed out");
            }
            healthy.send(heartbeat());
            await().until(() -> inbox.bytes.value() >= before + heartbeat().length);
        }
    }

    /** Nonsense, or something well made with a few bytes changed, cut off somewhere. */
    private static byte[] rubbish(SplittableRandom random, byte[] wellMade) {
        byte[] bytes;
        if (random.nextInt(3) == 0) {
            bytes = new byte[random.nextInt(1, 20_000)];
            random.nextBytes(bytes);
        } else {
            bytes = wellMade.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
        }
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }
}
