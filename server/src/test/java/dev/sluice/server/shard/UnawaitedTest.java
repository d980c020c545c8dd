package dev.sluice.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Batches of acknowledgements that nobody waits for, by a clock of the test. */
class UnawaitedTest {
    private static final int BYTES = 50;

    private final Unawaited unawaited = new Unawaited();
    private long now = 1;

    /** One acknowledgement, which goes when it is time; returns whether it waited at all. */
    private boolean passesAlone() {
        unawaited.came(BYTES, now);
        boolean waits = unawaited.waits(BYTES, now);
        now += waits ? Unawaited.WAIT_NANOS_MAX : 0;
        assertThat(unawaited.waits(BYTES, now)).isFalse();
        unawaited.proposed(BYTES, now);
        return waits;
    }

    @Test
    void aBatchWaitsFromItsFirstOn() {
        unawaited.came(BYTES, now);
        now += 400_000;
        unawaited.came(BYTES, now);
        assertThat(unawaited.waits(2 * BYTES, now)).isTrue();
        assertThat(unawaited.idleNanos(2 * BYTES, now)).isEqualTo(Unawaited.WAIT_NANOS_MAX - 400_000);
        now += Unawaited.WAIT_NANOS_MAX - 400_000;
        assertThat(unawaited.waits(2 * BYTES, now)).isFalse();
        assertThat(unawaited.idleNanos(2 * BYTES, now)).as("it is time").isZero();
    }

    @Test
    void withAnythingElseItDoesNotWait() {
        unawaited.came(BYTES, now);
        assertThat(unawaited.waits(BYTES + 1, now)).isFalse();
        assertThat(unawaited.idleNanos(BYTES + 1, now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aBatchThatIsEmptyOrLargeDoesNotWait() {
        assertThat(unawaited.waits(0, now)).isFalse();
        unawaited.came(Gathering.BYTES_ENOUGH, now);
        assertThat(unawaited.waits(Gathering.BYTES_ENOUGH, now)).isFalse();
    }

    @Test
    void whereClientsGetMessagesItGoes() {
        unawaited.came(BYTES, now);
        unawaited.delivered();
        assertThat(unawaited.waits(BYTES, now)).isFalse();

        unawaited.proposed(BYTES, now);
        unawaited.delivered();
        unawaited.came(BYTES, now);
        assertThat(unawaited.waits(BYTES, now))
                .as("what came after they got theirs")
                .isTrue();
    }

    @Test
    void whereNothingElseComesItSoonWaitsNoMore() {
        int waits = 0;
        for (int batch = 0; batch < 200; batch++) {
            waits += passesAlone() ? 1 : 0;
        }
        assertThat(waits).isBetween(6, 9);

        unawaited.came(BYTES, now);
        unawaited.proposed(1024, now);
        assertThat(passesAlone()).as("after one that was in company").isTrue();
    }

    @Test
    void whereSomethingComesItGoesOnWaiting() {
        assertThat(passesAlone()).isTrue();
        assertThat(passesAlone()).as("that was in vain").isFalse();
        for (int batch = 0; batch < 20; batch++) {
            unawaited.came(BYTES, now);
            assertThat(unawaited.waits(BYTES, now)).isTrue();
            unawaited.proposed(1024, now);
        }
        assertThat(passesAlone()).isTrue();
        assertThat(passesAlone()).as("one in vain, as at first").isFalse();
        assertThat(passesAlone()).isTrue();
    }
}
