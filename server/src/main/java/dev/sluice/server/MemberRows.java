package dev.sluice.server;

import dev.sluice.server.raft.CopiedRows;
import dev.sluice.server.store.LmdbStore;
import dev.sluice.server.store.StoreCopy;
import dev.sluice.server.store.StoreImage;
import java.util.Map;
import java.util.Objects;

/** The stores of the shards of this server, as members copy them from each other. Any thread. */
final class MemberRows implements CopiedRows {
    private final ShardPlan plan;
    private final Shards shards;
    private final Map<Integer, LmdbStore> stores;

    /** {@code stores}: those that are open, by shard; a map for several threads. */
    MemberRows(ShardPlan plan, Shards shards, Map<Integer, LmdbStore> stores) {
        this.plan = plan;
        this.shards = shards;
        this.stores = stores;
    }

    @Override
    public Source read(int shard) {
        StoreImage image = Objects.requireNonNull(stores.get(shard)).image();
        return new Source() {
            @Override
            public long appliedIndex() {
                return image.appliedIndex();
            }

            @Override
            public byte[] next(int bytes) {
                return image.next(bytes);
            }

            @Override
            public void close() {
                image.close();
            }
        };
    }

    @Override
    public Target replace(int shard) {
        StoreCopy copy = StoreCopy.begin(plan.storeDirectory(shard), plan.storeOptions());
        return new Target() {
            private long index;

            @Override
            public void add(byte[] rows) {
                copy.add(rows);
            }

            @Override
            public void complete(long appliedIndex) {
                copy.complete(appliedIndex);
                index = appliedIndex;
            }

            @Override
            public void exchange() {
                shards.renew(shard, index, wake -> {
                    copy.replace();
                    LmdbStore store = plan.openStore(shard, wake);
                    stores.put(shard, store);
                    return store;
                });
            }

            @Override
            public void close() {
                copy.close();
            }
        };
    }
}
