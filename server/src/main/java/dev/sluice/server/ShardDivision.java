package dev.sluice.server;

import dev.sluice.base.Invariant;
import dev.sluice.link.ShardIds;
import dev.sluice.server.core.Branch;
import dev.sluice.server.core.Division;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.CommandEncoder;
import dev.sluice.server.log.LocalLog;
import dev.sluice.server.log.LogOptions;
import dev.sluice.server.store.LmdbStore;
import dev.sluice.server.store.SlabPool;
import dev.sluice.server.store.StoreCopy;
import dev.sluice.server.store.StoreOptions;
import dev.sluice.wire.BucketMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The shards of a server that does not run, and more shards that are made of them in another place. Used by one thread, which has the data
 * directory locked.
 */
final class ShardDivision {
    private static final int SLAB_BYTES = 2 << 20;
    private static final int NAMED_MAX = 10;

    /** Where messages of several queues meet in a store, its pages may be no more than half full. */
    private static final long ROOM_FACTOR = 2;

    private static final long ROOM_PER_SHARD = 1L << 20;

    private final Path data;
    private final int before;
    private final Path place;
    private final int shards;

    /** Of {@code before} shards in {@code data} to {@code shards} in {@code place}. */
    ShardDivision(Path data, int before, Path place, int shards) {
        this.data = data;
        this.before = before;
        this.place = place;
        this.shards = shards;
    }

    /** Whether there are to be more. */
    boolean isNeeded() {
        if (shards < before) {
            throw new StartException("the data directory " + data + " has " + before
                    + " shards: they can become more, and not fewer (--shards " + shards + ")");
        }
        return shards > before;
    }

    private LmdbStore openStore(int shard) {
        return LmdbStore.open(
                ShardPlan.directory(data, shard).resolve("store"),
                StoreOptions.defaults().withShard(shard),
                () -> {});
    }

    private LocalLog openLog(int shard) {
        return LocalLog.open(
                ShardPlan.directory(data, shard).resolve("log"),
                LogOptions.defaults().withShard(shard).withSync(LogOptions.Sync.INLINE));
    }

    /** Checks that the logs have nothing that the stores lack; returns the highest index of a batch. */
    long checkAllIsStored() {
        long highest = 0;
        for (int shard = 0; shard < before; shard++) {
            long applied;
            try (LmdbStore store = openStore(shard)) {
                applied = store.appliedIndex();
            }
            long[] left = {0};
            try (LocalLog log = openLog(shard)) {
                log.start(
                        applied,
                        new SlabPool(SLAB_BYTES, SLAB_BYTES),
                        (index, timestampMillis, slab, offset, length) -> left[0]++);
            }
            if (left[0] > 0) {
                throw new StartException("the store of shard " + shard + " does not have all that is in its log ("
                        + left[0] + " batches): is the disk full? Make room, and start and stop the server once");
            }
            highest = Math.max(highest, applied);
        }
        return highest;
    }

    /** Checks that there is room, and nothing that cannot be divided. */
    void checkIsPossible(long applied) throws IOException {
        if (applied == 0) {
            throw new StartException("the data directory " + data + " is empty: a member with " + shards
                    + " shards starts on a new one");
        }
        List<String> undecided = new ArrayList<>();
        long used = 0;
        for (int shard = 0; shard < before; shard++) {
            try (LmdbStore store = openStore(shard)) {
                used += store.usedBytes();
                undecided.addAll(undecided(shard, machine(store)));
            }
        }
        if (!undecided.isEmpty()) {
            throw new StartException(
                    "transactions that are not ended cannot be divided among shards: "
                            + String.join(", ", undecided.subList(0, Math.min(NAMED_MAX, undecided.size())))
                            + (undecided.size() > NAMED_MAX ? " and " + (undecided.size() - NAMED_MAX) + " more" : "")
                            + ". Start the server as before: transaction managers end what is prepared, or `sluice transactions`"
                            + " does (commit, rollback, forget); the server itself ends what awaits a decision. Then try again");
        }
        checkRoom(used * ROOM_FACTOR + shards * ROOM_PER_SHARD);
    }

    private static List<String> undecided(int shard, ReplicatedMachine machine) {
        List<String> undecided = new ArrayList<>();
        for (Branch branch : machine.catalog().branches()) {
            if (branch.state() != Branch.State.ACTIVE && branch.state() != Branch.State.ROLLBACK_ONLY) {
                String state = branch.state().name().toLowerCase(Locale.ROOT).replace('_', '-');
                undecided.add(ShardIds.of(shard, branch.id()) + " (" + state + ")");
            }
        }
        return undecided;
    }

    private void checkRoom(long needed) throws IOException {
        long free = Files.getFileStore(data).getUsableSpace();
        if (free < needed) {
            throw new StartException("the disk of " + data + " has " + free
                    + " bytes free, and the new shards need about " + needed
                    + " beside the old ones, which go at the end: make room");
        }
    }

    private ReplicatedMachine machine(LmdbStore store) {
        return new ReplicatedMachine(store, 0, before);
    }

    /** Writes to the logs that all sessions end, as if their clients had stayed away; returns how many. */
    int endSessions() {
        int ended = 0;
        for (int shard = 0; shard < before; shard++) {
            try (LmdbStore store = openStore(shard);
                    LocalLog log = openLog(shard)) {
                ReplicatedMachine machine = machine(store);
                SlabPool pool = new SlabPool(SLAB_BYTES, SLAB_BYTES);
                log.start(store.appliedIndex(), pool, ShardDivision::unexpected);
                List<Session> sessions = machine.catalog().sessions();
                for (int at = 0; at < sessions.size(); ) {
                    at = endSome(sessions, at, pool, log, machine.nowMillis());
                }
                ended += sessions.size();
                pool.trim();
            }
        }
        return ended;
    }

    private static void unexpected(long index, long timestampMillis, Slab slab, int offset, int length) {
        throw new IllegalStateException("batch " + index + " is not in the store");
    }

    /** Proposes the end of as many as a batch holds; returns the first that it does not. */
    private static int endSome(List<Session> sessions, int from, SlabPool pool, LocalLog log, long nowMillis) {
        Slab slab = pool.take(SLAB_BYTES);
        try {
            CommandEncoder batch = new CommandEncoder();
            batch.into(slab, BatchLog.HEADER_BYTES);
            int at = from;
            while (at < sessions.size() && batch.hasRoom(0, 0)) {
                batch.endSession(sessions.get(at++).id(), 0);
            }
            log.propose(slab, BatchLog.HEADER_BYTES, batch.position() - BatchLog.HEADER_BYTES, nowMillis);
            int durable = log.poll((index, timestampMillis, of, offset, length) -> {});
            Invariant.check(durable == 1, "%d batches became durable", durable);
            return at;
        } finally {
            slab.release();
        }
    }

    /** Makes the new shards, where there is nothing yet. */
    void divide(long applied) {
        List<StoreCopy> stores = new ArrayList<>();
        try {
            for (int shard = 0; shard < shards; shard++) {
                stores.add(
                        StoreCopy.begin(ShardPlan.directory(place, shard).resolve("store"), StoreOptions.defaults()));
            }
            Division division = new Division(
                    BucketMap.initial(shards),
                    applied,
                    (shard, rows) -> stores.get(shard).add(rows));
            for (int shard = 0; shard < before; shard++) {
                try (LmdbStore store = openStore(shard)) {
                    division.add(store);
                }
            }
            division.end();
            for (StoreCopy store : stores) {
                store.complete(applied);
                store.replace();
            }
        } finally {
            stores.forEach(StoreCopy::close);
        }
    }
}
