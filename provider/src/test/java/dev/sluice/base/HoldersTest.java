package dev.sluice.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HoldersTest {
    private final AtomicInteger ends = new AtomicInteger();

    @Test
    void endsWithTheLastHolderAndOnce() {
        Holders holders = new Holders(ends::incrementAndGet);
        holders.retain();
        holders.release();
        assertThat(ends).hasValue(0);
        holders.release();
        assertThat(ends).hasValue(1);
        assertThatThrownBy(holders::release).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(holders::retain).isInstanceOf(IllegalStateException.class);
        assertThat(ends).hasValue(1);
    }

    @Test
    void endsWhenNobodyCanReachIt() {
        forget();
        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertThat(ends).hasValue(1);
        });
    }

    private void forget() {
        AtomicInteger counter = ends;
        Holders holders = new Holders(counter::incrementAndGet);
        holders.retain();
    }
}
