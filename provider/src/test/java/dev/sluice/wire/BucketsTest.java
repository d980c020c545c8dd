package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** Both sides, and clients in other languages, find an address by the same numbers. */
class BucketsTest {
    @Test
    void hashesTheNameAsTheDocumentSays() {
        // The check value of CRC32C is 0xE3069283.
        assertThat(Buckets.bucketOf("123456789")).isEqualTo(0x283);
        assertThat(Buckets.bucketOf("")).isZero();
    }

    @Test
    void spreadsNamesOverAllShards() {
        BitSet used = new BitSet();
        for (int number = 0; number < 1_000; number++) {
            int shard = BucketMap.initial(Wire.SHARDS_MAX).shardOf("orders." + number);
            assertThat(shard).isBetween(0, Wire.SHARDS_MAX - 1);
            used.set(shard);
            assertThat(BucketMap.initial(1).shardOf("orders." + number)).isZero();
        }
        assertThat(used.cardinality()).isEqualTo(Wire.SHARDS_MAX);
    }

    @Test
    void aDeadLetterQueueIsWhereItsSourceIs() {
        assertThat(Buckets.bucketOf("DLQ.123456789")).isEqualTo(0x283);
        assertThat(Buckets.bucketOf("DLQ.")).isZero();
        assertThat(Buckets.bucketOf("DLQ.DLQ.123456789")).isNotEqualTo(0x283);
        assertThat(Buckets.bucketOf("dlq.123456789")).isNotEqualTo(0x283);
        assertThat(Buckets.isDeadLetterQueue("DLQ.x")).isTrue();
        assertThat(Buckets.isDeadLetterQueue("DLQ")).isFalse();
    }
}
