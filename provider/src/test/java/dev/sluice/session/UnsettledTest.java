package dev.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.link.DeliverySink.Delivery;
import dev.sluice.link.Ranges;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnsettledTest {
    private static final long ONE = 1;
    private static final long OTHER = 2;

    private final Unsettled unsettled = new Unsettled();
    private final Handed first = new Handed(ONE, 1, 4, false, 10);
    private final Handed second = new Handed(ONE, 1, 4, false, 11);
    private final Handed ofOther = new Handed(OTHER, 1, 4, false, 12);
    private final Handed transientOne = new Handed(ONE, 2, 9, true, 12);

    @BeforeEach
    void handOver() {
        for (Handed message : List.of(first, second, ofOther, transientOne)) {
            unsettled.add(message);
        }
    }

    /** Each run as {@code priority/first+count}, with a {@code t} for non-persistent ones. */
    private static List<String> runs(Ranges ranges) {
        List<String> runs = new ArrayList<>();
        for (int index = 0; index < ranges.size(); index++) {
            runs.add(ranges.priority(index) + "/" + ranges.first(index) + "+" + ranges.count(index)
                    + (ranges.isTransient(index) ? "t" : ""));
        }
        return runs;
    }

    @Test
    void aMessageIsNamedByItsConsumerAndItsDelivery() {
        var delivery = new Delivery(3, 7, true, 42, 2, Unpooled.EMPTY_BUFFER, null);
        assertThat(Handed.of(ONE, delivery)).isEqualTo(new Handed(ONE, 3, 7, true, 42));
    }

    @Test
    void aMessageIsSettledOnce() {
        assertThat(unsettled.remove(first)).isTrue();
        assertThat(unsettled.remove(first)).isFalse();
        assertThat(unsettled.size()).isEqualTo(3);
        assertThat(runs(unsettled.of(ONE))).containsExactly("4/11+1", "9/12+1t");
    }

    @Test
    void acknowledgingTakesAllOfTheSession() {
        var all = unsettled.takeAll();
        assertThat(all.keySet()).containsExactly(ONE, OTHER);
        assertThat(runs(all.get(ONE))).containsExactly("4/10+2", "9/12+1t");
        assertThat(runs(all.get(OTHER))).containsExactly("4/12+1");
        assertThat(unsettled.size()).isZero();
        assertThat(unsettled.takeAll()).isEmpty();
    }

    @Test
    void whatIsLookedAtStays() {
        assertThat(runs(unsettled.of(OTHER))).containsExactly("4/12+1");
        assertThat(unsettled.size()).isEqualTo(4);
    }

    @Test
    void whatOneConsumerHasIsTakenAndTheRestStays() {
        assertThat(runs(unsettled.takeOf(ONE))).containsExactly("4/10+2", "9/12+1t");
        assertThat(unsettled.size()).isEqualTo(1);
        assertThat(runs(unsettled.of(ONE))).isEmpty();
        assertThat(runs(unsettled.takeOf(OTHER))).containsExactly("4/12+1");
        assertThat(unsettled.size()).isZero();
    }

    @Test
    void forgetsOfOneConsumerWhatIsOfEndedEpochs() {
        assertThat(unsettled.forget(ONE, 2)).containsExactly(first, second);
        assertThat(runs(unsettled.of(ONE))).containsExactly("9/12+1t");
        assertThat(runs(unsettled.of(OTHER))).containsExactly("4/12+1");
        assertThat(unsettled.remove(first)).isFalse();
        assertThat(unsettled.forget(ONE, 2)).isEmpty();
    }

    @Test
    void oneMessageAloneIsARun() {
        assertThat(runs(Unsettled.only(transientOne))).containsExactly("9/12+1t");
        assertThat(unsettled.size()).isEqualTo(4);
    }
}
