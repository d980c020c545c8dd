package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who gets which message of a queue, and when. */
final class DeliveryRulesTest {
    private final Given given = new Given();
    private final Client client = given.client("");
    private final long queue = client.queue("orders");

    private List<Long> delivered() {
        return given.observed.take();
    }

    private List<Delivery> deliveries() {
        return List.copyOf(given.observed.deliveries);
    }

    private Subscription subscription() {
        return Objects.requireNonNull(given.machine.catalog().address(queue))
                .subscriptions()
                .get(0);
    }

    @Test
    void deliversHighPriorityFirstAndThenInOrder() {
        client.publish(Client.message(queue, 1));
        client.publish(Client.message(queue, 2).priority(9));
        client.publish(Client.message(queue, 3));
        client.publish(Client.message(queue, 4).priority(9));

        client.credit(client.consume(queue), 10);

        assertThat(delivered()).containsExactly(2L, 4L, 1L, 3L);
    }

    @Test
    void deliversNoMoreThanTheCredit() {
        client.publish(queue, 1, 5);
        long consumer = client.consume(queue);

        client.credit(consumer, 2);
        assertThat(delivered()).containsExactly(1L, 2L);

        client.credit(consumer, 3);
        assertThat(delivered()).containsExactly(3L);
    }

    @Test
    void honoursCreditThatCameBeforeTheConsumerWasOpened() {
        client.publish(queue, 1, 1);

        given.dispatcher.credit(client.session(), 77, 1, 5);
        given.run(to -> to.openConsumer(
                client.sessionId,
                ++client.number,
                new MachineCommands.NewConsumer(77, queue, SubscriptionKind.QUEUE, false, "", "", BroughtPolicy.NONE)));

        assertThat(delivered()).containsExactly(1L);
    }

    @Test
    void honoursCreditThatCameBeforeTheReturnWasApplied() {
        client.publish(queue, 1, 1);
        long consumer = client.consume(queue);
        client.credit(consumer, 1);
        List<Delivery> held = deliveries();
        delivered();

        given.dispatcher.credit(client.session(), consumer, 2, 1);
        client.giveBack(consumer, held);

        assertThat(delivered()).containsExactly(1L);
    }

    @Test
    void takesTurnsBetweenConsumers() {
        long first = client.consume(queue);
        long second = client.consume(queue);
        client.credit(first, 10);
        client.credit(second, 10);

        client.publish(queue, 1, 4);

        assertThat(deliveries())
                .filteredOn(delivery -> delivery.consumerId() == first)
                .hasSize(2);
        assertThat(deliveries())
                .filteredOn(delivery -> delivery.consumerId() == second)
                .hasSize(2);
    }

    @Test
    void beginsTheTurnsWithTheConsumerThatWasOpenedFirst() {
        List<Long> consumers = List.of(client.consume(queue), client.consume(queue), client.consume(queue));
        consumers.forEach(consumer -> client.credit(consumer, 10));

        client.publish(queue, 1, 3);

        assertThat(deliveries()).extracting(Delivery::consumerId).isEqualTo(consumers);
    }

    @Test
    void givesAConsumerOnlyWhatItsSelectorWants() {
        client.publish(Client.message(queue, 1).type("red"));
        client.publish(Client.message(queue, 2).type("blue"));
        client.publish(Client.message(queue, 3).type("red"));

        client.credit(client.consume(queue, SubscriptionKind.QUEUE, "", "JMSType = 'red'"), 10);
        assertThat(delivered()).containsExactly(1L, 3L);

        client.credit(client.consume(queue), 10);
        assertThat(delivered()).containsExactly(2L);
    }

    @Test
    void redeliversWhatCameBackBeforeNewerOnesAndCountsWhatFailed() {
        client.publish(queue, 1, 3);
        long consumer = client.consume(queue);
        client.credit(consumer, 2);
        List<Delivery> held = deliveries();
        delivered();

        client.giveBack(consumer, held.subList(0, 1));
        client.credit(consumer, 3);

        assertThat(deliveries()).extracting(Delivery::count).containsExactly(2, 1, 1);
        assertThat(delivered()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void ignoresAReturnOfAnEpochThatAReattachEnded() {
        client.publish(queue, 1, 1);
        long consumer = client.consume(queue);
        client.credit(consumer, 1);
        given.dispatcher.away(client.session());
        client.reattach(consumer, List.of());
        client.reattach(consumer, List.of());

        given.dispatcher.returned(client.session(), consumer, 2);

        assertThat(client.consumer(consumer).epoch()).isEqualTo(3);
    }

    @Test
    void countsWhatAClientHeldThatStayedAway() {
        client.publish(queue, 1, 2);
        long consumer = client.consume(queue);
        client.credit(consumer, 1);
        delivered();
        given.dispatcher.away(client.session());
        given.dispatcher.detach(client.session());
        given.settle();

        Client other = given.client("");
        other.credit(other.consume(queue), 10);

        assertThat(deliveries()).extracting(Delivery::count).containsExactly(2, 1);
        given.stored();
        given.restart().settle();
        assertThat(client.reattach(consumer, List.of()))
                .as("the loss is in the log")
                .isFalse();
        given.stored();
        given.restart().settle();
        assertThat(client.reattach(consumer, List.of())).as("it has heard").isTrue();
    }

    @Test
    void waitsForNobodyWhoseTimeToClaimWasOverBeforeTheRestart() {
        client.consume(queue);
        given.dispatcher.away(client.session());
        given.dispatcher.detach(client.session());
        given.settle();
        Client other = given.client("");
        long consumer = other.consume(queue);
        other.publish(queue, 1, 1);
        given.stored();

        given.restart().settle();
        other.reattach(consumer, List.of());
        other.credit(consumer, 10);

        assertThat(delivered()).containsExactly(1L);
    }

    @Test
    void sendsToNobodyWhatOneThatStayedAwayMayHaveBeforeTheLogHasThatItLostIt() {
        client.publish(queue, 1, 1);
        client.credit(client.consume(queue), 1);
        delivered();
        Client other = given.client("");
        long consumer = other.consume(queue);
        given.restart().settle();
        other.reattach(consumer, List.of());
        other.credit(consumer, 10);

        given.dispatcher.detach(client.session());
        boolean unused = given.dispatcher.dispatch(given.nowMillis);
        assertThat(delivered()).as("a new leader would believe the claims").isEmpty();

        given.settle();
        assertThat(delivered()).containsExactly(1L);
    }

    @Test
    void sendsNothingToWhoLostItsClaimsBeforeTheLogHasThatItHeard() {
        long consumer = client.consume(queue);
        given.dispatcher.away(client.session());
        given.dispatcher.detach(client.session());
        given.settle();
        client.publish(queue, 1, 1);
        long epoch = client.consumer(consumer).epoch() + 1;

        assertThat(given.dispatcher.reattach(client.session(), consumer, epoch, new Claims()))
                .isFalse();
        given.dispatcher.credit(client.session(), consumer, epoch, 5);
        boolean unused = given.dispatcher.dispatch(given.nowMillis);
        assertThat(delivered())
                .as("a new leader would give it to others at once")
                .isEmpty();

        given.settle();
        assertThat(delivered()).containsExactly(1L);
    }

    @Test
    void letsNoTwoClaimOneMessage() {
        client.publish(queue, 1, 1);
        long consumer = client.consume(queue);
        client.credit(consumer, 1);
        List<Delivery> held = deliveries();
        Client other = given.client("");
        long rival = other.consume(queue);
        given.stored();
        given.restart().settle();

        assertThat(other.reattach(rival, held)).isTrue();
        assertThat(client.reattach(consumer, held)).isFalse();
    }

    @Test
    void keepsClaimsThroughARestartAndRedeliversTheRestCounted() {
        client.publish(queue, 1, 3);
        long consumer = client.consume(queue);
        client.credit(consumer, 2);
        List<Delivery> held = deliveries();
        delivered();
        given.stored();

        given.restart().settle();
        Client other = given.client("");
        other.credit(other.consume(queue), 10);
        assertThat(delivered()).as("before all have claimed").isEmpty();

        client.reattach(consumer, held.subList(0, 1));
        assertThat(deliveries()).extracting(Delivery::count).containsExactly(2, 1);
        assertThat(delivered()).containsExactly(2L, 3L);

        client.giveBack(consumer, held.subList(0, 1));
        assertThat(deliveries())
                .as("the claimed one was delivered twice")
                .extracting(Delivery::count)
                .containsExactly(2);
    }

    @Test
    void keepsWhatAClosedConsumersSessionRetains() {
        client.publish(queue, 1, 2);
        long consumer = client.consume(queue);
        client.credit(consumer, 2);
        List<Delivery> held = deliveries();
        delivered();

        client.close(consumer, held.subList(0, 1));
        long next = client.consume(queue);
        client.credit(next, 10);
        assertThat(delivered()).containsExactly(2L);

        client.acknowledge(consumer, held.subList(0, 1));
        assertThat(subscription().pending()).isEqualTo(1);
        assertThat(given.dispatcher.consumer(client.session(), consumer)).isNull();
    }

    @Test
    void givesNothingAwayThatIsAcknowledgedBeforeTheCloseIsApplied() {
        client.publish(queue, 1, 1);
        long consumer = client.consume(queue);
        client.credit(consumer, 1);
        List<Delivery> held = deliveries();
        delivered();
        Client other = given.client("");
        other.credit(other.consume(queue), 1);

        given.dispatcher.closing(client.session(), consumer, new Runs());
        given.settle();
        client.acknowledge(consumer, held);

        assertThat(delivered()).isEmpty();
    }

    @Test
    void readsWhatMemoryNoLongerHasInOrder() {
        Given small = new Given(1);
        Client publisher = small.client("");
        long cold = publisher.queue("cold");
        publisher.publish(cold, 1, 600);
        small.stored();

        publisher.credit(publisher.consume(cold), 1000);

        assertThat(small.observed.take()).hasSize(600).isSorted();
    }

    @Test
    void comesToWhatCameBackFarBehindSomethingColdThatOthersWant() {
        Given small = new Given(1);
        Client one = small.client("");
        long cold = one.queue("cold");
        one.publish(Client.message(cold, 1).type("red"));
        for (long message = 2; message <= 700; message++) {
            one.publish(Client.message(cold, message).type("blue"));
        }
        small.stored();
        long red = one.consume(cold, SubscriptionKind.QUEUE, "", "JMSType = 'red'");
        long blue = one.consume(cold, SubscriptionKind.QUEUE, "", "JMSType = 'blue'");
        one.credit(red, 1);
        one.credit(blue, 599);
        List<Delivery> held = List.copyOf(small.observed.deliveries);
        one.acknowledge(blue, held.subList(1, 599));
        small.observed.take();
        one.giveBack(red, List.of());
        one.giveBack(blue, List.of());

        one.credit(blue, 1);

        assertThat(small.observed.take()).containsExactly(600L);
    }

    @Test
    void forgetsReadsOfASubscriptionThatEnded() {
        Given small = new Given(1);
        Client publisher = small.client("");
        long topic = publisher.topic("news");
        long consumer = publisher.consume(topic, SubscriptionKind.NON_DURABLE, "", "");
        publisher.publish(topic, 1, 100);
        small.stored();

        small.dispatcher.credit(publisher.session(), consumer, 1, 10);
        small.dispatcher.dispatch(small.nowMillis);
        small.apply(to -> to.closeConsumer(publisher.sessionId, ++publisher.number, consumer));
        RowStore.Load load = RowStore.Load.lane(
                Objects.requireNonNull(small.store.pollLoaded()).asker,
                new StoredMessage.Place(topic, 4, 0),
                100,
                1,
                1);

        small.dispatcher.loaded(load);

        assertThat(small.observed.take()).isEmpty();
    }

    @Test
    void deliversALargeMessageOnlyWhenItsBodyIsStored() {
        client.chunk(5, 0, 1000);
        client.chunk(5, 1000, 500);
        client.publish(Client.message(queue, 1).stage(5));
        client.credit(client.consume(queue), 10);
        assertThat(delivered()).isEmpty();

        given.stored();

        assertThat(deliveries().get(0).stored().bodyBytes).isEqualTo(1500);
    }

    @Test
    void showsABrowserWhatOthersHoldAndTakesNothing() {
        client.publish(queue, 1, 3);
        client.credit(client.consume(queue), 1);
        delivered();

        Browser browser = given.dispatcher.browse(1, 9, subscription(), Selectors.known(""));
        given.dispatcher.browsers().credit(browser, 10);
        given.settle();

        assertThat(given.observed.browsed).extracting(Delivery::message).containsExactly(1L, 2L, 3L);
        assertThat(given.observed.browsedToTheEnd).containsExactly(9L);
        assertThat(subscription().pending()).isEqualTo(3);
    }

    @Test
    void keepsTheOrderOfNonPersistentMessagesWhenSomeOverflow() {
        client.publishTransient(Client.message(queue, 1));
        Address address = Objects.requireNonNull(given.machine.catalog().address(queue));
        assertThat(given.transients.overflows(address, 4, 0)).isTrue();
        Publication overflowing = client.publication(Client.message(queue, 2), 0);
        given.run(to -> to.publish(overflowing));
        assertThat(given.transients.overflows(address, 4, 1 << 20))
                .as("while one waits")
                .isTrue();
        Publication next = client.publication(Client.message(queue, 3), 0);
        given.run(to -> to.publish(next));

        client.credit(client.consume(queue), 10);

        assertThat(delivered()).containsExactly(1L, 2L, 3L);
    }
}
