package dev.sluice.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.log.MemoryLog;
import dev.sluice.server.store.MemoryStore;
import dev.sluice.server.store.SlabPool;
import dev.sluice.wire.RefusalCode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Acknowledgements that no client waits for: they go to the log with something else, or some time later. */
final class UnawaitedAcknowledgementsTest {
    private static final long WAIT_MILLIS = TimeUnit.NANOSECONDS.toMillis(Unawaited.WAIT_NANOS_MAX);

    private final Time time = new Time();
    private final MailboxInbox inbox = new MailboxInbox(1024, 1 << 20, time, () -> {});
    private final ShardAgent agent = new ShardAgent(
            ShardConfig.defaults("test"),
            inbox,
            new Shard.Resources(new MemoryLog(), new MemoryStore(() -> {}, 1 << 30), new SlabPool(2 << 20, 8 << 20)),
            time);
    private final Peer receiver = new Peer(inbox);
    private final Peer sender = new Peer(inbox);

    private void turn() {
        int turns = 0;
        while (agent.doWork() > 0) {
            assertThat(++turns).isLessThan(100);
        }
    }

    /** The queue is the address 2; the receiver's consumer 7 has had one of its three messages. */
    @BeforeEach
    void oneOfThreeIsDelivered() {
        receiver.hello(0, 1, "");
        turn();
        receiver.send(Peer.queue(1, "q"), Peer.publish(2, 2, 10), Peer.publish(3, 2, 10), Peer.publish(4, 2, 10));
        turn();
        receiver.send(Peer.consume(5, 7, 2), Peer.credit(7, 1, 1));
        turn();
        assertThat(receiver.take()).endsWith("confirmed 5", "deliver 7 sequence=0 count=1");
        sender.hello(0, 2, "");
        turn();
        assertThat(sender.take()).hasSize(1);
    }

    private long idleMillis() {
        return TimeUnit.NANOSECONDS.toMillis(agent.idleNanos());
    }

    @Test
    void oneAloneWaitsForSomeTime() {
        receiver.send(Peer.unawaited(6, 7, 0));
        turn();
        assertThat(receiver.take()).isEmpty();
        assertThat(idleMillis()).isEqualTo(WAIT_MILLIS);

        time.millis += WAIT_MILLIS;
        turn();
        assertThat(receiver.take()).containsExactly("confirmed 6");
    }

    @Test
    void theNextOneDoesNotSinceThatWasInVain() {
        receiver.send(Peer.unawaited(6, 7, 0));
        turn();
        time.millis += WAIT_MILLIS;
        turn();
        receiver.send(Peer.credit(7, 1, 2));
        turn();
        assertThat(receiver.take()).containsExactly("confirmed 6", "deliver 7 sequence=1 count=1");

        receiver.send(Peer.unawaited(7, 7, 1));
        turn();
        assertThat(receiver.take()).containsExactly("confirmed 7");
    }

    @Test
    void oneThatIsAwaitedDoesNot() {
        receiver.send(Peer.acknowledge(6, 7, 0, 1));
        turn();
        assertThat(receiver.take()).containsExactly("confirmed 6");
    }

    @Test
    void itGoesWithWhatAnyoneWaitsFor() {
        receiver.send(Peer.unawaited(6, 7, 0));
        turn();
        sender.send(Peer.publish(1, 2, 10));
        turn();
        assertThat(receiver.take()).containsExactly("confirmed 6");
        assertThat(sender.take()).endsWith("confirmed 1");
    }

    @Test
    void oneOfAConsumerThatHoldsMoreDoesNotWait() {
        receiver.send(Peer.credit(7, 1, 2));
        turn();
        receiver.take();
        receiver.send(Peer.unawaited(6, 7, 0));
        turn();
        assertThat(receiver.take()).containsExactly("confirmed 6");
    }

    @Test
    void itWaitsNoMoreWhenItsConsumerGetsTheNext() {
        receiver.send(Peer.unawaited(6, 7, 0));
        turn();
        receiver.send(Peer.credit(7, 1, 2));
        turn();
        assertThat(receiver.take()).containsExactly("deliver 7 sequence=1 count=1", "confirmed 6");
    }

    @Test
    void whoBrowsesDoesNotSeeWhatIsAcknowledged() {
        receiver.send(Peer.unawaited(6, 7, 0));
        turn();
        sender.send(Peer.browse(9, 2, 10));
        turn();
        assertThat(receiver.take()).containsExactly("confirmed 6");
        assertThat(sender.take()).first().asString().startsWith("browsed 9 sequence=1");
    }

    @Test
    void whatAClosedConsumerAcknowledgedIsConfirmedWithTheClose() {
        receiver.send(Peer.unawaited(6, 7, 0));
        turn();
        receiver.send(Peer.close(7, 7));
        turn();
        assertThat(receiver.take()).containsExactly("confirmed 7");
    }

    @Test
    void itIsLoggedWhenTheServerStops() {
        receiver.send(Peer.unawaited(6, 7, 0));
        turn();
        agent.farewell(RefusalCode.SHUTTING_DOWN, "test");
        assertThat(receiver.take()).first().isEqualTo("confirmed 6");
    }
}
