package dev.sluice.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Clusters with all that may fail keep every promise. {@code -Dseed=N} plays one seed and prints what happens, {@code -Dseeds=N} more than usual. */
class SimulationTest {
    private static final long SEEDS = 1000;

    @BeforeAll
    static void beQuiet() {
        ((Logger) LoggerFactory.getLogger("dev.sluice")).setLevel(Level.OFF);
    }

    @Test
    void everySeedKeepsEveryPromise() throws InterruptedException {
        Long only = Long.getLong("seed");
        if (only != null) {
            Outcome outcome = new Simulation().play(only, System.out::println);
            assertThat(outcome.failure()).isNull();
            return;
        }
        long seeds = Long.getLong("seeds", SEEDS);
        List<Outcome> bad =
                new Seeds(1, seeds, outcome -> {}).play(Runtime.getRuntime().availableProcessors());
        assertThat(bad)
                .as("play one again: ./sluice simulate --seed N, or -Dtest=SimulationTest -Dseed=N")
                .isEmpty();
    }

    @Test
    void theSameSeedIsTheSameWorld() {
        for (long seed = 1; seed <= 5; seed++) {
            Outcome first = new Simulation().play(seed, null);
            assertThat(new Simulation().play(seed, null)).isEqualTo(first);
        }
    }
}
