package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private long here = 1_000_000;
    private final ServerClock clock = new ServerClock(new Clock() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long wallMillis() {
            return here;
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
    void followsAClockThatWasSet() {
        answer(20, 1_000_010);
        here += 3_600_000;
        clock.heard(1_010_000);
        assertThat(clock.millis()).isEqualTo(1_010_000);
    }
}
