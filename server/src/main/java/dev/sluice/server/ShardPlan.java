package dev.sluice.server;

import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.LocalLog;
import dev.sluice.server.log.LogException;
import dev.sluice.server.log.LogOptions;
import dev.sluice.server.log.MemoryLog;
import dev.sluice.server.shard.Shard;
import dev.sluice.server.shard.ShardConfig;
import dev.sluice.server.store.LmdbStore;
import dev.sluice.server.store.MemoryStore;
import dev.sluice.server.store.SlabPool;
import dev.sluice.server.store.StoreOptions;
import dev.sluice.wire.BucketMap;
import dev.sluice.wire.Wire;
import io.netty.util.internal.PlatformDependent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What each shard of a server is made of, and its share of memory and disk. Immutable.
 *
 * @param count how many there are
 * @param clusterId names the server's data
 * @param durable whether it is kept on the disk
 * @param cluster what it is a member of, or null
 */
record ShardPlan(
        ServerConfig config,
        int count,
        long clusterId,
        boolean durable,
        @Nullable ClusterPlan cluster) {
    private static final int SLAB_BYTES = 2 << 20;
    private static final long IDLE_SLAB_BYTES_MAX = 8L << 20;

    /** What waits in the inboxes takes at most this part of direct memory. */
    private static final long INBOX_SHARE = 8;

    /** So much that the longest frame gets in. */
    private static final long INBOX_BYTES_MIN = 2L * Wire.FRAME_BYTES_MAX;

    private static final int INBOX_SIZE_MIN = 64;
    private static final long COMMIT_MILLIS = 100;
    private static final long COMMIT_BYTES = 32L << 20;

    /** Smaller ones would cost more than they save. */
    private static final long COMMIT_BYTES_MIN = 4L << 20;

    private static final Duration HEARTBEAT_OF_CLUSTER_MAX = Duration.ofMillis(1_500);

    private static final int WINDOW_COMMANDS = 8_192;
    private static final int WINDOW_BYTES = 8 << 20;

    /** Checks that a share is enough. */
    ShardPlan {
        check(config, count);
    }

    /** Refuses a number of shards for which there is not enough. */
    static void check(ServerConfig config, int count) {
        long limit = config.storage().storeLimitBytes();
        if (limit > 0 && limit / count < ServerConfig.STORE_BYTES_MIN) {
            throw new StartException("store-limit: " + limit + " bytes are too few for " + count + " shards; give each "
                    + ServerConfig.STORE_BYTES_MIN + " bytes (16MiB) or more, or 0 for no limit");
        }
    }

    /** What a shard is told. */
    ShardConfig config(int shard) {
        long directBytes = PlatformDependent.maxDirectMemory();
        ServerConfig.Memory memory = config.memory();
        BucketMap alone = BucketMap.initial(count);
        Supplier<BucketMap> buckets = cluster == null ? () -> alone : cluster::buckets;
        return new ShardConfig(
                config.sessions().grace().toMillis(),
                config.sessions().memory().toMillis(),
                (int) heartbeat(config).toMillis(),
                Math.max(INBOX_SIZE_MIN, memory.inboxSize() / count),
                WINDOW_COMMANDS,
                WINDOW_BYTES,
                new ShardConfig.Memory(
                        memory.messageBytesOf(directBytes) / count,
                        memory.transientBytesOf(directBytes) / count,
                        Math.max(INBOX_BYTES_MIN, directBytes / INBOX_SHARE / count),
                        COMMIT_MILLIS,
                        Math.max(COMMIT_BYTES_MIN, COMMIT_BYTES / count)),
                new ShardConfig.Identity("sluice", clusterId, shard, buckets),
                config.redelivery().policies());
    }

    /** How often clients are told to beat: often where others wait for those of a leader that fell silent. */
    static Duration heartbeat(ServerConfig config) {
        Duration told = config.sessions().heartbeat();
        return config.cluster().isSet() && told.compareTo(HEARTBEAT_OF_CLUSTER_MAX) > 0
                ? HEARTBEAT_OF_CLUSTER_MAX
                : told;
    }

    /** Its log, rows and memory; {@code wake} is called when log or store have answers. */
    Shard.Resources resources(int shard, Runnable wake) {
        SlabPool pool = new SlabPool(SLAB_BYTES, Math.max(SLAB_BYTES, IDLE_SLAB_BYTES_MAX / count));
        if (!durable) {
            return new Shard.Resources(new MemoryLog(), new MemoryStore(wake), pool);
        }
        LmdbStore store = openStore(shard, wake);
        try {
            BatchLog log = cluster == null
                    ? LocalLog.open(
                            directory(config.storage().data(), shard).resolve("log"),
                            LogOptions.defaults().withShard(shard),
                            wake)
                    : cluster.log(shard, store, wake);
            return new Shard.Resources(log, store, pool);
        } catch (LogException e) {
            store.close();
            throw e;
        }
    }

    /** Opens its rows alone. */
    LmdbStore openStore(int shard, Runnable wake) {
        return LmdbStore.open(storeDirectory(shard), storeOptions().withShard(shard), wake);
    }

    StoreOptions storeOptions() {
        return StoreOptions.defaults().withLimitBytes(config.storage().storeLimitBytes() / count);
    }

    Path storeDirectory(int shard) {
        return directory(config.storage().data(), shard).resolve("store");
    }

    /** Where a member of a cluster keeps the terms of a shard's entries. */
    static Path terms(Path data, int shard) {
        return directory(data, shard).resolve("terms");
    }

    /** The part of a data directory that one shard has. */
    static Path directory(Path data, int shard) {
        return data.resolve("shard-" + shard);
    }
}
