package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadEndsTest {
    private static final SocketAddress INSIDE = InetSocketAddress.createUnresolved("inside", 7676);
    private static final SocketAddress OTHER = InetSocketAddress.createUnresolved("other", 7676);

    private long nanos = -TimeUnit.HOURS.toNanos(1);
    private final DeadEnds deadEnds = new DeadEnds(new Clock() {
        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    });

    private void passMillis(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void failAfterMillis(SocketAddress server, long millis) {
        long begun = nanos;
        passMillis(millis);
        deadEnds.failed(server, begun);
    }

    @Test
    void whatWasTriedForLongIsLeftAloneForAWhile() {
        failAfterMillis(INSIDE, DeadEnds.TRYING_MILLIS);
        assertThat(deadEnds.has(INSIDE)).isTrue();
        assertThat(deadEnds.has(OTHER)).isFalse();
        passMillis(599_999);
        assertThat(deadEnds.has(INSIDE)).isTrue();
        passMillis(1);
        assertThat(deadEnds.has(INSIDE)).isFalse();
    }

    @Test
    void whoRefusesAtOnceMayBeThereInAMoment() {
        failAfterMillis(INSIDE, 10);
        assertThat(deadEnds.has(INSIDE)).isFalse();
    }

    @Test
    void whatWasReachedOnceIsNoDeadEnd() {
        failAfterMillis(INSIDE, DeadEnds.TRYING_MILLIS);
        deadEnds.reached(INSIDE);
        assertThat(deadEnds.has(INSIDE)).isFalse();
        failAfterMillis(INSIDE, DeadEnds.TRYING_MILLIS);
        assertThat(deadEnds.has(INSIDE)).isFalse();
    }
}
