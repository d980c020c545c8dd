package dev.sluice.programs;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waiting, without sleeping. */
final class Moments {
    /** For what must happen. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Long enough that something that is about to happen would have happened. */
    static final Duration SILENCE = Duration.ofMillis(250);

    private Moments() {}

    static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(5));
    }

    /** Waits until another thread opens {@code latch}. */
    static void await(CountDownLatch latch) {
        await("a latch is open").until(() -> latch.getCount() == 0);
    }

    /** Lets {@link #SILENCE} pass. */
    static void awaitSilence() {
        awaitMoment(SILENCE.toMillis());
    }

    static void awaitMoment(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> System.nanoTime() >= until);
    }

    /** What a listener does that takes its time: it works. Awaitility would interrupt its thread now and then. */
    static void work(long millis) {
        long until = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() - until < 0) {
            Thread.onSpinWait();
        }
    }
}
