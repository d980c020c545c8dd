package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.server.core.SpreadWorld.Restarts;
import dev.sluice.server.core.SpreadWorld.Way;
import dev.sluice.sharding.SpreadTransactions;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transactions over three shards: all parts end alike, wherever the client dies, and whichever shards die with it. */
final class SpreadTransactionsTest {
    /** More than any of the ways takes. */
    private static final int STEPS_MAX = 60;

    private final SpreadWorld world = new SpreadWorld(Restarts.NONE);
    private final List<SpreadWorld.Part> parts = world.parts;

    @ParameterizedTest
    @EnumSource(Way.class)
    void commitsOnAllShardsAndKeepsNothing(Way way) throws Exception {
        assertThat(world.go(way)).isTrue();

        for (SpreadWorld.Part part : parts) {
            assertThat(part.hasCommitted()).isTrue();
            assertThat(part.given.machine.catalog().branches()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void endsAllPartsAlikeWhereverTheClientDies(Way way) throws Exception {
        int committed = 0;
        int rolledBack = 0;
        for (Restarts restarts : Restarts.values()) {
            for (boolean after : new boolean[] {false, true}) {
                for (boolean sessionsFirst : new boolean[] {false, true}) {
                    for (int step = 1; step <= STEPS_MAX; step++) {
                        SpreadWorld each = new SpreadWorld(restarts);
                        each.diesAfter = after;
                        each.stepsLeft = step;
                        boolean commits = each.dies(
                                way,
                                sessionsFirst,
                                way + " " + restarts + " after=" + after + " sessionsFirst=" + sessionsFirst + " step="
                                        + step);
                        committed += commits ? 1 : 0;
                        rolledBack += commits ? 0 : 1;
                    }
                }
            }
        }
        assertThat(committed).isPositive();
        assertThat(rolledBack).isPositive();
    }

    @Test
    void rollsBackAllWhenOnePartCannotBePrepared() throws Exception {
        world.touchAndWork();
        SpreadWorld.Part bad = parts.get(1);
        bad.given.run(to -> to.lose(bad.client.sessionId));

        LinkException failure = SpreadWorld.outcome(
                world.transactions.transact(Transaction.local(TransactKind.COMMIT_LOCAL, SpreadWorld.T)));

        assertThat(Objects.requireNonNull(failure).code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        for (SpreadWorld.Part part : parts) {
            assertThat(part.hasCommitted()).isFalse();
            assertThat(part.given.machine.catalog().branches()).isEmpty();
        }
    }

    @Test
    void rollsBackAllWhenTheDecidingPartCannotCommit() throws Exception {
        world.touchAndWork();
        SpreadWorld.Part bad = parts.get(0);
        bad.given.run(to -> to.lose(bad.client.sessionId));

        LinkException failure = SpreadWorld.outcome(
                world.transactions.transact(Transaction.local(TransactKind.COMMIT_LOCAL, SpreadWorld.T)));

        assertThat(Objects.requireNonNull(failure).code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        for (SpreadWorld.Part part : parts) {
            assertThat(part.hasCommitted()).isFalse();
            assertThat(part.given.machine.catalog().branches()).isEmpty();
        }
    }

    @Test
    void refusesADecisionThatComesAfterOneInquired() throws Exception {
        world.touchAndWork();
        assertThat(parts.get(1).client.transact(TransactKind.PREPARE_FOR_DECISION, SpreadWorld.T, world.session()))
                .isNotNull();
        world.recover(Way.LOCAL, false);

        Session.Answer late =
                parts.get(0).client.transact(TransactKind.COMMIT_DECIDING, SpreadWorld.T, world.session());

        assertThat(Objects.requireNonNull(late).code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
    }

    @Test
    void rollsBackEverywhere() throws Exception {
        world.touchAndWork();

        assertThat(SpreadWorld.outcome(
                        world.transactions.transact(Transaction.local(TransactKind.ROLLBACK_LOCAL, SpreadWorld.T))))
                .isNull();

        assertThat(parts).noneMatch(SpreadWorld.Part::hasCommitted);
    }

    @Test
    void leavesABranchAsItIsThatIsEndedTooEarly() throws Exception {
        boolean unused = world.ask(TransactKind.START).isDone();
        world.touchAndWork();

        LinkException failure = SpreadWorld.outcome(world.ask(TransactKind.COMMIT_ONE_PHASE));
        assertThat(Objects.requireNonNull(failure).code()).isEqualTo(RefusalCode.TRANSACTION_STATE);

        assertThat(SpreadWorld.outcome(world.ask(TransactKind.END))).isNull();
        assertThat(SpreadWorld.outcome(world.ask(TransactKind.COMMIT_ONE_PHASE)))
                .isNull();
        assertThat(parts).allMatch(SpreadWorld.Part::hasCommitted);
    }

    private LinkException worked(int partWhoseSessionEnds, TransactKind end) throws Exception {
        boolean started = world.ask(TransactKind.START).isDone();
        world.touchAndWork();
        assertThat(SpreadWorld.outcome(world.ask(TransactKind.END))).isNull();
        assertThat(started).isTrue();
        parts.get(partWhoseSessionEnds).endSession();
        return Objects.requireNonNull(
                SpreadWorld.outcome(world.another().transact(new Transaction(end, 0, world.name, 0))));
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARE", "COMMIT_ONE_PHASE"})
    void rollsBackAllWhenTheSessionOfOnePartHasEnded(TransactKind end) throws Exception {
        LinkException failure = worked((world.coordinator() + 1) % parts.size(), end);

        assertThat(failure.code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        world.assertUndone();
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARE", "COMMIT_ONE_PHASE"})
    void rollsBackAllWhenTheCoordinatingSessionHasEnded(TransactKind end) throws Exception {
        worked(world.coordinator(), end);

        world.assertUndone();
    }

    @Test
    void rollsBackAllWhenTheCoordinatorIsSuspendedYet() throws Exception {
        boolean unused = world.ask(TransactKind.START).isDone();
        world.touchAndWork();
        assertThat(SpreadWorld.outcome(world.ask(TransactKind.SUSPEND))).isNull();

        LinkException failure = SpreadWorld.outcome(
                world.transactions.transact(new Transaction(TransactKind.COMMIT_ONE_PHASE, 0, world.name, 0)));

        assertThat(Objects.requireNonNull(failure).code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        assertThat(parts).noneMatch(SpreadWorld.Part::hasCommitted);
    }

    @Test
    void aPartThatCannotBeEndedKeepsNoOtherOneWaiting() throws Exception {
        Xid bad = Xid.of(Xid.SESSION_FORMAT, new byte[24], new byte[] {1});
        SpreadWorld.Part first = parts.get(1);
        first.client.publish(Client.message(first.out, 7).in(9));
        first.client.transact(TransactKind.PREPARE_FOR_DECISION, 9, bad);
        first.client.publish(Client.message(first.out, 8).in(8));
        Xid good = Xid.of(Xid.SESSION_FORMAT, new byte[24], new byte[] {2});
        first.client.transact(TransactKind.PREPARE_FOR_DECISION, 8, good);
        // The shard that is asked for the first one awaits a decision of that name itself.
        assertThat(first.given.machine.catalog().branches()).hasSize(2);

        world.recover(Way.LOCAL, false);

        assertThat(first.given.machine.catalog().branches()).hasSize(1);
    }

    @Test
    void beginsNoPartAnewThatHasDied() throws Exception {
        assertThat(SpreadWorld.outcome(world.ask(TransactKind.START))).isNull();
        world.touchAndWork();
        assertThat(SpreadWorld.outcome(world.ask(TransactKind.END))).isNull();
        int dead = (world.coordinator() + 1) % parts.size();
        parts.get(dead).endSession();
        SpreadTransactions other = world.another();
        assertThat(SpreadWorld.outcome(other.transact(new Transaction(TransactKind.JOIN, 1, world.name, 0))))
                .isNull();
        other.touch(1, dead);

        assertThat(SpreadWorld.outcome(other.transact(new Transaction(TransactKind.END, 1, world.name, 0))))
                .isNotNull();

        assertThat(SpreadWorld.outcome(other.transact(new Transaction(TransactKind.PREPARE, 0, world.name, 0))))
                .isNotNull();
        world.assertUndone();
    }
}
