package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How far a log may be cut. */
class KeptTest {
    private static final int MEGABYTE = 1 << 20;

    @Test
    void keepsSoManyBytesAndCutsStepByStep() {
        Kept kept = new Kept(32L * MEGABYTE);
        long index = 0;
        int cuts = 0;
        for (int entry = 0; entry < 1_000; entry++) {
            index++;
            if (kept.add(index, MEGABYTE)) {
                cuts++;
                long left = index - kept.cutIndex();
                assertThat(left).isBetween(32L, 40L);
            }
        }
        assertThat(cuts).isBetween(110, 125);
    }

    @Test
    void cutsNothingBeforeThereIsMoreThanThat() {
        Kept kept = new Kept(32L * MEGABYTE);
        for (int entry = 1; entry <= 32; entry++) {
            assertThat(kept.add(entry, MEGABYTE)).isFalse();
        }
        assertThat(kept.cutIndex()).isZero();
    }

    @Test
    void smallEntriesCountForMoreThanTheirBytes() {
        Kept kept = new Kept(32L * MEGABYTE);
        long most = 0;
        for (int entry = 1; entry <= 200_000; entry++) {
            boolean unused = kept.add(entry, 150);
            most = Math.max(most, entry - kept.cutIndex());
        }
        assertThat(most).isLessThan(40_000);
    }

    @Test
    void whatWasThereBeforeCounts() {
        Kept kept = new Kept(32L * MEGABYTE);
        assertThat(kept.add(10_000, 10_000, 6L * MEGABYTE)).isFalse();
        assertThat(kept.add(20_000, 10_000, 6L * MEGABYTE)).isFalse();
        assertThat(kept.add(50_000, 30_000, 6L * MEGABYTE)).isTrue();
        assertThat(kept.cutIndex()).isEqualTo(20_000);
        assertThat(kept.add(50_100, 100, 8L * MEGABYTE)).isFalse();
        assertThat(kept.add(50_200, 100, 50L * MEGABYTE)).isTrue();
        assertThat(kept.cutIndex()).isEqualTo(50_100);
    }
}
