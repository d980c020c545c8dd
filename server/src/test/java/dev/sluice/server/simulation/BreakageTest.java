package dev.sluice.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation of the simulation: whichever way the product is broken, it is found within some seeds, which the product as it is passes. */
class BreakageTest {
    private static final int SEEDS_MAX = 200;

    @ParameterizedTest
    @EnumSource(Breakage.class)
    void isFound(Breakage breakage) {
        LongFunction<@Nullable String> simulation = breakage.simulation();
        long seed = 1;
        String found = simulation.apply(seed);
        while (found == null && seed < SEEDS_MAX) {
            seed++;
            found = simulation.apply(seed);
        }
        System.out.println("breakage=" + breakage + " seed=" + seed + " found=" + found);
        assertThat(found).as("%s within %d seeds", breakage, SEEDS_MAX).isNotNull();
        assertThat(BrokenCode.unbroken().apply(seed))
                .as("the product as it is, seed %d", seed)
                .isNull();
    }
}
