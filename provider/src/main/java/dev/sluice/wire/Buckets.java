package dev.sluice.wire;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Where an address lives: its name hashes to one of 4,096 buckets, and each bucket belongs to a shard. Both sides compute it alike. Stateless. */
public final class Buckets {
    /** So many that shards which are added later take some of them over, each as a whole. */
    public static final int COUNT = 4096;

    private Buckets() {}

    /** The bucket of a queue or topic, from 0 on: CRC32C of the name in UTF-8, unsigned, modulo their count. */
    public static int bucketOf(String name) {
        CRC32C hash = new CRC32C();
        hash.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % COUNT);
    }

    /** The shard of a queue or topic on a server that has so many, from 0 on. */
    public static int shardOf(String name, int shards) {
        return bucketOf(name) % shards;
    }
}
