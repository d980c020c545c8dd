package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandOutTest {
    private final Time time = new Time();
    private final HandOut handOut = new HandOut(time);

    private static final class Time implements Clock {
        private long nanos = -5_000_000_000L;
        private long millis = 1_000_000;

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long wallMillis() {
            return millis;
        }

        void pass(long passed) {
            nanos += TimeUnit.MILLISECONDS.toNanos(passed);
            millis += passed;
        }
    }

    private void allowFor(long millis) {
        handOut.until(time.nanos + TimeUnit.MILLISECONDS.toNanos(millis), time.millis + millis);
    }

    @Test
    void isAllowedForItsTime() {
        assertThat(handOut.isAllowed()).isFalse();
        allowFor(8_000);
        time.pass(7_999);
        assertThat(handOut.isAllowed()).isTrue();
        time.pass(1);
        assertThat(handOut.isAllowed()).isFalse();
    }

    @Test
    void endsWhileTheMonotonicClockStandsStill() {
        allowFor(8_000);
        time.millis += 8_000;
        assertThat(handOut.isAllowed()).isFalse();
    }

    @Test
    void doesNotLastLongerWhereTheWallClockIsSetBack() {
        allowFor(8_000);
        time.millis -= 3_600_000;
        assertThat(handOut.isAllowed()).isTrue();
        time.pass(8_000);
        assertThat(handOut.isAllowed()).isFalse();
    }

    @Test
    void isAllowedAgainByTheNextWordAfterTheWallClockWasSetForward() {
        allowFor(8_000);
        time.millis += 3_600_000;
        assertThat(handOut.isAllowed()).isFalse();
        allowFor(8_000);
        assertThat(handOut.isAllowed()).isTrue();
    }
}
