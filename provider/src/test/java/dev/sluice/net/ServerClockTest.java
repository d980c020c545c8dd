package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private long here = 1_000_000;
    /** How far the wall clock was set. */
    private long set;

    private final ServerClock clock = new ServerClock(new Clock() {
        @Override
        public long nanoTime() {
            return here * 1_000_000;
        }

        @Override
        public long wallMillis() {
            return here + set;
        }
    });

    private void answer(long after, long serverMillis) {
        clock.asked();
        here += after;
        clock.heard(serverMillis);
    }

    @Test
    void isTheClockOfThisMachineWhenBothMayAgree() {
        answer(400, 1_000_100);
        assertThat(clock.millis()).isEqualTo(1_000_400);
        here += 10_000;
        clock.heard(here - 700);
        assertThat(clock.millis()).isEqualTo(here);
    }

    @Test
    void followsAServerThatIsAhead() {
        answer(20, 1_005_000);
        assertThat(clock.millis()).isEqualTo(1_005_000);
        here += 10_000;
        clock.heard(here + 5_000);
        assertThat(clock.millis()).isEqualTo(here + 5_000);
    }

    @Test
    void followsAServerThatIsBehindAndDoesNotTakeALateWordForALateClock() {
        answer(20, 999_000);
        assertThat(clock.millis()).isEqualTo(999_000);
        here += 10_000;
        clock.heard(here - 1_500);
        assertThat(clock.millis()).isEqualTo(here - 1_021);
        clock.heard(here - 1_003);
        assertThat(clock.millis()).isEqualTo(here - 1_003);
    }

    @Test
    void showsNoJumpOfTheWallClock() {
        answer(20, 1_000_010);
        set = 3_600_000;
        here += 500;
        assertThat(clock.millis()).as("before the server's next word").isEqualTo(1_000_520);
        clock.heard(1_000_520);
        assertThat(clock.millis()).as("and after it").isEqualTo(1_000_520);
        set = -3_600_000;
        here += 500;
        assertThat(clock.millis()).isEqualTo(1_001_020);
    }

    @Test
    void followsAServerWhoseClockWasSet() {
        answer(20, 1_000_010);
        here += 10_000;
        clock.heard(5_000_000);
        assertThat(clock.millis()).isEqualTo(5_000_000);
    }
}
