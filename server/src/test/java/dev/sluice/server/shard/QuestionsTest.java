package dev.sluice.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import dev.sluice.server.log.MemoryLog;
import dev.sluice.server.store.SlabPool;
import dev.sluice.wire.BucketMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a client hears that nothing more comes to a consumer for now. */
final class QuestionsTest {
    private static final int SHARD = 1;
    /** Of the shard, as clients number them. */
    private static final long SEVEN = (long) SHARD << 48 | 7;

    private static final String NAME = IntStream.range(0, 100)
            .mapToObj(number -> "q" + number)
            .filter(name -> BucketMap.initial(SHARD + 1).shardOf(name) == SHARD)
            .findFirst()
            .orElseThrow();

    private final Clock time = new Clock() {
        @Override
        public long nanoTime() {
            return wallMillis() * 1_000_000;
        }

        @Override
        public long wallMillis() {
            return millis;
        }
    };
    private final MailboxInbox inbox = new MailboxInbox(1024, 1 << 20, time, () -> {});
    private final HeldStore store = new HeldStore();
    private final MemoryLog log = new MemoryLog();
    private long millis = 1_000_000;
    private ShardAgent agent = agent();

    private ShardAgent agent() {
        SlabPool pool = new SlabPool(2 << 20, 8 << 20);
        ShardConfig one = ShardConfig.defaults("test");
        ShardConfig config = new ShardConfig(
                one.graceMillis(),
                one.sessionMemoryMillis(),
                one.heartbeatMillis(),
                one.inboxCapacity(),
                one.windowCommands(),
                one.windowBytes(),
                one.memory(),
                new ShardConfig.Identity("test", 1, SHARD, () -> BucketMap.initial(SHARD + 1)),
                one.policies());
        return new ShardAgent(config, inbox, new Shard.Resources(log, store, pool), time);
    }

    private void turn() {
        int turns = 0;
        while (agent.doWork() > 0 && turns < 1000) {
            turns++;
        }
    }

    /** Its session is the first or the second. */
    private Peer connected(long key) {
        Peer peer = new Peer(inbox);
        peer.hello(0, key, "");
        turn();
        assertThat(peer.take()).containsExactly("welcome resumed=0 last=0");
        return peer;
    }

    /** A server that was started again, with a message in its store. */
    private void restarted() {
        store.writes = true;
        Peer before = connected(1);
        before.send(Peer.queue(1, NAME), Peer.publish(2, 2, 10));
        turn();
        millis += 1_000;
        turn();
        before.hangUp();
        turn();
        agent = agent();
    }

    @Test
    void waitsForWhatTheStoreHasToRead() {
        restarted();
        store.reads = false;
        Peer peer = connected(2);

        peer.send(Peer.consume(1, SEVEN, 2), Peer.credit(SEVEN, 1, 1), Peer.ask(9, SEVEN));
        turn();
        assertThat(peer.take()).containsExactly("created 1", "confirmed 1");

        store.reads = true;
        turn();
        assertThat(peer.take()).containsExactly("deliver " + SEVEN + " sequence=0 count=1", "browse-end 9");
    }

    @Test
    void comesAtOnceWhenNothingMayBeSent() {
        Peer peer = connected(1);
        peer.send(Peer.queue(1, NAME), Peer.consume(2, SEVEN, 2), Peer.credit(SEVEN, 1, 1));
        turn();
        peer.take();

        peer.send(Peer.ask(9, SEVEN), Peer.ask(10, 99));
        turn();

        assertThat(peer.take()).containsExactly("browse-end 9", "browse-end 10");
    }

    @Test
    void isBehindWhatIsSentInTheSameTurn() {
        Peer peer = connected(1);
        peer.send(Peer.queue(1, NAME), Peer.publish(2, 2, 10), Peer.consume(3, SEVEN, 2));
        turn();
        peer.take();

        peer.send(Peer.credit(SEVEN, 1, 1), Peer.ask(9, SEVEN));
        turn();

        assertThat(peer.take()).containsExactly("deliver " + SEVEN + " sequence=0 count=1", "browse-end 9");
    }

    @Test
    void comesForEachWhoAsksAndGoesWithTheConnection() {
        restarted();
        store.reads = false;
        Peer peer = connected(2);
        peer.send(Peer.consume(1, SEVEN, 2), Peer.credit(SEVEN, 1, 1), Peer.ask(9, SEVEN), Peer.ask(10, SEVEN));
        turn();
        assertThat(peer.take()).contains("browse-end 9").doesNotContain("browse-end 10");

        peer.hangUp();
        turn();
        store.reads = true;
        turn();

        assertThat(peer.take()).isEmpty();
    }
}
