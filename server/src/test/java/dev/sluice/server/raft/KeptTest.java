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
}
