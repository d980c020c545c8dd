package dev.sluice.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PulseTest {
    @Test
    void aClientIsLostAfterThreeSilentBeats() {
        Pulse pulse = new Pulse(10_000, 0);
        assertThat(pulse.millis()).isEqualTo(10_000);
        assertThat(pulse.silenceMillis()).isEqualTo(30_000);
        assertThat(pulse.beat(false)).isTrue();
        assertThat(pulse.beat(false)).isTrue();
        pulse.heard();
        assertThat(pulse.beat(false)).isTrue();
        assertThat(pulse.beat(false)).isTrue();
        assertThat(pulse.beat(false)).isTrue();
        assertThat(pulse.beat(false)).isFalse();
    }

    @Test
    void aClientThatWaitsForUsIsNotSilent() {
        Pulse pulse = new Pulse(10_000, 0);
        for (int beat = 0; beat < 10; beat++) {
            assertThat(pulse.beat(true)).isTrue();
        }
    }

    @Test
    void aQuickClientGetsItsBeatsAndASlowOneItsTime() {
        assertThat(new Pulse(10_000, 1_000).millis()).isEqualTo(1_000);
        assertThat(new Pulse(10_000, 1_000).silenceMillis()).isEqualTo(3_000);
        assertThat(new Pulse(10_000, 60_000).millis()).isEqualTo(10_000);
        assertThat(new Pulse(10_000, 60_000).silenceMillis()).isEqualTo(180_000);
    }

    @Test
    void noClientMakesTheServerBeatWithoutEndOrWaitForEver() {
        assertThat(new Pulse(10_000, 1).millis()).isEqualTo(50);
        assertThat(new Pulse(10_000, 0xFFFF_FFFFL).silenceMillis()).isEqualTo(1_800_000);
    }
}
