package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SerialTasksTest {
    private static final long MILLIS_MAX = 10_000;

    private final SerialTasks tasks = new SerialTasks("retiring");

    @Test
    void aThreadThatNobodyNeedsAnyMoreEndsAtOnce() throws Exception {
        Thread idle = run();

        tasks.retire();

        idle.join(MILLIS_MAX);
        assertThat(idle.isAlive()).isFalse();
    }

    @Test
    void whatIsGivenLateRunsAllTheSame() throws Exception {
        tasks.retire();

        Thread late = run();

        late.join(MILLIS_MAX);
        assertThat(late.isAlive()).isFalse();
    }

    @Test
    void whatInterruptedOneTaskIsNotForTheNext() throws Exception {
        tasks.run(() -> Thread.currentThread().interrupt());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        tasks.run(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
        assertThat(interrupted.get(MILLIS_MAX, TimeUnit.MILLISECONDS)).isFalse();
    }

    private Thread run() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        tasks.run(() -> ran.complete(Thread.currentThread()));
        return ran.get(MILLIS_MAX, TimeUnit.MILLISECONDS);
    }
}
