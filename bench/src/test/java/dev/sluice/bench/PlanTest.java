package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void someNamesStandForTwoWorkloadsEachWithFreshServers() {
        assertThat(Plan.of(List.of("w3", "w6")))
                .extracting(Plan.Turn::workloads)
                .containsExactly(List.of("w3"), List.of("w3r"), List.of("w6"), List.of("w6d"));
    }

    @Test
    void theBacklogIsFilledThenReceivedThenBothOnTheSameServers() {
        assertThat(Plan.of(List.of("w7")))
                .singleElement()
                .extracting(Plan.Turn::workloads)
                .isEqualTo(List.of("w7fill", "w7drain", "w7both"));
    }

    @Test
    void whatIsNamedTwiceIsMeasuredOnce() {
        assertThat(Plan.of(List.of("w2", "all", "w2")))
                .extracting(Plan.Turn::name)
                .doesNotHaveDuplicates()
                .startsWith("w2", "w1", "w3", "w3r")
                .contains("w12");
    }

    @Test
    void anUnknownNameIsToldTheKnownOnes() {
        assertThatThrownBy(() -> Plan.of(List.of("w1", "w13")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'w13'")
                .hasMessageContaining("w1, w2, w3")
                .hasMessageContaining("all");
    }
}
