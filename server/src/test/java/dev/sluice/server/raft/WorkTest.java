package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How much is done lately. */
class WorkTest {
    private final Work work = new Work(1);
    private long handled = 1_000_000;
    private long seconds = 100;

    private void handle(int aSecond, int duringSeconds) {
        for (int second = 0; second < duringSeconds; second++) {
            handled += aSecond;
            seconds++;
            work.sample(new long[] {handled}, TimeUnit.SECONDS.toNanos(seconds));
        }
    }

    @Test
    void followsWhatIsHandledASecondSlowlyAndForgetsWhatWasBefore() {
        work.sample(new long[] {handled}, TimeUnit.SECONDS.toNanos(seconds));
        assertThat(work.of(0)).isZero();
        handle(500, 1);
        assertThat(work.of(0)).isBetween(10.0, 50.0);
        handle(500, 200);
        assertThat(work.of(0)).isCloseTo(500, within(1.0));
        handle(0, 200);
        assertThat(work.of(0)).isCloseTo(0, within(1.0));
    }
}
