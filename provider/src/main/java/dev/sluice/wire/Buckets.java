package dev.sluice.wire;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Where an address lives: its name hashes to one of 4,096 buckets, and each bucket belongs to a shard (see {@link BucketMap}). Both sides compute it alike. Stateless. */
public final class Buckets {
    /** So many that shards which are added later take some of them over, each as a whole. */
    public static final int COUNT = 4096;

    /** With this before the name of a destination, it is that one's dead-letter queue. */
    public static final String DEAD_LETTER_PREFIX = "DLQ.";

    private Buckets() {}

    /**
     * The bucket of a queue or topic, from 0 on: CRC32C of the name in UTF-8, unsigned, modulo their count. That of a dead-letter queue is
     * its source's, so that a message can go there within its shard.
     */
    public static int bucketOf(String name) {
        CRC32C hash = new CRC32C();
        hash.update(source(name).getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % COUNT);
    }

    private static String source(String name) {
        return isDeadLetterQueue(name) ? name.substring(DEAD_LETTER_PREFIX.length()) : name;
    }

    /** Whether it is the name of a dead-letter queue. */
    public static boolean isDeadLetterQueue(String name) {
        return name.startsWith(DEAD_LETTER_PREFIX);
    }
}
