package dev.sluice.server.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.core.RedeliveryPolicies;
import dev.sluice.server.core.RedeliveryPolicy;
import dev.sluice.server.log.MemoryLog;
import dev.sluice.server.store.MemoryStore;
import dev.sluice.server.store.SlabPool;
import dev.sluice.wire.BucketMap;
import dev.sluice.wire.ClientFrameWriter;
import dev.sluice.wire.RefusalCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a shard answers to its clients, turn by turn, with a clock of its own. */
final class ShardAgentTest {
    private static final long GRACE_MILLIS = 10_000;
    private static final long MEMORY_MILLIS = 120_000;
    /** Non-persistent messages that fill a good part of their memory. */
    private static final int AHEAD = 2_000;

    private static final int PART = 100;
    private static final int BODY_BYTES = 5_000;

    private final Time time = new Time();
    private final MailboxInbox inbox = new MailboxInbox(1024, 1 << 20, time, () -> {});
    private final ShardAgent agent = agent(1 << 30);

    private ShardAgent agent(long limitBytes) {
        return agent(ShardConfig.defaults("test"), limitBytes);
    }

    private ShardAgent agent(ShardConfig config, long limitBytes) {
        MemoryStore store = new MemoryStore(() -> {}, limitBytes);
        SlabPool pool = new SlabPool(2 << 20, 8 << 20);
        return new ShardAgent(config, inbox, new Shard.Resources(new MemoryLog(), store, pool), time);
    }

    /** One of two shards. */
    private static ShardConfig ofTwo(int shard) {
        ShardConfig one = ShardConfig.defaults("test");
        return new ShardConfig(
                one.graceMillis(),
                one.sessionMemoryMillis(),
                one.heartbeatMillis(),
                one.inboxCapacity(),
                one.windowCommands(),
                one.windowBytes(),
                one.memory(),
                new ShardConfig.Identity("test", 1, shard, () -> BucketMap.initial(2)),
                RedeliveryPolicies.NONE);
    }

    private static void turn(ShardAgent of) {
        int turns = 0;
        while (of.doWork() > 0 && turns < 1000) {
            turns++;
        }
    }

    private void pass(long millis) {
        time.millis += millis;
        turn(agent);
    }

    private Peer connected(long key, String clientId) {
        Peer peer = new Peer(inbox);
        peer.hello(0, key, clientId);
        turn(agent);
        assertThat(peer.take()).containsExactly("welcome resumed=0 last=0");
        return peer;
    }

    private void say(Peer peer, Runnable what) {
        what.run();
        turn(agent);
        assertThat(peer.closed).isFalse();
    }

    private static List<Consumer<ClientFrameWriter>> frames(int count, IntFunction<Consumer<ClientFrameWriter>> frame) {
        return IntStream.range(0, count).mapToObj(frame).toList();
    }

    /** A queue with the id 2 and three messages; the session of the peer is 1. */
    private Peer withMessages() {
        Peer peer = connected(1, "");
        say(peer, () -> peer.send(Peer.queue(1, "q")));
        say(peer, () -> peer.send(Peer.publish(2, 2, 10), Peer.publish(3, 2, 10), Peer.publish(4, 2, 10)));
        assertThat(peer.take()).containsExactly("created 1", "confirmed 1", "confirmed 4");
        return peer;
    }

    @Test
    void deliversOnCreditThatCameWithTheOpenInOneRead() {
        Peer peer = withMessages();

        say(peer, () -> peer.send(Peer.consume(5, 7, 2), Peer.credit(7, 1, 2)));

        assertThat(peer.take())
                .containsExactly(
                        "created 5", "confirmed 5", "deliver 7 sequence=0 count=1", "deliver 7 sequence=1 count=1");
    }

    @Test
    void takesAMessageForTheAddressThatTheCommandBeforeItNames() {
        Peer peer = withMessages();

        say(peer, () -> peer.send(Peer.queue(5, "q"), Peer.publish(6, 0, 10)));
        assertThat(peer.take()).containsExactly("created 5", "confirmed 6");

        say(peer, () -> peer.send(Peer.consume(7, 7, 2), Peer.credit(7, 1, 9)));
        assertThat(peer.take()).endsWith("deliver 7 sequence=3 count=1");
    }

    @Test
    void refusesAMessageForAnAddressThatTheCommandBeforeItMakesOrDoesNotName() {
        Peer peer = withMessages();

        say(peer, () -> peer.send(Peer.queue(5, "new"), Peer.publish(6, 0, 10)));
        assertThat(peer.take()).containsExactly("created 5", "refused 6 DESTINATION_UNKNOWN", "confirmed 6");

        say(peer, () -> peer.send(Peer.queue(7, "q"), Peer.publish(8, 2, 10), Peer.publish(9, 0, 10)));
        assertThat(peer.take()).containsExactly("created 7", "refused 9 DESTINATION_UNKNOWN", "confirmed 9");
    }

    @Test
    void answersARepeatAsTheFirstTimeAndRefusesAGap() {
        Peer peer = withMessages();

        say(peer, () -> peer.send(Peer.queue(1, "q"), Peer.publish(6, 2, 1)));

        assertThat(peer.take()).containsExactly("created 1", "refused 6 NUMBER_GAP", "confirmed 4");
    }

    @Test
    void confirmsNothingWhoseAnswerThisSocketHasYetToHear() {
        Peer peer = withMessages();
        say(peer, () -> peer.send(Peer.publish(5, 99, 1), Peer.queue(6, "other")));
        assertThat(peer.take()).contains("refused 5 DESTINATION_UNKNOWN");
        peer.hangUp();
        Peer again = new Peer(inbox);
        again.hello(peer.sessionId, 1, "");
        turn(agent);
        assertThat(again.take()).containsExactly("welcome resumed=1 last=6");

        say(again, () -> again.send(Peer.publish(4, 2, 10)));
        assertThat(again.take()).containsExactly("confirmed 4");
        say(again, () -> again.send(Peer.publish(5, 99, 1), Peer.queue(6, "other")));
        assertThat(again.take()).containsExactly("refused 5 DESTINATION_UNKNOWN", "created 6", "confirmed 6");
    }

    @Test
    void refusesAnAcknowledgementOfWhatWasGivenToOthersAfterItsConsumerWasClosed() {
        Peer peer = withMessages();
        say(peer, () -> peer.send(Peer.consume(5, 7, 2), Peer.credit(7, 1, 1)));
        peer.take();
        say(peer, () -> peer.send(Peer.acknowledge(6, 99, 0, 1)));

        assertThat(peer.take()).containsExactly("refused 6 CONSUMER_UNKNOWN", "confirmed 6");
    }

    /** It was on its way when the connection was lost, and its client was away for too long: another one is at the message by now. */
    @Test
    void refusesAnAcknowledgementOfWhatWasGivenToOthersMeanwhile() {
        Peer peer = withMessages();
        say(peer, () -> peer.send(Peer.consume(5, 7, 2), Peer.credit(7, 1, 1)));
        Peer other = connected(2, "");
        say(other, () -> other.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 5)));
        other.take();
        peer.hangUp();
        turn(agent);
        pass(GRACE_MILLIS);
        assertThat(other.take()).containsExactly("deliver 8 sequence=0 count=2");

        Peer again = new Peer(inbox);
        again.hello(peer.sessionId, 1, "");
        turn(agent);
        say(again, () -> again.send(Peer.acknowledge(6, 7, 0, 1), Peer.reattach(7, 2, 0, 1)));

        assertThat(again.take()).contains("refused 6 CONSUMER_UNKNOWN", "confirmed 6", "reattached claimed=0");
    }

    @Test
    void givesBackWhatAClosedConsumerRetained() {
        Peer peer = withMessages();
        say(peer, () -> peer.send(Peer.consume(5, 7, 2), Peer.credit(7, 1, 1)));
        Peer other = connected(2, "");
        say(other, () -> other.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 1)));
        other.take();
        say(peer, () -> peer.send(Peer.close(6, 7, 0)));
        say(other, () -> other.send(Peer.credit(8, 1, 9)));
        assertThat(other.take()).as("it is retained").containsExactly("deliver 8 sequence=2 count=1");

        say(peer, () -> peer.send(Peer.giveBack(7, 7, 0, 0)));
        assertThat(other.take()).containsExactly("deliver 8 sequence=0 count=2");
    }

    @Test
    void refusesToResumeASessionWhoseEndIsOnItsWay() {
        Peer first = connected(1, "me");
        first.hangUp();
        turn(agent);
        Peer taker = new Peer(inbox);
        taker.hello(0, 2, "me");
        Peer again = new Peer(inbox);
        again.hello(first.sessionId, 1, "me");
        turn(agent);

        assertThat(taker.take()).containsExactly("welcome resumed=0 last=0");
        assertThat(again.take()).containsExactly("refused 0 SESSION_UNKNOWN");
    }

    @Test
    void resumesASessionByItsKeyAndKeepsItsClaims() {
        Peer peer = withMessages();
        say(peer, () -> peer.send(Peer.consume(5, 7, 2), Peer.credit(7, 1, 2)));
        peer.hangUp();
        pass(GRACE_MILLIS / 2);

        Peer again = new Peer(inbox);
        again.hello(peer.sessionId, 1, "");
        turn(agent);
        say(again, () -> again.send(Peer.reattach(7, 2, 0, 1), Peer.credit(7, 2, 5)));

        assertThat(again.take())
                .containsExactly(
                        "welcome resumed=1 last=5",
                        "reattached claimed=1",
                        "deliver 7 sequence=1 count=1",
                        "deliver 7 sequence=2 count=1");
    }

    @Test
    void welcomesTheLastOfTwoThatBeginTheSameSession() {
        Peer first = new Peer(inbox);
        Peer second = new Peer(inbox);
        first.hello(0, 9, "");
        second.hello(0, 9, "");
        turn(agent);

        assertThat(first.closed).isTrue();
        say(second, () -> second.send(Peer.queue(1, "q")));
        assertThat(second.take()).containsExactly("welcome resumed=0 last=0", "created 1", "confirmed 1");
    }

    @Test
    void refusesASessionWithAnotherKeyAndOneThatIsForgotten() {
        Peer peer = withMessages();
        Peer thief = new Peer(inbox);
        thief.hello(peer.sessionId, 666, "");
        turn(agent);
        assertThat(thief.take()).containsExactly("refused 0 SESSION_UNKNOWN");

        peer.hangUp();
        turn(agent);
        pass(MEMORY_MILLIS);
        Peer late = new Peer(inbox);
        late.hello(peer.sessionId, 1, "");
        turn(agent);

        assertThat(late.take()).containsExactly("refused 0 SESSION_UNKNOWN");
        assertThat(late.closed).isTrue();
    }

    @Test
    void givesToOthersWhatAClientHeldWhoseGraceIsOver() {
        Peer peer = withMessages();
        say(peer, () -> peer.send(Peer.consume(5, 7, 2), Peer.credit(7, 1, 1)));
        Peer other = connected(2, "");
        say(other, () -> other.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 5)));
        other.take();
        peer.hangUp();
        turn(agent);

        pass(GRACE_MILLIS);
        assertThat(other.take()).containsExactly("deliver 8 sequence=0 count=2");

        Peer brief = new Peer(inbox);
        brief.hello(peer.sessionId, 1, "");
        turn(agent);
        brief.hangUp();
        Peer again = new Peer(inbox);
        again.hello(peer.sessionId, 1, "");
        turn(agent);
        say(again, () -> again.send(Peer.reattach(7, 2, 0, 1)));
        assertThat(again.take()).contains("reattached claimed=0");

        say(again, () -> again.send(Peer.reattach(7, 3, 0, 0)));
        assertThat(again.take()).as("it has heard").contains("reattached claimed=1");
    }

    @Test
    void takesOverAClientIdentifierOnlyFromOneThatIsAway() {
        Peer first = connected(1, "me");
        Peer second = new Peer(inbox);
        second.hello(0, 2, "me");
        turn(agent);
        assertThat(second.take()).containsExactly("refused 0 CLIENT_ID_IN_USE");

        first.hangUp();
        Peer third = connected(3, "");
        say(third, () -> third.send(Peer.clientId(1, "me")));

        assertThat(third.take()).containsExactly("confirmed 1");
    }

    @Test
    void countsOnceWhatAClientHadInItsHandsWhoseIdentifierOthersTakeOver() {
        Peer first = connected(1, "me");
        say(first, () -> first.send(Peer.queue(1, "q")));
        say(first, () -> first.send(Peer.publish(2, 2, 10), Peer.consume(3, 7, 2), Peer.credit(7, 1, 5)));
        first.hangUp();
        turn(agent);

        Peer second = new Peer(inbox);
        second.hello(0, 2, "me");
        new Peer(inbox).hello(0, 3, "me");
        turn(agent);
        say(second, () -> second.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 5)));

        assertThat(second.take()).contains("deliver 8 sequence=0 count=2");
    }

    @Test
    void refusesWhatTakesSpaceWhenThereIsNoneAndGoesOn() {
        ShardAgent small = agent(20_000);
        Peer peer = new Peer(inbox);
        peer.hello(0, 1, "");
        turn(small);
        peer.send(Peer.queue(1, "q"), Peer.publish(2, 2, 30_000));
        turn(small);
        time.millis += 1000;
        turn(small);
        peer.take();

        peer.send(Peer.publish(3, 2, 10), Peer.consume(4, 7, 2), Peer.credit(7, 1, 9));
        turn(small);
        peer.send(Peer.acknowledge(5, 7, 0, 1));
        turn(small);
        assertThat(peer.take()).contains("refused 3 STORAGE_FULL", "created 4", "confirmed 5");

        time.millis += 1000;
        turn(small);
        time.millis += 1000;
        turn(small);
        peer.send(Peer.publish(6, 2, 10));
        turn(small);
        assertThat(peer.take()).containsExactly("confirmed 6", "deliver 7 sequence=1 count=1");
    }

    @Test
    void movesNoDeadLettersWhileTheStoreIsBehind() {
        int messages = 60;
        ShardConfig one = ShardConfig.defaults("test");
        ShardConfig.Memory memory = new ShardConfig.Memory(64 << 20, 48 << 20, 32 << 20, 100, 256 << 10);
        RedeliveryPolicies once = new RedeliveryPolicies(new RedeliveryPolicy(1, 0, 1, 0), Map.of(), Map.of());
        ShardConfig config = new ShardConfig(
                one.graceMillis(),
                one.sessionMemoryMillis(),
                one.heartbeatMillis(),
                one.inboxCapacity(),
                one.windowCommands(),
                one.windowBytes(),
                memory,
                one.identity(),
                once);
        HeldStore store = new HeldStore();
        store.writes = true;
        MailboxInbox own = new MailboxInbox(1024, 1 << 20, time, () -> {});
        ShardAgent other = new ShardAgent(
                config, own, new Shard.Resources(new MemoryLog(), store, new SlabPool(2 << 20, 8 << 20)), time);
        Peer dying = new Peer(own);
        dying.hello(0, 1, "");
        turn(other);
        dying.send(Peer.queue(1, "q"), Peer.consume(2, 7, 2), Peer.credit(7, 1, messages));
        turn(other);
        for (int number = 3; number < 3 + messages; number++) {
            dying.send(Peer.publish(number, 2, 50_000));
            turn(other);
        }
        dying.hangUp();
        turn(other);
        time.millis += GRACE_MILLIS;
        turn(other);
        time.millis += 1_000;
        turn(other);
        store.writes = false;
        Peer reader = new Peer(own);
        reader.hello(0, 2, "");
        turn(other);
        time.millis += 1_000;
        turn(other);

        reader.send(Peer.queue(1, "DLQ.q"), Peer.consume(2, 8, 5), Peer.credit(8, 1, messages));
        turn(other);
        assertThat(reader.take()).contains("confirmed 2").noneMatch(frame -> frame.startsWith("refused"));
        reader.send(Peer.consume(3, 9, 2), Peer.credit(9, 1, messages));
        turn(other);
        long moved = delivered(reader, 8);
        assertThat(moved).isBetween(1L, messages / 2L);

        store.writes = true;
        for (int times = 0; times < messages; times++) {
            time.millis += 1_000;
            turn(other);
            moved += delivered(reader, 8);
        }
        assertThat(moved).isEqualTo(messages);
    }

    private static long delivered(Peer peer, long consumer) {
        return peer.take().stream()
                .filter(frame -> frame.startsWith("deliver " + consumer + " "))
                .count();
    }

    @Test
    void endsOnlyTheConnectionThatBreaksTheRules() {
        Peer good = withMessages();
        Peer early = new Peer(inbox);
        early.hello(0, 5, "");
        early.send(Peer.publish(1, 2, 1));
        Peer greedy = connected(6, "");
        greedy.send(Peer.acknowledge(1, 7, 0, 2_000_000));
        turn(agent);

        assertThat(early.closed).isTrue();
        assertThat(greedy.take()).containsExactly("refused 0 PROTOCOL");
        say(good, () -> good.send(Peer.publish(5, 2, 10)));
        assertThat(good.take()).containsExactly("confirmed 5");
    }

    @Test
    void creditsNonPersistentMessages() {
        Peer peer = withMessages();

        say(peer, () -> peer.send(Peer.publish(0, 2, 100), Peer.consume(5, 7, 2), Peer.credit(7, 1, 9)));

        assertThat(peer.take())
                .contains("credit")
                .filteredOn(text -> text.startsWith("deliver"))
                .hasSize(4);
    }

    @Test
    void purgesATopicWhoseSubscriptionEndsInTheSameBatch() {
        Peer peer = connected(1, "me");
        say(peer, () -> peer.send(Peer.topic(1, "t"), Peer.queue(2, "q")));
        say(peer, () -> peer.send(Peer.subscribe(3, 7, 2, "one"), Peer.subscribe(4, 8, 2, "two")));
        say(peer, () -> peer.send(frames(2000, index -> Peer.publish(5 + index, 2, 1))));
        // Each second one is left: as many runs, and the first part of the purge is large.
        say(peer, () -> peer.send(frames(1000, index -> Peer.acknowledge(2005 + index, 7, 2L * index, 1))));
        say(peer, () -> peer.send(Peer.close(3005, 7)));
        peer.take();

        List<Consumer<ClientFrameWriter>> batch = new ArrayList<>();
        batch.add(Peer.unsubscribe(3006, "one"));
        batch.addAll(frames(10, index -> Peer.publish(3007 + index, 3, (Batch.BYTES_MAX - 8_000) / 10 - 180)));
        batch.add(Peer.purge(3017, 2));
        say(peer, () -> peer.send(batch));

        assertThat(peer.take()).contains("purged 3000").endsWith("confirmed 3017");
    }

    @Test
    void sendsTheNextMessageWhenTheBodyOfOneIsCutOff() {
        Peer peer = connected(1, "");
        say(peer, () -> peer.send(Peer.queue(1, "q")));
        say(peer, () -> peer.send(Peer.chunk(2, 1, 0, 1000), Peer.chunk(3, 1, 1000, 1000), Peer.staged(4, 2, 1)));
        say(peer, () -> peer.send(Peer.publish(5, 2, 10), Peer.consume(6, 7, 2)));
        pass(1000);
        Peer other = connected(2, "");
        other.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 1));
        int work = agent.doWork();
        assertThat(other.take()).containsExactly("created 1", "confirmed 1", "deliver 8 sequence=0 count=1");

        assertThat(work).isPositive();
        other.queuedBytes = 1 << 20;
        // As of one who had it before the other and comes back.
        say(peer, () -> peer.send(Peer.acknowledge(7, 7, 0, 1)));
        assertThat(other.take()).containsExactly("chunk 8 sequence=0 offset=0");

        other.queuedBytes = 0;
        inbox.drained(other);
        turn(agent);
        assertThat(other.take()).containsExactly("deliver 8 sequence=1 count=1");
    }

    @Test
    void dropsAnUploadThatIsGivenUp() {
        Peer peer = withMessages();
        peer.send(Peer.chunk(5, 1, 0, 1000), Peer.chunk(6, 1, Long.MAX_VALUE, 0), Peer.staged(7, 2, 1));
        turn(agent);

        assertThat(peer.take()).containsExactly("refused 6 STAGE_UNKNOWN", "refused 7 STAGE_UNKNOWN", "confirmed 7");
    }

    @Test
    void stopsWhenTheLogFailedOnAThreadOfItsOwn() {
        ThreadedLog log = new ThreadedLog();
        ShardAgent durable = new ShardAgent(
                ShardConfig.defaults("test"),
                inbox,
                new Shard.Resources(log, new MemoryStore(() -> {}), new SlabPool(2 << 20, 8 << 20)),
                time);
        Peer peer = new Peer(inbox);
        peer.hello(0, 1, "");
        turn(durable);
        assertThat(peer.take()).isEmpty();

        log.failure = new IOException("sync: input/output error");

        assertThatThrownBy(durable::doWork)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the log has failed: sync: input/output error");
    }

    @Test
    void hasNoAddressThatLivesOnAnotherShard() {
        String name = "a";
        int home = BucketMap.initial(2).shardOf(name);
        ShardAgent right = agent(ofTwo(home), 1 << 30);
        Peer peer = new Peer(inbox);
        peer.hello(0, 1, "");
        turn(right);
        peer.send(Peer.queue(1, name));
        turn(right);
        assertThat(peer.take()).contains("confirmed 1");
        assertThat(peer.closed).isFalse();

        ShardAgent wrong = agent(ofTwo(1 - home), 1 << 30);
        Peer astray = new Peer(inbox);
        astray.hello(0, 2, "");
        turn(wrong);
        astray.send(Peer.queue(1, name));
        turn(wrong);
        assertThat(astray.take())
                .containsSubsequence("buckets 1 of 2", "refused 1 WRONG_SHARD")
                .doesNotContain("created 1");
        assertThat(astray.closed).isFalse();
    }

    @Test
    void tellsEveryoneWhenItStops() {
        Peer peer = withMessages();

        peer.send(Peer.publish(5, 2, 10));
        turn(agent);
        agent.farewell(RefusalCode.SHUTTING_DOWN, "");

        assertThat(peer.take()).isEqualTo(List.of("confirmed 5", "refused 0 SHUTTING_DOWN"));
        assertThat(peer.closed).isTrue();
    }

    /** Sends so many non-persistent messages to the queue 2 that a good part of their memory is in use. */
    private void sendUntilFull(Peer sender) {
        for (int part = 0; part < AHEAD; part += PART) {
            say(sender, () -> sender.send(frames(PART, index -> Peer.publish(0, 2, BODY_BYTES))));
        }
    }

    @Test
    void makesASenderWaitForThoseWhoReceive() {
        Peer sender = connected(1, "");
        say(sender, () -> sender.send(Peer.queue(1, "q")));
        Peer receiver = connected(2, "");
        say(receiver, () -> receiver.send(Peer.consume(1, 7, 2), Peer.credit(7, 1, AHEAD)));
        sendUntilFull(sender);
        sender.take();

        say(receiver, () -> receiver.send(Peer.acknowledgeTransient(7, 0, 100)));
        say(sender, () -> sender.send(Peer.publish(0, 2, 1)));
        pass(400);
        say(receiver, () -> receiver.send(Peer.acknowledgeTransient(7, 100, 100)));
        pass(400);
        assertThat(sender.take()).isEmpty();

        say(receiver, () -> receiver.send(Peer.acknowledgeTransient(7, 200, AHEAD - 1_000)));
        assertThat(sender.take()).containsExactly("credit");
    }

    @Test
    void letsASenderGoOnWhereNoOneReceivesAnyMore() {
        Peer sender = connected(1, "");
        say(sender, () -> sender.send(Peer.queue(1, "q")));
        Peer receiver = connected(2, "");
        say(receiver, () -> receiver.send(Peer.consume(1, 7, 2), Peer.credit(7, 1, AHEAD)));
        sendUntilFull(sender);
        say(receiver, () -> receiver.send(Peer.acknowledgeTransient(7, 0, 1)));
        sender.take();
        say(sender, () -> sender.send(Peer.publish(0, 2, 1)));
        assertThat(sender.take()).isEmpty();

        pass(1_000);

        assertThat(sender.take()).containsExactly("credit");
    }

    @Test
    void letsASenderGoOnWhereNoOneEverReceived() {
        Peer sender = connected(1, "");
        say(sender, () -> sender.send(Peer.queue(1, "q")));

        sendUntilFull(sender);

        assertThat(sender.take()).hasSizeGreaterThan(AHEAD / PART).endsWith("credit");
    }

    @Test
    void forgetsASenderThatLeftWhileItWaited() {
        Peer sender = connected(1, "");
        say(sender, () -> sender.send(Peer.queue(1, "q")));
        Peer receiver = connected(2, "");
        say(receiver, () -> receiver.send(Peer.consume(1, 7, 2), Peer.credit(7, 1, AHEAD)));
        sendUntilFull(sender);
        say(receiver, () -> receiver.send(Peer.acknowledgeTransient(7, 0, 1)));
        say(sender, () -> sender.send(Peer.publish(0, 2, 1)));
        pass(300);
        assertThat(agent.idleNanos()).isLessThanOrEqualTo(50_000_000);

        sender.hangUp();
        turn(agent);

        assertThat(agent.idleNanos()).isGreaterThan(50_000_000);
    }
}
