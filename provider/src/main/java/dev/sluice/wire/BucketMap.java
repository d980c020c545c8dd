package dev.sluice.wire;

import com.google.errorprone.annotations.Immutable;
import dev.sluice.wire.codec.BucketsChangedDecoder;
import dev.sluice.wire.codec.WelcomeDecoder;
import java.util.Arrays;

/**
 * Which shard has which bucket, and with that each address: both sides go by the server's. A later map has a higher version. As bytes it is runs of
 * buckets: uint16 how many, uint8 the shard of the first, uint8 by how much that of each next one is further, modulo the number of shards.
 */
@Immutable
public final class BucketMap {
    /** Of the map that a server begins with. */
    public static final long FIRST_VERSION = 1;

    /** Each bucket a run of its own. */
    public static final int BYTES_MAX = Buckets.COUNT * 4;

    private static final int RUN_BYTES = 4;
    private static final int BYTE_MASK = 0xff;

    private final long version;
    private final int shards;

    @SuppressWarnings("Immutable") // Never given out, and never changed.
    private final byte[] shardByBucket;

    private BucketMap(long version, int shards, byte[] shardByBucket) {
        this.version = version;
        this.shards = shards;
        this.shardByBucket = shardByBucket;
    }

    /** The map that data begin with that are divided among so many shards: one after the other gets a bucket. */
    public static BucketMap initial(int shards) {
        checkShards(shards);
        byte[] shardByBucket = new byte[Buckets.COUNT];
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            shardByBucket[bucket] = (byte) (bucket % shards);
        }
        return new BucketMap(FIRST_VERSION, shards, shardByBucket);
    }

    private static void checkShards(int shards) {
        if (shards < 1 || shards > Wire.SHARDS_MAX) {
            throw new FrameException("a map of buckets for " + shards + " shards: 1 to " + Wire.SHARDS_MAX);
        }
    }

    /** Reads the one in a frame, whose data were not read yet. */
    public static BucketMap of(WelcomeDecoder frame) {
        int unused = frame.skipServer();
        byte[] runs = new byte[frame.bucketsLength()];
        frame.getBuckets(runs, 0, runs.length);
        return decode(frame.bucketsVersion(), frame.shards(), runs);
    }

    /** Reads the one in a frame. */
    public static BucketMap of(BucketsChangedDecoder frame) {
        byte[] runs = new byte[frame.bucketsLength()];
        frame.getBuckets(runs, 0, runs.length);
        return decode(frame.version(), frame.shards(), runs);
    }

    /**
     * Reads a map.
     *
     * @throws FrameException when these are not the bytes of one
     */
    public static BucketMap decode(long version, int shards, byte[] runs) {
        checkShards(shards);
        if (version < FIRST_VERSION || runs.length > BYTES_MAX || runs.length % RUN_BYTES != 0) {
            throw new FrameException("a map of buckets of version " + version + " in " + runs.length + " bytes");
        }
        byte[] shardByBucket = new byte[Buckets.COUNT];
        int bucket = 0;
        for (int at = 0; at < runs.length; at += RUN_BYTES) {
            int count = (runs[at] & BYTE_MASK) | ((runs[at + 1] & BYTE_MASK) << Byte.SIZE);
            int shard = runs[at + 2] & BYTE_MASK;
            int step = runs[at + 3] & BYTE_MASK;
            if (count == 0 || count > Buckets.COUNT - bucket || shard >= shards || step >= shards) {
                throw new FrameException("a map of buckets with a run of " + count + " from bucket " + bucket
                        + " on, shard " + shard + " and step " + step + ", for " + shards + " shards");
            }
            for (int end = bucket + count; bucket < end; bucket++) {
                shardByBucket[bucket] = (byte) shard;
                shard = (shard + step) % shards;
            }
        }
        if (bucket != Buckets.COUNT) {
            throw new FrameException("a map of " + bucket + " buckets: there are " + Buckets.COUNT);
        }
        return new BucketMap(version, shards, shardByBucket);
    }

    /** Its bytes, with {@link #version} and {@link #shards} what {@link #decode} reads. */
    public byte[] encode() {
        byte[] runs = new byte[BYTES_MAX];
        int length = 0;
        for (int bucket = 0; bucket < Buckets.COUNT; ) {
            int step = bucket + 1 < Buckets.COUNT ? step(bucket) : 0;
            int end = bucket + 1;
            while (end < Buckets.COUNT && step(end - 1) == step) {
                end++;
            }
            runs[length] = (byte) (end - bucket);
            runs[length + 1] = (byte) ((end - bucket) >> Byte.SIZE);
            runs[length + 2] = shardByBucket[bucket];
            runs[length + 3] = (byte) step;
            length += RUN_BYTES;
            bucket = end;
        }
        return Arrays.copyOf(runs, length);
    }

    private int step(int bucket) {
        return (shardByBucket[bucket + 1] - shardByBucket[bucket] + shards) % shards;
    }

    /** The same but for one bucket, as the next version. */
    public BucketMap with(int bucket, int shard) {
        byte[] changed = shardByBucket.clone();
        changed[bucket] = (byte) shard;
        return new BucketMap(version + 1, shards, changed);
    }

    /** Which map this is. */
    public long version() {
        return version;
    }

    /** Among how many shards the buckets are. */
    public int shards() {
        return shards;
    }

    /** The shard of a queue or topic, from 0 on. */
    public int shardOf(String name) {
        return shardByBucket[Buckets.bucketOf(name)];
    }
}
