package dev.sluice.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.link.BranchXid;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Publication;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.link.ShardIds;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transaction works on one shard, and is ended there. */
class ShardedTransactionsTest {
    private static final long ID = 5;
    private static final BranchXid XID = new BranchXid(1, new byte[] {1}, new byte[] {2});

    private final ShardRig rig = new ShardRig();
    private final Link link = rig.link;

    @BeforeEach
    void open() {
        rig.openAll();
    }

    private Reply send(int shard) {
        return link.publish(new Publication(ShardIds.of(shard, 7), 4, 0, 0, ID), Unpooled.buffer(), null);
    }

    private Reply take(int shard) {
        return link.take(ShardIds.of(shard, 1), ID, new Ranges());
    }

    private Reply end(TransactKind kind) {
        return link.transact(Transaction.local(kind, ID));
    }

    private Reply branch(TransactKind kind, long id) {
        return link.transact(new Transaction(kind, id, XID, 0));
    }

    private static void isRefused(Reply reply, RefusalCode code) {
        assertThatThrownBy(reply::await)
                .isInstanceOfSatisfying(
                        LinkException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void isCommittedWhereItWorks() throws Exception {
        assertThat(send(2).await()).isPositive();
        assertThat(take(2).await()).isPositive();
        assertThat(end(TransactKind.COMMIT_LOCAL).await()).isPositive();

        assertThat(rig.shard(2).calls)
                .containsExactly("publish [7, 5]", "take [" + ShardIds.of(2, 1) + ", 5]", "transact [COMMIT_LOCAL, 5]");
    }

    @Test
    void isEndedAtHomeWhenItHasNoWork() throws Exception {
        assertThat(end(TransactKind.COMMIT_LOCAL).await()).isPositive();

        assertThat(rig.home.calls).containsExactly("transact [COMMIT_LOCAL, 5]");
    }

    @Test
    void canOnlyBeRolledBackOnceItTouchedASecondShard() throws Exception {
        assertThat(send(2).await()).isPositive();
        isRefused(take(1), RefusalCode.TRANSACTION_STATE);

        isRefused(end(TransactKind.COMMIT_LOCAL), RefusalCode.TRANSACTION_ROLLED_BACK);

        assertThat(rig.shard(2).calls).containsExactly("publish [7, 5]", "transact [ROLLBACK_LOCAL, 5]");
        assertThat(rig.shard(1).calls).isEmpty();
        assertThat(rig.home.calls).isEmpty();
    }

    @Test
    void isRolledBackWhereItWorks() throws Exception {
        assertThat(send(2).await()).isPositive();
        isRefused(send(1), RefusalCode.TRANSACTION_STATE);

        assertThat(end(TransactKind.ROLLBACK_LOCAL).await()).isPositive();

        assertThat(rig.shard(2).calls).endsWith("transact [ROLLBACK_LOCAL, 5]");
    }

    @Test
    void isForgottenWhenItHasEnded() throws Exception {
        assertThat(send(2).await()).isPositive();
        assertThat(end(TransactKind.COMMIT_LOCAL).await()).isPositive();

        assertThat(send(1).await()).isPositive();
    }

    @Test
    void isAtHomeWhenItIsABranchOfAGlobalOne() throws Exception {
        assertThat(branch(TransactKind.START, ID).await()).isPositive();
        assertThat(send(0).await()).isPositive();
        isRefused(send(1), RefusalCode.TRANSACTION_STATE);
        assertThat(branch(TransactKind.END, ID).await()).isPositive();
        assertThat(branch(TransactKind.ROLLBACK, 0).await()).isPositive();

        assertThat(rig.home.calls)
                .containsExactly(
                        "transact [START, 5]", "publish [7, 5]", "transact [FAIL, 5]", "transact [ROLLBACK, 0]");
    }
}
