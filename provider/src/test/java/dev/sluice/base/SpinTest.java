package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SpinTest {
    private static final int FEW_LOOKS = 2;

    private final Spin spin = new Spin();

    @Test
    void whatIsDoneIsDone() {
        assertThat(wait(() -> true)).isTrue();
    }

    @Test
    void looksAgainForWhatComesSoon() {
        AtomicInteger looks = new AtomicInteger();

        boolean done = wait(() -> looks.incrementAndGet() > 10);

        assertThat(done).isEqualTo(Runtime.getRuntime().availableProcessors() > 1);
    }

    @Test
    void givesUpOnWhatDoesNotCome() {
        assertThat(wait(() -> false)).isFalse();
    }

    @Test
    void doesNotTryForLongWhereAnswersAreSlow() {
        for (int wait = 0; wait < 100; wait++) {
            boolean unused = wait(() -> false);
        }
        AtomicInteger looks = new AtomicInteger();

        boolean unused = wait(() -> looks.incrementAndGet() < 0);

        assertThat(looks.get()).isLessThanOrEqualTo(FEW_LOOKS);
    }

    @Test
    void doesNotSpinWhileAnotherThreadWaitsToo() {
        spin.begin();
        AtomicInteger looks = new AtomicInteger();

        assertThat(wait(() -> looks.incrementAndGet() > FEW_LOOKS)).isFalse();

        spin.end();
    }

    private boolean wait(BooleanSupplier done) {
        spin.begin();
        try {
            return spin.until(done);
        } finally {
            spin.end();
        }
    }
}
