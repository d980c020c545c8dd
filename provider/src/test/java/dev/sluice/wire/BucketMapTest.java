package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketMapTest {
    private static BucketMap again(BucketMap map) {
        return BucketMap.decode(map.version(), map.shards(), map.encode());
    }

    private static void assertSame(BucketMap map, BucketMap expected) {
        assertThat(map.version()).isEqualTo(expected.version());
        assertThat(map.shards()).isEqualTo(expected.shards());
        for (int number = 0; number < 20_000; number++) {
            assertThat(map.shardOf("orders." + number)).isEqualTo(expected.shardOf("orders." + number));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 64})
    void theFirstMapTakesTheShardsInTurnsAndIsOneRun(int shards) {
        BucketMap map = BucketMap.initial(shards);
        assertThat(map.version()).isEqualTo(BucketMap.FIRST_VERSION);
        for (int number = 0; number < 1_000; number++) {
            String name = "orders." + number;
            assertThat(map.shardOf(name)).isEqualTo(Buckets.bucketOf(name) % shards);
        }
        assertThat(map.encode()).hasSize(4);
        assertSame(again(map), map);
    }

    @Test
    void aBucketThatMovesIsOnItsNewShardInTheNextVersion() {
        BucketMap before = BucketMap.initial(4);
        int bucket = Buckets.bucketOf("orders");
        int to = (before.shardOf("orders") + 2) % 4;
        BucketMap after = before.with(bucket, to);
        assertThat(after.version()).isEqualTo(2);
        assertThat(after.shardOf("orders")).isEqualTo(to);
        assertThat(before.shardOf("orders")).isNotEqualTo(to);
        assertThat(after.encode().length).isLessThanOrEqualTo(4 * 4);
        assertSame(again(after), after);
    }

    @Test
    void anyMapSurvivesItsBytes() {
        SplittableRandom random = new SplittableRandom(1);
        BucketMap map = BucketMap.initial(Wire.SHARDS_MAX);
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            map = map.with(bucket, random.nextInt(Wire.SHARDS_MAX));
        }
        assertThat(map.encode().length).isLessThanOrEqualTo(BucketMap.BYTES_MAX);
        assertSame(again(map), map);
    }

    private static void isRefused(long version, int shards, int... bytes) {
        byte[] runs = new byte[bytes.length];
        for (int index = 0; index < bytes.length; index++) {
            runs[index] = (byte) bytes[index];
        }
        assertThatThrownBy(() -> BucketMap.decode(version, shards, runs))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("map of");
    }

    @Test
    void whatIsNoMapIsRefused() {
        assertSame(BucketMap.decode(1, 3, new byte[] {0, 16, 0, 1}), BucketMap.initial(3));
        isRefused(0, 3, 0, 16, 0, 1);
        isRefused(1, 0, 0, 16, 0, 0);
        isRefused(1, 65, 0, 16, 0, 1);
        isRefused(1, 3, 0, 16, 3, 1);
        isRefused(1, 3, 0, 16, 0, 3);
        isRefused(1, 3, 1, 16, 0, 1);
        isRefused(1, 3, 255, 15, 0, 1);
        isRefused(1, 3, 0, 16, 0, 1, 0, 0, 0, 0);
        isRefused(1, 3, 0, 16, 0, 1, 1, 0, 0, 0);
        isRefused(1, 3, 0, 16, 0);
        isRefused(1, 3);
        isRefused(1, 3, new int[BucketMap.BYTES_MAX + 4]);
    }
}
