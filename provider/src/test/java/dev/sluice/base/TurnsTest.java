package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {
    private static final int THREADS = 6;
    private static final int EACH = 50_000;

    /** Takes what was put in, and counts without a lock: two turns at a time would lose counts. */
    private static final class Counter implements Turns.Work {
        private final Queue<Integer> in = new ConcurrentLinkedQueue<>();
        private final int[] next = new int[THREADS];
        private int done;
        private boolean orderly = true;

        @Override
        public boolean isThere() {
            return !in.isEmpty();
        }

        @Override
        public void doIt() {
            for (Integer entry = in.poll(); entry != null; entry = in.poll()) {
                int thread = entry % THREADS;
                orderly &= next[thread] == entry / THREADS;
                next[thread]++;
                done++;
            }
        }
    }

    @Test
    void doesAllThatManyThreadsBringOnceAndInOrder() throws Exception {
        Counter counter = new Counter();
        Turns turns = new Turns(counter);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            threads.add(new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int entry = 0; entry < EACH; entry++) {
                    counter.in.add(entry * THREADS + number);
                    assertThat(turns.take(Integer.MAX_VALUE)).isTrue();
                }
            }));
        }
        threads.forEach(Thread::start);
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        // Nobody comes to look after the last of them: what is left would be left for ever.
        assertThat(counter.in).isEmpty();
        assertThat(counter.done).isEqualTo(THREADS * EACH);
        assertThat(counter.orderly).isTrue();
    }

    @Test
    void saysThatThereIsMoreToDoThanTheCallerWantsToDo() {
        List<Integer> done = new ArrayList<>();
        Turns turns = new Turns(new Turns.Work() {
            @Override
            public boolean isThere() {
                return done.size() < 5;
            }

            @Override
            public void doIt() {
                done.add(done.size());
            }
        });

        assertThat(turns.take(3)).isFalse();
        assertThat(done).hasSize(3);
        assertThat(turns.take(3)).isTrue();
        assertThat(done).hasSize(5);
    }

    @Test
    void knowsWhoseTurnItIsAlsoWithinAnother() {
        List<Boolean> seen = new ArrayList<>();
        Turns[] both = new Turns[2];
        both[1] = new Turns(once(() -> {
            seen.add(both[1].isMine());
            seen.add(both[0].isMine());
            seen.add(Turns.isTaken());
        }));
        both[0] = new Turns(once(() -> {
            assertThat(both[1].take(1)).isTrue();
            seen.add(both[0].isMine());
        }));

        assertThat(both[0].take(2)).isTrue();

        assertThat(seen).containsExactly(true, false, true, true);
        assertThat(Turns.isTaken()).isFalse();
    }

    private static Turns.Work once(Runnable action) {
        return new Turns.Work() {
            private boolean done;

            @Override
            public boolean isThere() {
                return !done;
            }

            @Override
            public void doIt() {
                done = true;
                action.run();
            }
        };
    }
}
