package dev.sluice.server.shard;

import dev.sluice.base.Invariant;
import dev.sluice.server.core.RedeliveryPolicies;
import dev.sluice.wire.BucketMap;
import java.util.function.Supplier;

/**
 * What a shard is told before it starts. Times in milliseconds, sizes in bytes.
 *
 * @param graceMillis how long a session whose socket closed keeps its claim on the messages it holds
 * @param sessionMemoryMillis how long a session that does not come back is remembered, from the loss of its socket on
 * @param heartbeatMillis what clients are told to beat at
 * @param inboxCapacity entries of the ring before the shard (reads of sockets, not messages)
 * @param windowCommands the most unconfirmed commands of a client
 * @param windowBytes the most bytes of them, and of its non-persistent messages not yet taken
 * @param memory how much is kept in memory, and for how long before it goes to the store
 * @param identity what clients are told of this server
 * @param policies what becomes of messages whose deliveries fail
 */
public record ShardConfig(
        long graceMillis,
        long sessionMemoryMillis,
        int heartbeatMillis,
        int inboxCapacity,
        int windowCommands,
        int windowBytes,
        Memory memory,
        Identity identity,
        RedeliveryPolicies policies) {
    /** Checks the ranges. */
    public ShardConfig {
        Invariant.check(graceMillis > 0 && sessionMemoryMillis >= graceMillis, "grace is above session memory");
        Invariant.check(inboxCapacity >= 64, "the inbox is below 64 entries");
    }

    /**
     * Who the server is, and which shard of it this one.
     *
     * @param server name and version, for people
     * @param clusterId names its data, in all its runs
     * @param shard which of its shards this is, from 0 on
     * @param buckets says which shard has which address, as far as this server knows now
     */
    public record Identity(String server, long clusterId, int shard, Supplier<BucketMap> buckets) {
        /** How many shards it has. */
        public int shards() {
            return buckets.get().shards();
        }
    }

    /**
     * Memory of a shard.
     *
     * @param cacheBytes slabs of the newest messages
     * @param transientBytes non-persistent messages; what is beyond goes to the disk
     * @param inboxBytes what was read from sockets and waits for the shard
     * @param commitMillis changes go to the store after this time
     * @param commitBytes or when there are so many of them
     */
    public record Memory(long cacheBytes, long transientBytes, long inboxBytes, long commitMillis, long commitBytes) {
        /** For a heap of 256 MiB and as much direct memory. */
        public static final Memory SMALL = new Memory(64L << 20, 48L << 20, 32L << 20, 100, 32L << 20);
    }

    /** What a server with default settings uses. */
    public static ShardConfig defaults(String server) {
        return new ShardConfig(
                10_000,
                120_000,
                5_000,
                16_384,
                8_192,
                8 << 20,
                Memory.SMALL,
                new Identity(server, 1, 0, () -> BucketMap.initial(1)),
                RedeliveryPolicies.NONE);
    }
}
