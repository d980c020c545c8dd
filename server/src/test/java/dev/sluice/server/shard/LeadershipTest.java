package dev.sluice.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.log.BatchLog;
import dev.sluice.server.store.MemoryStore;
import dev.sluice.server.store.SlabPool;
import org.junit.jupiter.api.Test;

/** A shard whose leadership comes and goes; and two of them over one history. */
class LeadershipTest {
    private static final long GRACE_MILLIS = 10_000;

    /** Two heartbeats of the defaults. */
    private static final long UNHEARD_MILLIS = 10_000;

    private final Time time = new Time();
    private final Server one = new Server();
    private final Server other = new Server();

    private final class Server {
        final MailboxInbox inbox = new MailboxInbox(1024, 1 << 20, time, () -> {});
        final ScriptedLog log = new ScriptedLog();
        final SlabPool pool = new SlabPool(2 << 20, 8 << 20);
        final ShardAgent agent = new ShardAgent(
                ShardConfig.defaults("test"), inbox, new Shard.Resources(log, new MemoryStore(() -> {}), pool), time);

        void turn() {
            int turns = 0;
            while (agent.doWork() > 0 && turns < 1000) {
                turns++;
            }
        }

        /** Turns with all that is proposed being committed, here and at {@code follower}. */
        void turnAndCommit(Server follower) {
            turn();
            while (!log.proposed.isEmpty()) {
                log.commit();
                follower.log.commit(log.committed.getLast());
                turn();
            }
            follower.turn();
        }

        void lead(long term) {
            log.leadership = term;
            turn();
        }

        void follow() {
            log.leadership = BatchLog.FOLLOWS;
            turn();
        }
    }

    private Peer connected(Server server, long key) {
        Peer peer = new Peer(server.inbox);
        peer.hello(0, key, "");
        server.turnAndCommit(other(server));
        assertThat(peer.take()).containsExactly("welcome resumed=0 last=0");
        return peer;
    }

    private Server other(Server server) {
        return server == one ? other : one;
    }

    private void say(Server server, Peer peer, Runnable what) {
        what.run();
        server.turnAndCommit(other(server));
        assertThat(peer.closed).isFalse();
    }

    @Test
    void whoDoesNotLeadSendsClientsAway() {
        one.turn();
        assertThat(one.inbox.isServing()).isFalse();
        Peer peer = new Peer(one.inbox);
        peer.hello(0, 1, "");
        one.turn();

        assertThat(peer.take()).containsExactly("refused 0 SHUTTING_DOWN");
        assertThat(peer.closed).isTrue();
    }

    @Test
    void confirmsNothingBeforeItIsCommitted() {
        one.lead(1);
        assertThat(one.inbox.isServing()).isTrue();
        Peer peer = connected(one, 1);
        peer.send(Peer.queue(1, "q"));
        one.turn();
        assertThat(peer.take()).isEmpty();

        one.turnAndCommit(other);
        assertThat(peer.take()).containsExactly("created 1", "confirmed 1");
    }

    /** A browser has the acknowledgement logged that waits, and with that what was under way before is applied. */
    @Test
    void whatIsBrowsedMayHaveBeenDeletedMeanwhile() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q"), Peer.queue(2, "gone")));
        say(one, peer, () -> peer.send(Peer.publish(3, 2, 10), Peer.consume(4, 7, 2)));
        say(one, peer, () -> peer.send(Peer.credit(7, 1, 1)));
        assertThat(peer.take()).endsWith("deliver 7 sequence=0 count=1");
        peer.send(to -> to.end(to.deleteAddress().number(5).addressId(3).limit()));
        one.turn();
        peer.send(Peer.unawaited(6, 7, 0));
        one.turn();
        assertThat(one.log.proposed).as("only the deletion").hasSize(1);

        one.log.commit();
        peer.send(Peer.browse(9, 3, 1));
        one.turn();
        assertThat(one.log.proposed).as("the acknowledgement").hasSize(1);
        assertThat(peer.take()).contains("confirmed 5", "browse-end 9");
    }

    @Test
    void aLeaderThatIsNoneAnyMoreTellsItsClientsAndConfirmsNothing() {
        one.lead(1);
        Peer peer = connected(one, 1);
        peer.send(Peer.queue(1, "q"));
        one.turn();
        one.follow();

        assertThat(peer.take()).containsExactly("refused 0 SHUTTING_DOWN");
        assertThat(peer.closed).isTrue();
        assertThat(one.inbox.isServing()).isFalse();
    }

    @Test
    void aBatchThatWasGivenUpAndCommittedAllTheSameIsAppliedOnce() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q")));
        peer.send(Peer.publish(2, 2, 10));
        one.turn();
        ScriptedLog.Batch last = one.log.proposed.getFirst();
        one.follow();
        one.log.commit(last);
        other.log.commit(last);
        one.turn();
        other.lead(2);

        Peer again = new Peer(other.inbox);
        again.hello(peer.sessionId, 1, "");
        other.turnAndCommit(one);
        assertThat(again.take()).containsExactly("welcome resumed=1 last=2");
        say(other, again, () -> again.send(Peer.publish(2, 2, 10), Peer.consume(3, 7, 2), Peer.credit(7, 1, 10)));
        assertThat(again.take())
                .containsExactly("confirmed 2", "created 3", "confirmed 3", "deliver 7 sequence=0 count=1");
    }

    @Test
    void whoComesAgainIsToldOfAllThatItSentBefore() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q")));
        peer.send(Peer.publish(2, 2, 10));
        one.turn();
        peer.hangUp();
        Peer again = new Peer(one.inbox);
        again.hello(peer.sessionId, 1, "");
        one.turn();
        assertThat(again.take()).as("others may lead since").isEmpty();

        one.turnAndCommit(other);
        assertThat(again.take()).containsExactly("welcome resumed=1 last=2");
        say(one, again, () -> again.send(Peer.publish(2, 2, 10)));
        assertThat(again.take()).containsExactly("confirmed 2");
    }

    /** It was stopped, another one led, and it has not heard of that yet. */
    @Test
    void aLeaderThatWakesDeniesNoSession() {
        one.lead(1);
        one.turn();
        other.lead(2);
        Peer peer = new Peer(other.inbox);
        peer.hello(0, 1, "");
        other.turn();
        other.log.commit();
        other.turn();
        other.log.commit();
        other.turn();
        assertThat(peer.take()).containsExactly("welcome resumed=0 last=0");

        Peer asks = new Peer(one.inbox);
        asks.hello(peer.sessionId, 1, "");
        one.turn();
        assertThat(asks.take()).isEmpty();
        one.follow();
        assertThat(asks.take()).containsExactly("refused 0 SHUTTING_DOWN");
    }

    @Test
    void aLeaderThatWakesListsNoTransactions() {
        one.lead(1);
        Peer peer = connected(one, 1);
        peer.send(to -> to.end(to.listTransactions()
                .requestId(5)
                .inDoubt((short) 1)
                .parts((short) 0)
                .limit()));
        one.turn();
        assertThat(peer.take()).isEmpty();

        one.turnAndCommit(other);
        assertThat(peer.take()).containsExactly("list-end 5");
    }

    @Test
    void whoHangsUpBeforeItIsGreetedIsAway() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q"), Peer.publish(2, 2, 10)));
        say(one, peer, () -> peer.send(Peer.consume(3, 7, 2), Peer.credit(7, 1, 1)));
        peer.hangUp();
        Peer again = new Peer(one.inbox);
        again.hello(peer.sessionId, 1, "");
        one.turn();
        again.hangUp();
        one.turnAndCommit(other);
        assertThat(again.take()).isEmpty();

        // Its message goes to others when its time is over.
        Peer second = connected(one, 2);
        say(one, second, () -> second.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 1)));
        time.millis += GRACE_MILLIS + UNHEARD_MILLIS + 1_000;
        one.turnAndCommit(other);
        assertThat(second.take()).contains("deliver 8 sequence=0 count=2");
    }

    @Test
    void whoWaitsToBeGreetedIsNotAway() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.clientId(1, "me"), Peer.queue(2, "q"), Peer.publish(3, 2, 10)));
        say(one, peer, () -> peer.send(Peer.consume(4, 7, 2), Peer.credit(7, 1, 1)));
        assertThat(peer.take()).endsWith("deliver 7 sequence=0 count=1");
        Peer second = connected(one, 2);
        say(one, second, () -> second.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 1)));
        second.take();
        peer.hangUp();
        one.turnAndCommit(other);
        time.millis += GRACE_MILLIS + UNHEARD_MILLIS - 1_000;

        Peer again = new Peer(one.inbox);
        again.hello(peer.sessionId, 1, "");
        second.send(Peer.clientId(2, "me"));
        one.turn();
        time.millis += 2_000;
        one.turnAndCommit(other);
        assertThat(again.take()).containsExactly("welcome resumed=1 last=4");
        assertThat(second.take())
                .as("neither its name nor what it holds")
                .containsExactly("refused 2 CLIENT_ID_IN_USE", "confirmed 2");
    }

    @Test
    void aHelloThatWasGivenUpTakesNothingFromTheNextOne() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.clientId(1, "me")));
        peer.hangUp();
        Peer second = connected(one, 2);
        Peer again = new Peer(one.inbox);
        again.hello(peer.sessionId, 1, "");
        Peer late = new Peer(one.inbox);
        late.hello(peer.sessionId, 1, "");
        late.hangUp();
        second.send(Peer.clientId(1, "me"));
        one.turnAndCommit(other);

        assertThat(again.take()).containsExactly("welcome resumed=1 last=1");
        assertThat(second.take()).containsExactly("refused 1 CLIENT_ID_IN_USE", "confirmed 1");
    }

    @Test
    void aSessionMayEndWhileItsClientComesBack() {
        one.lead(1);
        Peer peer = connected(one, 1);
        Peer again = new Peer(one.inbox);
        again.hello(peer.sessionId, 1, "");
        peer.send(to -> to.end(to.closeSession().number(1).limit()));
        one.turnAndCommit(other);
        assertThat(again.take()).containsExactly("refused 0 SESSION_UNKNOWN");
        again.hangUp();
        time.millis += ShardConfig.defaults("test").sessionMemoryMillis() + 1_000;

        one.turnAndCommit(other);
        assertThat(one.log.proposed).as("nobody is away").isEmpty();
    }

    /** Another thread reads the socket that it had before. */
    @Test
    void whatComesOnTheEarlierSocketDuringTheGreetingCountsOnce() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q"), Peer.publish(2, 2, 10)));
        Peer again = new Peer(one.inbox);
        again.hello(peer.sessionId, 1, "");
        one.turn();
        peer.send(Peer.publish(3, 2, 10));
        one.turn();
        one.log.commit();
        one.turn();
        assertThat(again.take()).containsExactly("welcome resumed=1 last=2");
        assertThat(one.log.proposed).as("what came meanwhile").hasSize(1);

        again.send(Peer.publish(3, 2, 10), Peer.consume(4, 7, 2), Peer.credit(7, 1, 10));
        one.turnAndCommit(other);
        assertThat(again.take())
                .containsExactly(
                        "confirmed 3",
                        "created 4",
                        "confirmed 4",
                        "deliver 7 sequence=0 count=1",
                        "deliver 7 sequence=1 count=1");
    }

    @Test
    void theNextLeaderWaitsForThoseWhoHoldMessages() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q"), Peer.publish(2, 2, 10)));
        say(one, peer, () -> peer.send(Peer.consume(3, 7, 2), Peer.credit(7, 1, 1)));
        assertThat(peer.take()).contains("deliver 7 sequence=0 count=1");
        one.follow();
        other.lead(2);
        Peer second = connected(other, 2);
        say(other, second, () -> second.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 1)));
        assertThat(second.take()).noneMatch(said -> said.startsWith("deliver"));

        // A client of a leader that fell silent may not know it for some heartbeats: its grace is longer by those.
        time.millis += GRACE_MILLIS + UNHEARD_MILLIS - 1_000;
        other.turnAndCommit(one);
        assertThat(second.take()).isEmpty();
        time.millis += 2_000;
        other.turnAndCommit(one);
        assertThat(second.take()).contains("deliver 8 sequence=0 count=1");
    }

    @Test
    void whoIsCutOffFromTheServerThatPassesItOnHasTheTimeToNotice() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q"), Peer.publish(2, 2, 10)));
        say(one, peer, () -> peer.send(Peer.consume(3, 7, 2), Peer.credit(7, 1, 1)));
        Peer second = connected(one, 2);
        say(one, second, () -> second.send(Peer.consume(1, 8, 2), Peer.credit(8, 1, 1)));
        assertThat(second.take()).doesNotContain("deliver 8 sequence=0 count=1");

        // That server is gone: here the socket ends at once, and the client hears nothing for some heartbeats.
        peer.hangUp();
        one.turnAndCommit(other);
        time.millis += GRACE_MILLIS + UNHEARD_MILLIS - 1_000;
        one.turnAndCommit(other);
        assertThat(second.take()).isEmpty();
        time.millis += 2_000;
        one.turnAndCommit(other);
        assertThat(second.take()).contains("deliver 8 sequence=0 count=2");
    }

    @Test
    void nonPersistentMessagesGoWithTheLeadership() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q"), Peer.publish(0, 2, 10), Peer.publish(0, 2, 10)));
        assertThat(peer.take()).contains("credit");
        one.follow();
        one.lead(3);

        Peer again = new Peer(one.inbox);
        again.hello(peer.sessionId, 1, "");
        one.turnAndCommit(other);
        say(one, again, () -> again.send(Peer.consume(2, 7, 2), Peer.credit(7, 1, 10), Peer.publish(0, 2, 10)));
        assertThat(again.take())
                .contains("deliver 7 sequence=0 count=1")
                .doesNotContain("deliver 7 sequence=1 count=1");
    }

    @Test
    void memoryOfALeadershipGoesBack() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q"), Peer.publish(0, 2, 10)));
        peer.send(Peer.publish(2, 2, 10));
        one.turn();
        one.follow();

        assertThat(one.pool.usedBytes()).isZero();
    }

    @Test
    void whatIsDueIsProposedOnceBehindWhatIsUnderWayWithoutGoingRoundInCircles() {
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q"), Peer.expiring(2, 2, 1_000)));
        peer.send(Peer.publish(3, 2, 10));
        one.turn();
        time.millis += 5_000;
        one.turn();
        one.turn();
        assertThat(one.log.proposed).as("the message, and what is due").hasSize(2);
        assertThat(one.agent.idleNanos()).isPositive();

        one.turnAndCommit(other);
        peer.take();
        say(one, peer, () -> peer.send(Peer.consume(4, 7, 2), Peer.credit(7, 1, 5)));
        assertThat(peer.take()).containsExactly("created 4", "confirmed 4", "deliver 7 sequence=1 count=1");
    }

    @Test
    void theStampsOfANewLeaderAreNotBeforeThoseOfTheOldOne() {
        time.millis += 5_000;
        one.lead(1);
        Peer peer = connected(one, 1);
        say(one, peer, () -> peer.send(Peer.queue(1, "q")));
        long last = one.log.committed.getLast().timestampMillis();
        time.millis -= 5_000;
        one.follow();
        other.lead(2);
        Peer second = connected(other, 2);
        say(other, second, () -> second.send(Peer.queue(1, "r")));

        assertThat(other.log.committed.getLast().timestampMillis()).isGreaterThanOrEqualTo(last);
    }
}
