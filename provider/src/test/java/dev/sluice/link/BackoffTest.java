package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    @Test
    void theFirstAttemptIsAtOnceAlsoAfterAllWasWell() {
        Backoff backoff = new Backoff(() -> 0);
        assertThat(backoff.nextNanos()).isZero();
        assertThat(backoff.nextNanos()).isPositive();
        backoff.reset();
        assertThat(backoff.nextNanos()).isZero();
    }

    @Test
    void whoIsThereAgainIsFoundWithinAQuarterOfTheTimeThatWasWaited() {
        // The longest waits that chance gives.
        Backoff backoff = new Backoff(() -> -1);
        long waited = backoff.nextNanos();
        for (int attempt = 1; attempt < 100; attempt++) {
            long next = backoff.nextNanos();
            assertThat(next).isBetween(49 * MILLI, 2000 * MILLI).isLessThan(50 * MILLI + waited / 4 + MILLI);
            waited += next;
        }
        assertThat(backoff.nextNanos()).isGreaterThan(1999 * MILLI);
    }

    @Test
    void chanceTakesHalfAtMost() {
        Backoff shortest = new Backoff(() -> 0);
        Backoff longest = new Backoff(() -> -1);
        shortest.nextNanos();
        longest.nextNanos();
        for (int attempt = 1; attempt < 30; attempt++) {
            assertThat(shortest.nextNanos() * 2).isCloseTo(longest.nextNanos(), Offset.offset(10L));
        }
    }
}
