package dev.sluice.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The simulation of the simulation: whichever way the product is broken, it is found within some seeds, which the product as it is passes. */
class BreakageTest {
    private static final int SEEDS_MAX = 700;

    /** Seeds that found what takes many of them, tried first; when the product has changed so that they do not any more, all are. */
    private static final Map<Breakage, Long> FOUND_BY = Map.of(
            Breakage.REPEATS_ARE_NEW, 268L,
            Breakage.LATE_FOR_ANYONE, 168L,
            Breakage.LEADS_ON, 63L,
            Breakage.OLD_ROWS_STAY, 8L,
            Breakage.HALF_A_BODY_STAYS, 84L,
            Breakage.BROWSES_NOTHING, 13L,
            Breakage.TEMPORARY_FOR_EVER, 22L);

    @BeforeAll
    static void beQuiet() {
        ((Logger) LoggerFactory.getLogger("dev.sluice")).setLevel(Level.OFF);
    }

    @ParameterizedTest
    @EnumSource(Breakage.class)
    void isFound(Breakage breakage) {
        LongFunction<@Nullable String> broken = breakage.simulation();
        long seed = FOUND_BY.getOrDefault(breakage, 1L);
        String found = broken.apply(seed);
        for (long next = 1; found == null && next <= SEEDS_MAX; next++) {
            seed = next;
            found = broken.apply(seed);
        }
        assertThat(found).as("%s within %d seeds", breakage, SEEDS_MAX).isNotNull();
        System.out.println("breakage=" + breakage + " seed=" + seed + " found: " + found);
        assertThat(new Simulation().play(seed, null).failure())
                .as("the product as it is, seed %d", seed)
                .isNull();
    }
}
