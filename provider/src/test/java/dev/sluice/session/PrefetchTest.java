package dev.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.link.DeliverySink.Delivery;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PrefetchTest {
    private final Prefetch prefetch = new Prefetch(4);

    private static Delivery delivery(long epoch, int priority, long sequence) {
        return new Delivery(epoch, priority, false, sequence, 1, Unpooled.EMPTY_BUFFER, null);
    }

    private void assertHandsOver(Delivery... deliveries) {
        for (Delivery delivery : deliveries) {
            assertThat(prefetch.isEmpty()).isFalse();
            assertThat(prefetch.next()).isSameAs(delivery);
        }
        assertThat(prefetch.isEmpty()).isTrue();
        assertThat(prefetch.next()).isNull();
    }

    @Test
    void handsOverEachPriorityInTheOrderOfArrivalAndTheHighestFirst() {
        var lowest = delivery(1, 0, 1);
        var normal = delivery(1, 4, 2);
        var normalLater = delivery(1, 4, 3);
        var highest = delivery(1, 9, 4);
        for (Delivery delivery : new Delivery[] {lowest, normal, normalLater, highest}) {
            assertThat(prefetch.arrived(delivery)).isTrue();
        }
        assertHandsOver(highest, normal, normalLater, lowest);
    }

    @Test
    void takesNoPriorityThatTheStandardDoesNotHave() {
        assertThatThrownBy(() -> prefetch.arrived(delivery(1, 10, 1))).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void handsOverNothingOfAnEpochThatHasEnded() {
        var first = delivery(1, 4, 1);
        var second = delivery(1, 9, 2);
        prefetch.arrived(first);
        prefetch.arrived(second);
        assertThat(prefetch.restart()).containsExactlyInAnyOrder(first, second);
        assertThat(prefetch.epoch()).isEqualTo(2);
        assertHandsOver();

        assertThat(prefetch.arrived(delivery(1, 4, 3))).isFalse();
        assertHandsOver();

        var fresh = delivery(2, 4, 1);
        assertThat(prefetch.arrived(fresh)).isTrue();
        assertHandsOver(fresh);
    }

    @Test
    void keepsWhatIsOfTheEpochThatTheLossBegins() {
        var old = delivery(1, 4, 1);
        var fresh = delivery(2, 4, 1);
        prefetch.arrived(old);
        prefetch.arrived(fresh);
        assertThat(prefetch.claimsLost(2)).containsExactly(old);
        assertThat(prefetch.epoch()).isEqualTo(2);
        assertHandsOver(fresh);
    }

    @Test
    void aLateWordOfALossDoesNotReopenAnEpochThatTheClientEnded() {
        assertThat(prefetch.restart()).isEmpty();
        assertThat(prefetch.restart()).isEmpty();
        assertThat(prefetch.claimsLost(2)).isEmpty();
        assertThat(prefetch.epoch()).isEqualTo(3);
        assertThat(prefetch.arrived(delivery(2, 4, 1))).isFalse();
    }

    @Test
    void creditIsToppedUpWhenHalfOfItIsUsed() {
        assertThat(prefetch.creditDue()).isEqualTo(4);
        assertThat(prefetch.creditDue()).isEqualTo(Prefetch.NO_CREDIT);
        take(1, 1);
        assertThat(prefetch.creditDue()).isEqualTo(Prefetch.NO_CREDIT);
        take(1, 1);
        assertThat(prefetch.creditDue()).isEqualTo(6);
        assertThat(prefetch.creditDue()).isEqualTo(Prefetch.NO_CREDIT);
    }

    @Test
    void aNewEpochBeginsWithoutCredit() {
        assertThat(prefetch.creditDue()).isEqualTo(4);
        take(3, 1);
        assertThat(prefetch.restart()).isEmpty();
        assertThat(prefetch.creditDue()).isEqualTo(4);
        take(2, 2);
        assertThat(prefetch.creditDue()).isEqualTo(6);
    }

    @Test
    void oneMessageAtATimeIsAskedForWhenTheLastOneWasTaken() {
        var single = new Prefetch(1);
        assertThat(single.creditDue()).isEqualTo(1);
        single.arrived(delivery(1, 4, 1));
        assertThat(single.creditDue()).isEqualTo(Prefetch.NO_CREDIT);
        assertThat(single.next()).isNotNull();
        assertThat(single.creditDue()).isEqualTo(2);
    }

    private void take(int messages, long epoch) {
        for (int count = 0; count < messages; count++) {
            prefetch.arrived(delivery(epoch, 4, count));
            assertThat(prefetch.next()).isNotNull();
        }
    }
}
