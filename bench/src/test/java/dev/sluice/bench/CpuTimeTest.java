package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuTimeTest {
    @Test
    void theStolenShareIsOfAllTimeOnce() {
        // Guests' time is part of user's: the last two fields are not added again.
        CpuTime before = CpuTime.parse("cpu  100 0 100 700 50 0 0 50 40 10");
        CpuTime after = CpuTime.parse("cpu  150 0 150 780 50 0 0 70 80 20");

        assertThat(before.total()).isEqualTo(1_000);
        assertThat(after.stealPercentSince(before)).isEqualTo(10.0);
    }

    @Test
    void noTimeHasNoShare() {
        CpuTime now = CpuTime.parse("cpu  1 2 3 4 5 6 7 8");

        assertThat(now.stealPercentSince(now)).isZero();
    }
}
