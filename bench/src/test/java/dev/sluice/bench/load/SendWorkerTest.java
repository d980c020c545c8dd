package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.load.LoadClient.Confirmations;
import dev.sluice.bench.load.LoadClient.Producer;
import dev.sluice.bench.load.SendWorker.Asynchronously;
import dev.sluice.bench.load.SendWorker.Manner;
import dev.sluice.bench.load.SendWorker.Share;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendWorkerTest {
    private static final int BODY_BYTES = 16;

    private final Gauges gauges = Gauges.create();
    private final OldProducer producer = new OldProducer();

    @Test
    void sharesAddUpToAllMessages() {
        long sum = 0;
        for (int index = 0; index < 4; index++) {
            sum += Share.of(10, index, 4).messages();
        }

        assertThat(sum).isEqualTo(10);
    }

    @Test
    void sharersGoRoundFromDifferentPlaces() {
        Share second = new Share(1, 4, Share.UNTIL_TOLD, 100, 0);

        assertThat(second.turn(0, 100)).isEqualTo(25);
        assertThat(second.turn(74, 100)).isEqualTo(99);
        assertThat(second.turn(75, 100)).isZero();
    }

    @Test
    void aMessageCountsWhenItsTransactionHasCommitted() throws Exception {
        Asynchronously synchronously = new Asynchronously(Workload.Sending.SYNCHRONOUS);
        new SendWorker(producer, Share.of(20, 0, 1), new Manner(BODY_BYTES, 0, 1, 10, synchronously), gauges).run();

        assertThat(producer.commits).isEqualTo(2);
        assertThat(producer.countsAtSend.get(9)).isZero();
        assertThat(producer.countsAtSend.get(10)).isEqualTo(10);
        assertThat(gauges.sent().count()).isEqualTo(20);
    }

    @Test
    void sendsAllSynchronouslyWhereTheProviderCannotDoOtherwise() throws Exception {
        Asynchronously where = new Asynchronously(Workload.Sending.ASYNCHRONOUS_WHERE_POSSIBLE);
        new SendWorker(producer, Share.of(5, 0, 1), new Manner(BODY_BYTES, 0, 2, 0, where), gauges).run();

        assertThat(producer.countsAtSend).hasSize(5);
        assertThat(where.isSo()).isFalse();
    }

    @Test
    void saysThatTheProviderCannotDoWhatIsMeasured() {
        Asynchronously always = new Asynchronously(Workload.Sending.ASYNCHRONOUS);
        SendWorker worker =
                new SendWorker(producer, Share.of(5, 0, 1), new Manner(BODY_BYTES, 0, 2, 0, always), gauges);

        assertThatThrownBy(worker::run).hasMessageContaining("cannot send asynchronously");
    }

    /** Knows no asynchronous sends. */
    private final class OldProducer implements Producer {
        private final List<Long> countsAtSend = new ArrayList<>();
        private int commits;

        @Override
        public void send(Outgoing message) {
            countsAtSend.add(gauges.sent().count());
        }

        @Override
        public void sendAsynchronously(Outgoing message, Confirmations confirmations) {
            throw new UnsupportedOperationException("not here");
        }

        @Override
        public void commit() {
            commits++;
        }
    }
}
