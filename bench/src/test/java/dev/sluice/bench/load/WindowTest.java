package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WindowTest {
    private static final int SIZE = 8;
    private static final int MESSAGES = 100_000;

    private final ExecutorService server = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void neverHoldsMoreThanItsSize() throws Exception {
        LinkedBlockingQueue<Integer> wire = new LinkedBlockingQueue<>();
        AtomicInteger unconfirmed = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Window window = new Window(SIZE);
        Future<?> confirming = server.submit(() -> {
            for (int message = 0; message < MESSAGES; message++) {
                wire.take();
                unconfirmed.decrementAndGet();
                window.leave();
            }
            return null;
        });
        for (int message = 0; message < MESSAGES; message++) {
            window.enter();
            most.accumulateAndGet(unconfirmed.incrementAndGet(), Math::max);
            wire.add(message);
        }
        window.awaitEmpty();

        confirming.get();
        assertThat(unconfirmed).hasValue(0);
        assertThat(most).hasValueBetween(1, SIZE);
    }

    @Test
    void aFailureReachesTheSenderThatWaits() throws Exception {
        Window window = new Window(1);
        window.enter();
        server.execute(() -> window.fail(new IOException("no space")));

        assertThatThrownBy(window::awaitEmpty).hasMessageContaining("no space");
    }

    @Test
    void whatWasNotSentIsNotWaitedFor() throws Exception {
        Window window = new Window(1);
        window.enter();
        window.withdraw();

        window.awaitEmpty();
    }
}
