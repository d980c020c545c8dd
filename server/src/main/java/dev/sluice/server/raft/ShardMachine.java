package dev.sluice.server.raft;

import dev.sluice.base.SharedRef;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard as Ratis sees it: passes on what is committed and who leads, and decides nothing. The snapshot that Ratis starts from is the
 * store, at the index that it had synced.
 */
final class ShardMachine extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(ShardMachine.class);

    private final Raft raft;
    private final KnownSnapshot snapshot = new KnownSnapshot();
    /** The rows that are on their way here, until Ratis goes on from them. */
    private final SharedRef<CompletableFuture<TermIndex>> copying = new SharedRef<>();
    /** There when this server was a member and is none any more: Ratis ends its group soon. */
    private final SharedRef<Boolean> removed = new SharedRef<>();
    // Of the thread that applies.
    private Kept kept;
    private long configurationTerm;
    private boolean isMember;

    /**
     * What it belongs to.
     *
     * @param client names this run of this server in the entries that it proposes
     */
    record Raft(int shard, ByteString client, RaftLog log, Terms terms, RaftMember member) {}

    /** {@code kept}: what the log has already. */
    ShardMachine(Raft raft, Kept kept) {
        this.raft = raft;
        this.kept = kept;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        super.initialize(server, group, storage);
        begin();
        getLifeCycle().startAndTransition(() -> {});
    }

    private void begin() throws IOException {
        long applied = raft.log.appliedAtStart();
        // Entry 0 is Raft's own: who has applied nothing else has nothing to start from.
        if (applied > 0) {
            TermIndex last = TermIndex.valueOf(raft.terms.termOf(applied), applied);
            snapshot.at(last);
            setLastAppliedTermIndex(last);
        }
    }

    // ---- what this member lacks, and what no member needs ----

    /** The leader has cut what comes next here: its rows are copied. */
    @Override
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex first) {
        if (getLastAppliedTermIndex().getIndex() + 1 >= first.getIndex()) {
            // Asked of each new member: the log has what it lacks.
            return CompletableFuture.completedFuture(null);
        }
        RaftPeerProto leader = role.getFollowerInfo().getLeaderInfo().getId();
        CompletableFuture<TermIndex> rows = raft.member.copies().fetch(raft.shard, leader.getAddress(), raft.terms);
        copying.set(rows);
        return rows;
    }

    /** Ratis 3.2 waits for the end of a copy whoever leads meanwhile, and can go on with the log of the one that was copied only. */
    private void giveUpCopy() {
        CompletableFuture<TermIndex> rows = copying.value();
        if (rows == null) {
            return;
        }
        copying.set(null);
        boolean givenUp = rows.completeExceptionally(new IOException("another member leads the shard now"));
        if (!givenUp && !rows.isCompletedExceptionally() && rows.join() != null) {
            raft.log.failed(new IllegalStateException("the leader of shard " + raft.shard
                    + " changed in the moment at which its store was copied: start this member again"));
        }
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    /** The shard goes on from copied rows already. */
    @Override
    public void reinitialize() throws IOException {
        copying.set(null);
        begin();
        kept = new Kept(raft.member.logBytes());
        getLifeCycle().transition(LifeCycle.State.STARTING);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    /** Up to where the log may be cut: the store has it, synced, and it is long ago. */
    @Override
    public long takeSnapshot() throws IOException {
        long old = Math.min(kept.cutIndex(), raft.member.neededAfter(raft.shard));
        long index = Math.min(
                old, Math.min(raft.log.storedIndex(), getLastAppliedTermIndex().getIndex()));
        if (index <= 0) {
            return RaftLog.NO_ENTRY;
        }
        SnapshotInfo known = snapshot.getLatestSnapshot();
        if (known != null && index <= known.getIndex()) {
            // Of before the start, or of before the entry at which the last one was. Ratis takes no step back, but
            // cuts.
            var unused =
                    getServer().join().getDivision(getGroupId()).getRaftLog().purge(index);
            return RaftLog.NO_ENTRY;
        }
        snapshot.at(TermIndex.valueOf(raft.terms.termOf(index), index));
        return index;
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return snapshot;
    }

    /** Under the lock of the Raft group: what a leadership that is over proposed late is of no use to the one that came after it, here too. */
    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) throws IOException {
        long term = getServer().join().getDivision(getGroupId()).getInfo().getCurrentTerm();
        if (!Entry.isOf(transaction.getStateMachineLogEntry().getLogData(), term)) {
            throw new StateMachineException("proposed in a term before " + term, false);
        }
        return transaction;
    }

    // ---- the thread that applies ----

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        StateMachineLogEntryProto batch = entry.getStateMachineLogEntry();
        long call = batch.getClientId().equals(raft.client) ? batch.getCallId() : Event.Committed.FOREIGN;
        try {
            raft.log.committed(new Event.Committed(entry.getIndex(), call, batch.getLogData()));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            // Ratis would go on without it.
            raft.log.failed(ended);
            return CompletableFuture.failedFuture(ended);
        }
        boolean unused = updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        if (kept.add(entry.getIndex(), batch.getLogData().size())) {
            raft.member.cut(raft.shard);
        }
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        configurationTerm = term;
        boolean belongs = isAmong(configuration.getPeersList()) || isAmong(configuration.getOldPeersList());
        if (isMember && !belongs) {
            LOG.info("shard={} this server was removed: stop it when it is in no shard any more", raft.shard);
            removed.set(Boolean.TRUE);
        } else if (belongs) {
            removed.set(null);
        }
        isMember = belongs;
        try {
            // A term begins with an entry like this one, before any batch.
            raft.terms.began(term, index);
        } catch (IOException fault) {
            raft.log.failed(fault);
        }
    }

    private boolean isAmong(List<RaftPeerProto> peers) {
        ByteString self = getServer().join().getId().toByteString();
        return peers.stream().anyMatch(peer -> peer.getId().equals(self));
    }

    @Override
    public void notifyLeaderReady() {
        LOG.info("shard={} leads term={}", raft.shard, configurationTerm);
        raft.log.leads(configurationTerm);
    }

    // ---- any thread ----

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        // A later leadership of this server has a later term than any that is known now.
        long known;
        try {
            known = getServer().join().getDivision(getGroupId()).getInfo().getCurrentTerm();
        } catch (IOException ending) {
            known = Long.MAX_VALUE;
        }
        LOG.info("shard={} leads no more term={} open={}", raft.shard, known, pending.size());
        raft.log.lost(known);
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        LOG.info("shard={} leader={}", raft.shard, leader);
        giveUpCopy();
        raft.member.leaders().changed(raft.shard, leader.toString());
    }

    @Override
    public void notifyExtendedNoLeader(RoleInfoProto role) {
        LOG.warn(
                "shard={} has no leader: most members cannot be reached, or were told of other members or another number of"
                        + " shards",
                raft.shard);
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        raft.log.failed(cause);
    }

    /** Ratis ends a group by itself, too, when it can read or write no more, and says so nowhere else. */
    @Override
    public void close() throws IOException {
        super.close();
        raft.log.failed(new IllegalStateException(
                removed.value() == null
                        ? "the Raft group of shard " + raft.shard + " has ended; the log says why"
                        : "this server was removed from the cluster, which goes on without it; to take it in again, start it on"
                                + " an empty data directory and use `sluice cluster add`"));
    }

    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean all) {
        raft.log.failed(new IllegalStateException("the Raft server of this process has ended; its log says why"));
    }
}
