package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The server is killed before and after each command of the last delivery of some messages and of their way to the dead-letter queue, with
 * and without what it wanted to log next, and with its rows in each state: each message is in one place, once.
 */
final class DeadLetterFaultsTest {
    private static final int LIMIT = 2;
    private static final int MESSAGES = 3;
    /** There are fewer commands than that in one run. */
    private static final int STEPS = 40;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachMessageIsInOnePlaceWhereverTheServerIsKilled(boolean stored) {
        boolean over = false;
        for (int step = 0; !over; step++) {
            assertThat(step).isLessThan(STEPS);
            over = !play(step, stored);
        }
    }

    /** True when the server was killed; false when all was over before. */
    private static boolean play(int killAt, boolean stored) {
        Given given = new Given(new RedeliveryPolicy(LIMIT, 0, 1, 0));
        Client client = given.client("");
        long queue = client.queue("orders");
        client.publish(queue, 1, MESSAGES);
        long consumer = client.consume(queue);
        given.killAt = killAt;
        boolean killed = false;
        try {
            client.credit(consumer, MESSAGES);
            for (int delivery = 0; delivery < LIMIT; delivery++) {
                List<Delivery> held = take(given);
                client.giveBack(consumer, held);
                client.credit(consumer, MESSAGES);
                if (stored) {
                    given.stored();
                }
            }
        } catch (Given.Killed expected) {
            killed = true;
        }
        given.killAt = -1;
        given.restart();
        given.observed.deliveries.clear();
        client.reattach(consumer, List.of());
        for (int delivery = 0; delivery <= LIMIT; delivery++) {
            client.credit(consumer, MESSAGES);
            client.giveBack(consumer, take(given));
        }

        Subscription left = Objects.requireNonNull(given.machine.catalog().address(queue))
                .subscriptions()
                .get(0);
        assertThat(left.pending()).as("killed at %s", killAt).isZero();
        long dead = client.consume(client.queue("DLQ.orders"));
        client.credit(dead, 10 * MESSAGES);
        assertThat(given.observed.deliveries)
                .extracting(Delivery::message)
                .as("killed at %s", killAt)
                .containsExactlyInAnyOrder(1L, 2L, 3L);
        given.stored();
        assertThat(given.rows()).isEqualTo(given.rowsOfReplica());
        return killed;
    }

    private static List<Delivery> take(Given given) {
        List<Delivery> deliveries = new ArrayList<>(given.observed.deliveries);
        given.observed.deliveries.clear();
        return deliveries;
    }
}
