package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The types that threads share, used by real threads. */
@Timeout(60)
class SharingTest {
    private static final int THREADS = 6;

    @Test
    void aGateNeverHoldsMoreThanItsWindowAndForgetsNoWaiter() throws Exception {
        Gate gate = new Gate(5, 100);
        AtomicLong entries = new AtomicLong();
        AtomicLong bytes = new AtomicLong();
        AtomicInteger beyond = new AtomicInteger();
        List<Thread> threads = start(index -> {
            SplittableRandom random = new SplittableRandom(index);
            for (int round = 0; round < 3_000; round++) {
                int size = 1 + random.nextInt(60);
                assertThat(gate.enter(size)).isTrue();
                if (entries.incrementAndGet() > 5 || bytes.addAndGet(size) > 100) {
                    beyond.incrementAndGet();
                }
                bytes.addAndGet(-size);
                entries.decrementAndGet();
                gate.leave(size);
            }
        });
        join(threads);
        assertThat(beyond).hasValue(0);
        assertThat(gate.tryEnter(100)).isTrue();
    }

    @Test
    void aGateLetsSomethingLargeThroughAlone() throws Exception {
        Gate gate = new Gate(5, 100);
        assertThat(gate.enter(1_000)).isTrue();
        assertThat(gate.tryEnter(1)).isFalse();
        gate.leave(1_000);
        assertThat(gate.tryEnter(1)).isTrue();
        assertThat(gate.tryEnter(1_000)).isFalse();
        gate.force(1_000);
        gate.leave(1);
        assertThat(gate.tryEnter(1)).isFalse();
    }

    @Test
    void aClosedGateLetsAllWaitersGo() throws Exception {
        Gate gate = new Gate(1, 100);
        assertThat(gate.enter(1)).isTrue();
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = start(index -> {
            if (!gate.enter(1)) {
                refused.incrementAndGet();
            }
        });
        await().until(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        gate.close();
        join(threads);
        assertThat(refused).hasValue(THREADS);
    }

    @Test
    void aWaiterThatIsInterruptedTakesNothing() throws Exception {
        Gate gate = new Gate(1, 100);
        assertThat(gate.enter(1)).isTrue();
        AtomicInteger interrupted = new AtomicInteger();
        Thread waiter = new Thread(() -> {
            try {
                assertThat(gate.enter(1)).isFalse();
            } catch (InterruptedException expected) {
                interrupted.incrementAndGet();
            }
        });
        waiter.start();
        await().until(() -> waiter.getState() == Thread.State.WAITING);
        waiter.interrupt();
        waiter.join();
        assertThat(interrupted).hasValue(1);
        gate.leave(1);
        assertThat(gate.tryEnter(1)).isTrue();
    }

    @Test
    void aCompletionWakesAllAndCallsBackOnce() throws Exception {
        for (int round = 0; round < 300; round++) {
            Completion completion = new Completion();
            AtomicInteger calls = new AtomicInteger();
            AtomicLong sum = new AtomicLong();
            List<Thread> threads = start(index -> {
                completion.onDone(calls::incrementAndGet);
                completion.awaitDone();
                sum.addAndGet(completion.value());
            });
            completion.succeed(7);
            join(threads);
            assertThat(calls).hasValue(THREADS);
            assertThat(sum).hasValue(7L * THREADS);
        }
    }

    @Test
    void aCompletionIsDoneOnce() {
        Completion completion = new Completion();
        List<Integer> order = new ArrayList<>();
        completion.onDone(() -> order.add(1));
        completion.onDone(() -> order.add(2));
        completion.fail(new IllegalArgumentException("no"));
        completion.onDone(() -> order.add(3));
        assertThat(order).containsExactly(1, 2, 3);
        assertThat(completion.failure()).hasMessage("no");
        assertThatThrownBy(() -> completion.succeed(1)).hasMessageContaining("completed twice");
    }

    @Test
    void aSharedThingEndsWithItsLastUser() {
        List<String> events = new ArrayList<>();
        Shared<String> shared = new Shared<>(
                () -> {
                    events.add("made");
                    return "it";
                },
                thing -> events.add("ended"));
        assertThat(shared.acquire()).isEqualTo("it");
        assertThat(shared.acquire()).isEqualTo("it");
        shared.release();
        assertThat(events).containsExactly("made");
        shared.release();
        assertThat(shared.acquire()).isEqualTo("it");
        assertThat(events).containsExactly("made", "ended", "made");
        shared.release();
        assertThatThrownBy(shared::release).hasMessageContaining("more often");
    }

    private interface Body {
        void run(int index) throws Exception;
    }

    private static List<Thread> start(Body body) {
        List<Thread> threads = new ArrayList<>();
        for (int index = 0; index < THREADS; index++) {
            int number = index;
            Thread thread = new Thread(() -> {
                try {
                    body.run(number);
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            });
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
