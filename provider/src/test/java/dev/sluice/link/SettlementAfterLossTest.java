package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Acknowledgements that were on their way, or waited, when the socket was lost. */
class SettlementAfterLossTest {
    private static final Link.ConsumerSpec SPEC = new Link.ConsumerSpec(7, 1, SubscriptionKind.QUEUE, false, "", "");

    private final LinkRig rig = new LinkRig();
    private final Taker taker = new Taker();

    /** The window holds the acknowledgement back; were the claims lost, it would be taken for one of what came after that. */
    @Test
    void claimsOnlyAfterTheAcknowledgementsThatWereMadeBefore() {
        consuming(5);
        for (int index = 0; index < ModelServer.WINDOW_COMMANDS; index++) {
            rig.publish("before " + index);
        }
        acknowledge(0);
        rig.breakSocket();
        rig.server.heard.clear();
        rig.reconnect();
        assertThat(rig.server.heard).as("not yet").noneMatch(what -> what.startsWith("reattach"));

        rig.server.confirm(100);
        rig.exchange();
        rig.server.confirm(100);
        rig.exchange();
        List<String> settled = rig.server.heard.stream()
                .filter(what -> what.startsWith("reattach") || what.startsWith("acknowledge"))
                .toList();
        assertThat(settled).hasSize(2);
        assertThat(settled.get(0)).isEqualTo("acknowledge 0+1");
    }

    @Test
    void acknowledgesTransientMessagesAgainUntilTheServerHasHeardOfIt() {
        consuming(5);
        rig.server.deliverTransient(7, 1, 0);
        rig.server.deliverTransient(7, 1, 1);
        rig.exchange();
        acknowledgeTransient(0, 2);
        rig.breakSocket();
        rig.reconnect();
        rig.exchange();
        assertThat(rig.server.heard).contains("transient acknowledge 0+2");

        rig.server.heard.clear();
        rig.publish("later");
        rig.exchange();
        rig.server.confirm(100);
        rig.exchange();
        rig.breakSocket();
        rig.reconnect();
        rig.exchange();
        assertThat(rig.server.heard).as("heard before").doesNotContain("transient acknowledge 0+2");
    }

    @Test
    void saysOfEachPartThatNobodyWaitsForIt() {
        consuming(5);
        Ranges many = new Ranges();
        many.addRun(4, false, 2, 1_000_001);
        rig.call(ConsumerCommand.Acknowledge.now(7, many, false));
        acknowledge(3_000_000);
        rig.exchange();
        assertThat(rig.server.heard)
                .contains(
                        "acknowledge 2+1000000 unawaited", "acknowledge 1000002+1 unawaited", "acknowledge 3000000+1");
    }

    private void consuming(int credit) {
        rig.opened();
        rig.call(new ConsumerCommand.Open(SPEC, taker));
        rig.call(LinkCalls.credit(7, 1, credit));
        for (int index = 0; index < 9; index++) {
            rig.publish("" + index);
            rig.exchange();
            rig.server.confirm(1);
        }
        rig.server.confirm(100);
        rig.exchange();
    }

    private void acknowledge(long sequence) {
        Ranges ranges = new Ranges();
        ranges.add(4, false, sequence);
        rig.call(ConsumerCommand.Acknowledge.now(7, ranges, true));
    }

    private void acknowledgeTransient(long first, int count) {
        Ranges ranges = new Ranges();
        ranges.addRun(4, true, first, count);
        rig.call(ConsumerCommand.Acknowledge.now(7, ranges, true));
    }

    private static final class Taker implements DeliverySink {
        final List<Long> sequences = new ArrayList<>();
        final List<Long> epochs = new ArrayList<>();
        final List<Long> lost = new ArrayList<>();

        @Override
        public void deliver(Delivery delivery) {
            sequences.add(delivery.sequence());
            epochs.add(delivery.epoch());
            delivery.envelope().release();
        }

        @Override
        public void claimsLost(long epoch) {
            lost.add(epoch);
        }

        @Override
        public void closed(RefusalCode code, String text) {}
    }
}
