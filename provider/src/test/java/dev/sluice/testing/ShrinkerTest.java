package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

class ShrinkerTest {
    @Seeded(runs = 20)
    void keepsOnlyTheStepsThatMakeItFail(SplittableRandom random) {
        List<Integer> history = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            history.add(step);
        }
        int one = random.nextInt(30);
        int other = 30 + random.nextInt(30);

        List<Integer> shrunk = Shrinker.shrink(history, steps -> steps.contains(one) && steps.contains(other));

        assertThat(shrunk).containsExactly(one, other);
    }
}
