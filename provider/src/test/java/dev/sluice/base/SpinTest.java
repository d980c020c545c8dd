package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SpinTest {
    private static final int FEW_LOOKS = 2;

    private final Spin spin = new Spin();

    @Test
    void whatIsDoneIsDone() {
        assertThat(spin.until(() -> true)).isTrue();
    }

    @Test
    void looksAgainForWhatComesSoon() {
        AtomicInteger looks = new AtomicInteger();

        boolean done = spin.until(() -> looks.incrementAndGet() > 10);

        assertThat(done).isEqualTo(Runtime.getRuntime().availableProcessors() > 1);
    }

    @Test
    void givesUpOnWhatDoesNotCome() {
        assertThat(spin.until(() -> false)).isFalse();
    }

    @Test
    void doesNotTryForLongWhereAnswersAreSlow() {
        for (int wait = 0; wait < 100; wait++) {
            boolean unused = spin.until(() -> false);
        }
        AtomicInteger looks = new AtomicInteger();

        boolean unused = spin.until(() -> looks.incrementAndGet() < 0);

        assertThat(looks.get()).isLessThanOrEqualTo(FEW_LOOKS);
    }

    @Test
    void leavesTheProcessorWhenAnotherThreadWaitsToo() throws InterruptedException {
        AtomicBoolean otherIsIn = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        Thread other = new Thread(() -> {
            boolean unused = spin.until(() -> {
                otherIsIn.set(true);
                while (!over.get()) {
                    Thread.onSpinWait();
                }
                return true;
            });
        });
        other.start();
        while (!otherIsIn.get()) {
            Thread.onSpinWait();
        }
        AtomicInteger looks = new AtomicInteger();

        boolean done = spin.until(() -> looks.incrementAndGet() > FEW_LOOKS);
        over.set(true);
        other.join();

        assertThat(done).isFalse();
    }
}
