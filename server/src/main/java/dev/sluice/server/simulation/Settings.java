package dev.sluice.server.simulation;

import dev.sluice.server.core.RedeliveryPolicies;
import dev.sluice.server.core.RedeliveryPolicy;
import dev.sluice.server.shard.ShardConfig;
import dev.sluice.server.simulation.stage.Timeline;
import dev.sluice.wire.BucketMap;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

/** How the servers of one world are set, from its seed: small memories and short times too, so that what is rare elsewhere is frequent here. */
record Settings(
        int nodes, int shards, Times times, ShardConfig.Memory memory, int window, RedeliveryPolicy redelivery) {
    private static final int INBOX = 256;
    private static final long CLUSTER_ID = 42;

    /** How long sessions keep what they hold, how often they beat, and for how long they are remembered. */
    record Times(long graceMillis, int heartbeatMillis, long memoryMillis) {}

    static Settings of(long seed, Timeline chance) {
        long cache = chance.onceIn(2) ? 1 : 1 << 20;
        long commitBytes = chance.onceIn(2) ? 4 << 10 : 1 << 20;
        ShardConfig.Memory memory = new ShardConfig.Memory(cache, 1 << 20, 1 << 20, 100, commitBytes);
        return new Settings(
                3,
                chance.onceIn(3) ? 2 : 1,
                new Times(
                        chance.onceIn(2) ? 10_000 : 4_000,
                        chance.onceIn(2) ? 2_000 : 1_000,
                        chance.onceIn(2) ? 120_000 : 25_000),
                memory,
                chance.onceIn(3) ? 4 : 256,
                redelivery(new SplittableRandom(~seed)));
    }

    /** By a chance of its own: the rest of a world does not depend on it. */
    private static RedeliveryPolicy redelivery(SplittableRandom chance) {
        int limit = chance.nextBoolean() ? 0 : 1 + chance.nextInt(3);
        return new RedeliveryPolicy(limit, chance.nextInt(4) > 0 ? 0 : chance.nextInt(1, 2_000), 2, 4_000);
    }

    Duration heartbeat() {
        return Duration.ofMillis(times.heartbeatMillis);
    }

    ShardConfig shard(int shard, int count) {
        BucketMap buckets = BucketMap.initial(count);
        return new ShardConfig(
                times.graceMillis,
                times.memoryMillis,
                times.heartbeatMillis,
                INBOX,
                window,
                1 << 20,
                memory,
                new ShardConfig.Identity("simulation", CLUSTER_ID, shard, () -> buckets),
                new RedeliveryPolicies(redelivery, Map.of(), Map.of()));
    }
}
