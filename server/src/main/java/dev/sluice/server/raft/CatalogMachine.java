package dev.sluice.server.raft;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as Ratis sees it. Its file is what Ratis starts from. The log is never cut, since there is next to nothing in it: each member can have all of it,
 * and none needs a copy of anything.
 */
final class CatalogMachine extends BaseStateMachine {
    private final Catalog catalog;
    private final Consumer<Throwable> failed;
    private final KnownSnapshot snapshot = new KnownSnapshot();

    /** {@code failed}: hears when this member can follow the catalog no more. */
    CatalogMachine(Catalog catalog, Consumer<Throwable> failed) {
        this.catalog = catalog;
        this.failed = failed;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        super.initialize(server, group, storage);
        Catalog.Kept kept = catalog.kept();
        if (kept != null) {
            snapshot.at(kept.entry());
            setLastAppliedTermIndex(kept.entry());
        }
        getLifeCycle().startAndTransition(() -> {});
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return snapshot;
    }

    /** Asked of each new member: the log has what it lacks. */
    @Override
    @SuppressWarnings("NullAway") // Ratis' way to say so.
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex first) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        TermIndex at = TermIndex.valueOf(entry.getTerm(), entry.getIndex());
        try {
            String refusal = catalog.apply(at, entry.getStateMachineLogEntry().getLogData());
            boolean unused = updateLastAppliedTermIndex(at);
            return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFromUtf8(refusal)));
        } catch (IOException | RuntimeException fault) {
            failed.accept(fault);
            return CompletableFuture.failedFuture(fault);
        }
    }

    @Override
    public void notifyLeaderReady() {
        catalog.leads();
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        failed.accept(cause);
    }

    /** Ratis ends a group by itself, too, when it can read or write no more. */
    @Override
    public void close() throws IOException {
        super.close();
        failed.accept(new IllegalStateException("the Raft group of the catalog has ended; the log says why"));
    }
}
