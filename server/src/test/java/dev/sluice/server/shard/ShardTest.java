package dev.sluice.server.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.base.Clock;
import dev.sluice.server.log.MemoryLog;
import dev.sluice.server.store.MemoryStore;
import dev.sluice.server.store.SlabPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A shard on a thread begins and ends as a whole, whatever fails. */
final class ShardTest {
    private final DefaultEventExecutor thread = new DefaultEventExecutor();
    private final HeldStore full = new HeldStore();
    private final AtomicBoolean failed = new AtomicBoolean();
    /** Hurries when {@link #hurry} is set: each look is a second later. */
    private final AtomicLong looks = new AtomicLong();

    private final AtomicBoolean hurry = new AtomicBoolean();

    private final Clock clock = new Clock() {
        @Override
        public long nanoTime() {
            long looked = hurry.get() ? looks.incrementAndGet() : looks.get();
            return System.nanoTime() + TimeUnit.SECONDS.toNanos(looked);
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    private Shard start(Shard.Resources resources) {
        Shard shard =
                Shard.begin(ShardConfig.defaults("test"), thread, wake -> resources, clock, () -> failed.set(true));
        shard.awaitStarted();
        return shard;
    }

    private static void stop(Shard shard) {
        shard.stop();
        shard.awaitStopped();
    }

    private static SlabPool pool() {
        return new SlabPool(2 << 20, 8 << 20);
    }

    @AfterEach
    void endTheThread() {
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void stopsThoughTheDiskOfTheStoreIsFull() {
        ThreadedLog log = new ThreadedLog();
        log.durable = true;
        Shard shard = start(new Shard.Resources(log, full, pool()));
        Peer peer = new Peer(shard.inbox());
        peer.hello(0, 1, "");
        await().until(() -> peer.heard.contains("welcome resumed=0 last=0"));

        hurry.set(true);
        stop(shard);

        assertThat(full.closed).isTrue();
        assertThat(log.closed).isTrue();
        assertThat(shard.failure()).isNull();
        assertThat(failed).isFalse();
    }

    @Test
    void tellsClientsBeforeTheLastCommit() {
        Shard shard = start(new Shard.Resources(new MemoryLog(), full, pool()));
        AtomicBoolean openWhenTold = new AtomicBoolean();
        // What an outlet on the same loop does when it is to write.
        Peer peer = new Peer(shard.inbox(), () -> thread.execute(() -> openWhenTold.set(!full.closed)));
        peer.hello(0, 1, "");
        await().until(() -> peer.heard.contains("welcome resumed=0 last=0"));

        hurry.set(true);
        stop(shard);

        assertThat(peer.closed).isTrue();
        assertThat(openWhenTold).isTrue();
    }

    @Test
    void closesLogAndStoreWhenItCannotStart() {
        ThreadedLog damaged = new ThreadedLog();
        damaged.failure = new IOException("batch 7 is damaged");

        assertThatThrownBy(() -> start(new Shard.Resources(damaged, full, pool())))
                .hasMessageContaining("batch 7 is damaged");

        assertThat(damaged.closed).isTrue();
        assertThat(full.closed).isTrue();
    }

    @Test
    void closesLogAndStoreWhenItFails() {
        ThreadedLog log = new ThreadedLog();
        Shard shard = start(new Shard.Resources(log, full, pool()));
        log.failure = new IOException("sync: input/output error");
        new Peer(shard.inbox()).hello(0, 1, "");

        await().untilTrue(failed);

        assertThat(shard.failure()).hasMessageContaining("input/output error");
        assertThat(log.closed).isTrue();
        assertThat(full.closed).isTrue();
        stop(shard);
    }

    @Test
    void releasesWhatComesAfterItsEnd() {
        Shard shard = start(new Shard.Resources(new MemoryLog(), new MemoryStore(() -> {}), pool()));
        stop(shard);
        ByteBuf late = Unpooled.directBuffer().writeInt(0);

        assertThat(shard.inbox().frames(new Peer(shard.inbox()), late)).isTrue();

        await().until(() -> late.refCnt() == 0);
    }
}
