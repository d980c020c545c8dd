package dev.sluice.server.simulation;

import dev.sluice.link.Link;
import dev.sluice.server.core.RedeliveryPolicies;
import dev.sluice.server.core.RedeliveryPolicy;
import dev.sluice.server.shard.ShardConfig;
import dev.sluice.server.simulation.stage.Timeline;
import dev.sluice.wire.BucketMap;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

/** How the servers of one world are set, from its seed: small memories and short times too, so that what is rare elsewhere is frequent here. */
record Settings(
        int nodes,
        int shards,
        Times times,
        ShardConfig.Memory memory,
        int window,
        Redelivery redelivery,
        Disks disks,
        Names names) {
    private static final int INBOX = 256;
    private static final int DELAY_MILLIS_MAX = 4_000;
    static final long CLUSTER_ID = 42;

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
                Redelivery.of(new SplittableRandom(~seed)),
                Disks.of(new SplittableRandom(seed ^ Disks.CHANCE)),
                Names.of(new SplittableRandom(seed ^ Names.CHANCE)));
    }

    /** Whether clients can go by the names that the servers have for each other; where they cannot, they are passed on. */
    record Names(boolean areGoodForAll) {
        private static final long CHANCE = 0xADD4E55;
        private static final int GOOD_PORT = 1;

        /** By a chance of its own. */
        static Names of(SplittableRandom chance) {
            return new Names(chance.nextBoolean());
        }

        /** What the servers call this one. */
        InetSocketAddress of(int server) {
            return InetSocketAddress.createUnresolved(
                    Character.toString('a' + server), areGoodForAll ? GOOD_PORT : GOOD_PORT + 1);
        }
    }

    /** How many entries of a Raft log are kept when the rows have them, and whether disks are lost: in both cases members need copies of rows. */
    record Disks(int entriesKept, boolean areLost) {
        private static final long CHANCE = 0x5EED;
        private static final int ENTRIES_KEPT_MAX = 100;
        private static final int ALL = Integer.MAX_VALUE;

        /** By a chance of its own: the rest of a world does not depend on it. */
        static Disks of(SplittableRandom chance) {
            int kept = chance.nextBoolean() ? ALL : chance.nextInt(ENTRIES_KEPT_MAX);
            return new Disks(kept, chance.nextInt(3) == 0);
        }
    }

    /** How often messages are delivered, 0 for ever: by the policy of the servers, or by what all consumers bring. */
    record Redelivery(int limit, RedeliveryPolicy servers, Link.Redelivery brought) {
        /** By a chance of its own: the rest of a world does not depend on it. */
        static Redelivery of(SplittableRandom chance) {
            int limit = chance.nextBoolean() ? 0 : 1 + chance.nextInt(3);
            int delay = chance.nextInt(4) > 0 ? 0 : chance.nextInt(1, 2_000);
            return limit > 0 && chance.nextBoolean()
                    ? new Redelivery(
                            limit,
                            new RedeliveryPolicy(limit - 1, 0, 1, 0),
                            new Link.Redelivery(limit, delay, 1_000, DELAY_MILLIS_MAX))
                    : new Redelivery(
                            limit, new RedeliveryPolicy(limit, delay, 2, DELAY_MILLIS_MAX), Link.Redelivery.SERVERS);
        }
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
                new RedeliveryPolicies(redelivery.servers(), Map.of(), Map.of()));
    }
}
