package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private final Monitor monitor = new Monitor();

    @AfterEach
    void unmark() {
        boolean ignored = Thread.interrupted();
    }

    @Test
    void whoIsMarkedAsInterruptedWaitsAllTheSame() {
        Thread.currentThread().interrupt();
        long nanos = TimeUnit.MILLISECONDS.toNanos(30);
        long begun = System.nanoTime();
        int waits = 0;
        monitor.enter();
        try {
            for (long left = nanos; left > 0; left = monitor.awaitQuietly(left)) {
                waits++;
            }
        } finally {
            monitor.leave();
        }
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(nanos);
        assertThat(waits).isLessThan(10);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
}
