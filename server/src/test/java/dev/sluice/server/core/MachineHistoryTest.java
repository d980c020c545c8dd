package dev.sluice.server.core;

import dev.sluice.testing.Seeded;
import java.util.SplittableRandom;

/** Random lives of a shard: nothing lost, nothing doubled, in order, counted, the same again after a replay, and nothing left behind. */
final class MachineHistoryTest {
    private static final int STEPS = 150;

    @Seeded
    void keepsItsPromises(SplittableRandom random) {
        History history = new History(random);
        for (int step = 0; step < STEPS; step++) {
            history.step();
        }
        history.finish();
    }
}
