package dev.sluice.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The simulation of the simulation: whichever way the product is broken, it is found within some seeds, which the product as it is passes. */
class BreakageTest {
    private static final int SEEDS_MAX = 400;

    @BeforeAll
    static void beQuiet() {
        ((Logger) LoggerFactory.getLogger("dev.sluice")).setLevel(Level.OFF);
    }

    @ParameterizedTest
    @EnumSource(Breakage.class)
    void isFound(Breakage breakage) {
        LongFunction<@Nullable String> broken = breakage.simulation();
        long seed = 1;
        String found = broken.apply(seed);
        while (found == null && seed < SEEDS_MAX) {
            seed++;
            found = broken.apply(seed);
        }
        assertThat(found).as("%s within %d seeds", breakage, SEEDS_MAX).isNotNull();
        System.out.println("breakage=" + breakage + " seed=" + seed + " found: " + found);
        assertThat(new Simulation().play(seed, null).failure())
                .as("the product as it is, seed %d", seed)
                .isNull();
    }
}
