package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which deliveries count: those that failed, and those of which a server that died knew that they had begun. */
final class DeliveriesTest {
    private static final int LIMIT = 2;

    private final Given given = new Given(new RedeliveryPolicy(LIMIT, 0, 1, 0));
    private final Client client = given.client("");
    private final long queue = client.queue("orders");

    private List<Delivery> take() {
        List<Delivery> deliveries = List.copyOf(given.observed.deliveries);
        given.observed.deliveries.clear();
        return deliveries;
    }

    private long consumer() {
        long consumer = client.consume(queue);
        client.credit(consumer, 10);
        return consumer;
    }

    /** One delivery of message 1 has failed, and the consumer has it again. */
    private long consumerAfterOneFailure() {
        client.publish(queue, 1, 1);
        long consumer = consumer();
        client.giveBack(consumer, take());
        client.credit(consumer, 10);
        return consumer;
    }

    /** Another server leads. Who is there claims nothing. */
    private void checkCountAfterARestart(long consumer, int count) {
        take();
        given.stored().restart();
        client.reattach(consumer, List.of());
        client.credit(consumer, 10);
        assertThat(given.observed.deliveries).extracting(Delivery::count).containsExactly(count);
        assertThat(given.machine.catalog().address(false, "DLQ.orders")).isNull();
        assertThat(given.stored().rows()).isEqualTo(given.rowsOfReplica());
    }

    @Test
    void whatAConsumerThatClosesHadNotSeenDoesNotCountForTheNextLeader() {
        long consumer = consumerAfterOneFailure();
        long other = client.consume(queue);

        client.close(consumer, List.of());

        checkCountAfterARestart(other, 2);
    }

    @Test
    void whatARollbackGivesBackUnseenDoesNotCountForTheNextLeader() {
        long consumer = consumerAfterOneFailure();

        client.giveBack(consumer, List.of());

        checkCountAfterARestart(consumer, 2);
    }

    @Test
    void whatDidNotComeToAClientThatCameBackDoesNotCountForTheNextLeader() {
        long consumer = consumerAfterOneFailure();

        client.reattach(consumer, List.of());

        checkCountAfterARestart(consumer, 2);
    }

    @Test
    void whatWasGivenBackBeforeTheLogKnewThatItWasOutDoesNotCountForTheNextLeader() {
        client.publish(queue, 1, 1);
        long consumer = consumer();
        client.giveBack(consumer, take());
        given.dispatcher.credit(
                client.session(), consumer, client.consumer(consumer).epoch(), 10);
        given.dispatcher.dispatch(given.nowMillis);
        assertThat(take()).extracting(Delivery::count).containsExactly(2);
        given.dispatcher.reattach(client.session(), consumer, 9, new Claims());
        given.settle();

        checkCountAfterARestart(consumer, 2);
    }

    @Test
    void whatWasClaimedByAClientThatCameBackCountsForTheNextLeader() {
        long consumer = consumerAfterOneFailure();
        List<Delivery> held = take();
        client.reattach(consumer, held);

        given.stored().restart();
        given.dispatcher.detach(client.session());
        given.settle();
        consumer();

        assertThat(take()).isEmpty();
        client.credit(client.consume(client.queue("DLQ.orders")), 10);
        assertThat(take()).extracting(Delivery::message).containsExactly(1L);
    }

    @Test
    void whatMayHaveBeenSentIsMarkedAndDoesNotCountForTheLimit() {
        client.publish(queue, 1, 1);
        long consumer = consumer();
        given.stored().restart();
        take();
        client.reattach(consumer, List.of());
        client.credit(consumer, 10);
        for (int time = 0; time < LIMIT; time++) {
            List<Delivery> deliveries = take();
            assertThat(deliveries).extracting(Delivery::count).containsExactly(2 + time);
            client.giveBack(consumer, List.of());
            client.credit(consumer, 10);
            assertThat(given.observed.deliveries).as("given back unseen").hasSize(1);
            client.giveBack(consumer, take());
            client.credit(consumer, 10);
        }

        assertThat(take()).isEmpty();
        client.credit(client.consume(client.queue("DLQ.orders")), 10);
        assertThat(take()).extracting(Delivery::message).containsExactly(1L);
    }

    @Test
    void howFarItWasDeliveredIsShownAgainWhenTheBatchHadNoRoom() {
        client.publish(queue, 1, 1);
        client.publish(Client.message(queue, 2).priority(7));
        given.stored().restart();
        long consumer = consumer();
        List<Integer> marked = new ArrayList<>();

        given.dispatcher.drainMarks((subscription, priority, sequence) -> marked.add(priority) && priority != 7);
        assertThat(given.dispatcher.hasMarks()).isTrue();
        client.giveBack(consumer, List.of());
        boolean before = given.dispatcher.takeLogFirst();
        client.credit(consumer, 10);

        assertThat(before && given.dispatcher.takeLogFirst())
                .as("it is still the first burst")
                .isTrue();
        given.dispatcher.drainMarks((subscription, priority, sequence) -> marked.add(priority));
        assertThat(marked).containsExactly(4, 7, 7);
        assertThat(given.dispatcher.hasMarks()).isFalse();
    }

    @Test
    void theCountDoesNotGoDown() {
        Given patient = new Given(new RedeliveryPolicy(10, 0, 1, 0));
        Client reader = patient.client("");
        long orders = reader.queue("orders");
        reader.publish(orders, 1, 1);
        long consumer = reader.consume(orders);
        reader.credit(consumer, 10);
        reader.giveBack(consumer, List.copyOf(patient.observed.deliveries));
        reader.credit(consumer, 10);
        patient.restart();
        patient.observed.deliveries.clear();

        for (long epoch = 20; epoch < 23; epoch++) {
            // The log is slow: nothing that is proposed comes.
            patient.dispatcher.reattach(reader.session(), consumer, epoch, new Claims());
            patient.dispatcher.credit(reader.session(), consumer, epoch, 10);
            boolean unused = patient.dispatcher.dispatch(patient.nowMillis);
        }
        patient.settle();

        assertThat(patient.observed.deliveries).extracting(Delivery::count).containsExactly(3, 3, 3);
        Subscription subscription = Objects.requireNonNull(
                        patient.machine.catalog().address(orders))
                .subscriptions()
                .get(0);
        assertThat(subscription.failures(4, 0)).isEqualTo(2);
        assertThat(Attempts.isBegun(subscription.attempts(4, 0))).isTrue();
    }
}
