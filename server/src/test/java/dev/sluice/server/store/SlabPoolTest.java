package dev.sluice.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Slab;
import org.junit.jupiter.api.Test;

/** Slabs are used again, and counted. */
final class SlabPoolTest {
    private final SlabPool pool = new SlabPool(1024, 2048);

    @Test
    void usesASlabAgainFromItsBeginning() {
        Slab slab = pool.take(10);
        slab.position(500);
        slab.bytes().position(7).limit(9);
        slab.release();
        Slab again = pool.take(1024);
        assertThat(again).isSameAs(slab);
        assertThat(again.position()).isZero();
        assertThat(again.bytes().remaining()).isEqualTo(1024);
    }

    @Test
    void countsWhatIsTakenAndKeepsNoMoreThanItMay() {
        Slab first = pool.take(1);
        Slab second = pool.take(1);
        Slab third = pool.take(1);
        assertThat(pool.usedBytes()).isEqualTo(3 * 1024);
        first.release();
        second.release();
        third.release();
        assertThat(pool.usedBytes()).isZero();
        assertThat(pool.idleBytes()).isEqualTo(2048);
        pool.trim();
        assertThat(pool.idleBytes()).isZero();
    }

    @Test
    void makesLargerSlabsToMeasureAndKeepsNone() {
        Slab large = pool.take(5000);
        assertThat(large.bytes().capacity()).isEqualTo(5000);
        assertThat(pool.usedBytes()).isEqualTo(5000);
        large.retain();
        large.release();
        assertThat(pool.usedBytes()).isEqualTo(5000);
        large.release();
        assertThat(pool.usedBytes()).isZero();
        assertThat(pool.idleBytes()).isZero();
    }
}
