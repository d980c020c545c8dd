package dev.sluice.server.shard;

import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Session;
import dev.sluice.server.log.BatchLog;
import dev.sluice.wire.RefusalCode;
import org.jspecify.annotations.Nullable;

/** Whether store and log have room for more; looked at every 50 ms. Owner: the shard thread. */
final class Room {
    static final long CHECK_MILLIS = 50;

    private final RowStore store;
    private final BatchLog log;
    private final ReplicatedMachine machine;
    private long checkedMillis;
    private Session.@Nullable Answer full;

    Room(RowStore store, BatchLog log, ReplicatedMachine machine) {
        this.store = store;
        this.log = log;
        this.machine = machine;
    }

    /** What a command that takes space is answered, or null when there is room for it. */
    Session.@Nullable Answer full(long nowMillis) {
        if (nowMillis - checkedMillis >= CHECK_MILLIS) {
            checkedMillis = nowMillis;
            long used = store.usedBytes() + machine.changedBytes();
            boolean isFull = used >= store.limitBytes() || !log.hasRoom(Batch.BYTES_MAX);
            full = isFull ? new Session.Answer(RefusalCode.STORAGE_FULL, store.limitBytes(), used, "") : null;
        }
        return full;
    }
}
