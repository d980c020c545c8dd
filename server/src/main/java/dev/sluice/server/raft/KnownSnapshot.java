package dev.sluice.server.raft;

import dev.sluice.base.SharedRef;
import java.util.List;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;

/** For Ratis: up to which entry the state is kept, by other means than its own. Any thread. */
final class KnownSnapshot implements StateMachineStorage {
    private final SharedRef<SnapshotInfo> latest = new SharedRef<>();

    void at(TermIndex entry) {
        latest.set(new FileListSnapshotInfo(List.of(), entry));
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return latest.value();
    }

    @Override
    public void init(RaftStorage storage) {}

    @Override
    public void format() {}

    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {}
}
