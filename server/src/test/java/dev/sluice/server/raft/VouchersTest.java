package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.junit.jupiter.api.Test;

/** What members say of clients that they pass on. */
class VouchersTest {
    private static final Vouchers.Voucher ANN = new Vouchers.Voucher(1, 2, "ann");

    private long nanos;
    private final Vouchers vouchers = new Vouchers(new Clock() {
        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    });

    @Test
    void isGoodOnceForTheOneItWasGivenFor() {
        vouchers.received(ANN);
        assertThat(vouchers.take(new Vouchers.Voucher(1, 2, "bob"))).isFalse();
        assertThat(vouchers.take(new Vouchers.Voucher(1, 3, "ann"))).isFalse();
        assertThat(vouchers.take(ANN)).isTrue();
        assertThat(vouchers.take(ANN)).isFalse();
    }

    @Test
    void isGoodForTenSeconds() {
        vouchers.received(ANN);
        nanos = TimeUnit.SECONDS.toNanos(10);
        assertThat(vouchers.take(ANN)).isFalse();
    }

    @Test
    void keepsNoMoreThanALimit() {
        for (int key = 0; key < 50_000; key++) {
            vouchers.received(new Vouchers.Voucher(key, 0, ""));
        }
        assertThat(vouchers.take(new Vouchers.Voucher(49_999, 0, ""))).isFalse();
        nanos = TimeUnit.SECONDS.toNanos(11);
        vouchers.received(ANN);
        assertThat(vouchers.take(ANN)).isTrue();
    }

    @Test
    void reachesTheOtherMemberBeforeItIsSaidToBeDone() throws IOException, InterruptedException {
        Vouchers there = new Vouchers(Clock.SYSTEM);
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(MemberCalls.service((kind, call, answer) -> {
                    assertThat(kind).isEqualTo(MemberCalls.VOUCH);
                    there.received(Vouchers.Voucher.read(call));
                }))
                .build()
                .start();
        try (Vouchers here = new Vouchers(Clock.SYSTEM)) {
            BlockingQueue<Boolean> heard = new LinkedBlockingQueue<>();
            here.send("127.0.0.1:" + server.getPort(), ANN, heard::add);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isTrue();
            assertThat(there.take(ANN)).isTrue();
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void saysSoWhenNobodyAnswers() throws InterruptedException {
        try (Vouchers here = new Vouchers(Clock.SYSTEM)) {
            BlockingQueue<Boolean> heard = new LinkedBlockingQueue<>();
            here.send("127.0.0.1:1", ANN, heard::add);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isFalse();
        }
    }
}
