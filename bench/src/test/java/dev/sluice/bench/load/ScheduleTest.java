package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final long START = 1_000;

    @Test
    void sendersOfARateTakeTurns() {
        Schedule first = new Schedule(START, 1_000, 2, 0);
        Schedule second = new Schedule(START, 1_000, 2, 1);

        assertThat(first.next()).isEqualTo(START);
        assertThat(second.next()).isEqualTo(START + 1_000_000);
        assertThat(first.next()).isEqualTo(START + 2_000_000);
        assertThat(second.next()).isEqualTo(START + 3_000_000);
    }

    @Test
    void aRateThatDividesNoSecondDoesNotDrift() {
        Schedule schedule = new Schedule(START, 3, 1, 0);
        long last = 0;
        for (int message = 0; message <= 300; message++) {
            last = schedule.next();
        }

        assertThat(last).isEqualTo(START + 100_000_000_000L);
    }

    @Test
    void waitsForThePlannedTimeAndTellsIt() {
        long start = System.nanoTime();
        Schedule schedule = new Schedule(start, 100, 1, 1);

        assertThat(schedule.await()).isEqualTo(start + 10_000_000);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(10_000_000);
    }

    @Test
    void whoIsLateIsToldThePlannedTimeAtOnce() {
        long longAgo = System.nanoTime() - 5_000_000_000L;
        Schedule schedule = new Schedule(longAgo, 1_000, 1, 0);

        assertThat(schedule.await()).isEqualTo(longAgo);
        assertThat(schedule.await()).isEqualTo(longAgo + 1_000_000);
    }

    @Test
    void theMaximumIsNow() {
        long before = System.nanoTime();

        assertThat(new Schedule(START, 0, 1, 0).await()).isBetween(before, System.nanoTime());
    }
}
