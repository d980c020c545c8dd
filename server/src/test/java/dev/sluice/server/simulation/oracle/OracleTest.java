package dev.sluice.server.simulation.oracle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the oracle takes for a broken promise, and what it does not. */
class OracleTest {
    private final long[] millis = {0};
    private final Oracle oracle = new Oracle(() -> millis[0]);
    private final Client first = new Client();
    private Hands staying;

    /** Of a consumer that is asked by the oracle. */
    private static final class Client implements Hands.Client {
        private boolean away;

        @Override
        public boolean claims() {
            return !away;
        }

        @Override
        public boolean isAway() {
            return away;
        }
    }

    @BeforeEach
    void twoConsumersAndTwoMessages() {
        oracle.queue("q");
        Hands unused = oracle.consumer("first", "q", Taste.ALL, first);
        staying = oracle.consumer("second", "q", Taste.ALL, new Client());
        send();
        send();
    }

    private void send() {
        send(0);
    }

    private void send(long delayMillis) {
        Content content = new Content(1, false, 0, 0, delayMillis);
        oracle.sending(new Sent(oracle.nextId(), "sender", "q", 4, null, true, null, content));
    }

    @Test
    void aLaterOneBeforeAnEarlierOneBreaksThePromise() {
        oracle.handed(staying, 2, 1);
        assertThatThrownBy(() -> oracle.handed(staying, 1, 1)).hasMessageStartingWith("ORDER");
    }

    @Test
    void whatSomeoneHadPrefetchedWhoIsAwayMayComeLate() {
        oracle.handed(staying, 2, 1);
        first.away = true;
        assertThatCode(() -> oracle.handed(staying, 1, 2)).doesNotThrowAnyException();
    }

    @Test
    void whatIsSentAfterwardsIsInOrderAgain() {
        first.away = true;
        oracle.handed(staying, 2, 1);
        first.away = false;
        send();
        send();
        oracle.handed(staying, 4, 1);
        assertThatThrownBy(() -> oracle.handed(staying, 3, 1)).hasMessageStartingWith("ORDER");
    }

    @Test
    void aDelayIsOverWhenAllItsMillisecondsAre() {
        millis[0] = 10;
        send(100);
        millis[0] = 109;
        assertThatThrownBy(() -> oracle.handed(staying, 3, 1)).hasMessageStartingWith("TIMES");
        millis[0] = 110;
        assertThatCode(() -> oracle.handed(staying, 3, 1)).doesNotThrowAnyException();
    }
}
