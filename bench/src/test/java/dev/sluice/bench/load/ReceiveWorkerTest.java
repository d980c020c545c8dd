package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.LoadClient.Consumer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiveWorkerTest {
    private final Gauges gauges = Gauges.create();

    @Test
    void receivesWhatIsThereAfterTheEndAndSettlesIt() throws Exception {
        FakeConsumer consumer = new FakeConsumer(5);
        gauges.phase().end();
        new ReceiveWorker(consumer, 2, gauges).run();

        assertThat(gauges.received().count()).isEqualTo(5);
        assertThat(consumer.countsAtSettle).containsExactly(2L, 4L, 5L);
    }

    @Test
    void leavesTheRestWhenItIsAborted() throws Exception {
        FakeConsumer consumer = new FakeConsumer(1_000);
        gauges.phase().abort();
        new ReceiveWorker(consumer, 0, gauges).run();

        assertThat(gauges.received().count()).isEqualTo(1);
        assertThat(consumer.countsAtSettle).containsExactly(1L);
    }

    @Test
    void oneThatNothingCameToHasNothingToSettle() throws Exception {
        FakeConsumer consumer = new FakeConsumer(0);
        gauges.phase().abort();
        new ReceiveWorker(consumer, 10, gauges).run();

        assertThat(consumer.countsAtSettle).isEmpty();
    }

    /** Has so many messages. */
    private final class FakeConsumer implements Consumer {
        private final List<Long> countsAtSettle = new ArrayList<>();
        private int left;

        FakeConsumer(int messages) {
            left = messages;
        }

        @Override
        public long receive(long timeoutMillis) {
            if (left == 0) {
                return NONE;
            }
            left--;
            return System.nanoTime();
        }

        @Override
        public void settle() {
            countsAtSettle.add(gauges.received().count());
        }
    }
}
