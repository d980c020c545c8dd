package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.DispatcherEffects.DeadLetterRoom;
import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.EnvelopeReader;
import dev.sluice.wire.TypedValueReader;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** What becomes of a message whose deliveries fail: it waits, and in the end it is in the dead-letter queue. */
final class RedeliveryTest {
    private static final int LIMIT = 3;
    private static final long DELAY = 1_000;

    private final Given given = new Given(new RedeliveryPolicy(LIMIT, DELAY, 2, 3_000));
    private final Client client = given.client("reader");
    private final long queue = client.queue("orders");

    private List<Delivery> take() {
        List<Delivery> deliveries = List.copyOf(given.observed.deliveries);
        given.observed.deliveries.clear();
        return deliveries;
    }

    private static List<Long> messages(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::message).toList();
    }

    private long consumer() {
        long consumer = client.consume(queue);
        client.credit(consumer, 100);
        return consumer;
    }

    /** All that was delivered fails, and the consumer is there for more. */
    private void fail(long consumer) {
        client.giveBack(consumer, take());
        client.credit(consumer, 100);
    }

    private void failAll(long consumer) {
        for (int delivery = 0; delivery < LIMIT; delivery++) {
            fail(consumer);
            given.pass(10_000);
        }
    }

    private Subscription subscription(String name) {
        return Objects.requireNonNull(given.machine.catalog().address(false, name))
                .subscriptions()
                .get(0);
    }

    private List<Delivery> deadLetters() {
        long dead = client.queue("DLQ.orders");
        client.credit(client.consume(dead), 100);
        return take();
    }

    @Test
    void waitsLongerWithEachDeliveryThatFails() {
        client.publish(queue, 1, 1);
        long consumer = consumer();

        fail(consumer);
        given.pass(DELAY - 1);
        assertThat(take()).isEmpty();
        given.pass(1);
        assertThat(given.observed.deliveries).extracting(Delivery::count).containsExactly(2);
        fail(consumer);
        given.pass(2 * DELAY - 1);
        assertThat(take()).isEmpty();
        given.pass(1);
        assertThat(given.observed.deliveries).extracting(Delivery::count).containsExactly(3);
    }

    @Test
    void letsOthersOvertakeWhatWaits() {
        client.publish(queue, 1, 1);
        long consumer = consumer();
        fail(consumer);

        client.publish(queue, 2, 1);
        assertThat(messages(take())).containsExactly(2L);
        given.pass(DELAY);
        assertThat(messages(take())).containsExactly(1L);
    }

    @Test
    void keepsTheOrderOfAGroupWhileOneOfItWaits() {
        client.publish(Client.message(queue, 1, "g"));
        client.publish(Client.message(queue, 2, "g"));
        client.publish(Client.message(queue, 3, "h"));
        long consumer = consumer();
        List<Delivery> first = take();
        client.giveBack(consumer, first.subList(0, 1));
        client.credit(consumer, 100);
        client.publish(Client.message(queue, 4, "g"));
        long other = consumer();

        assertThat(messages(take())).containsExactly(3L);
        given.pass(DELAY);
        List<Delivery> again = take();
        assertThat(messages(again)).containsExactly(1L, 2L, 4L);
        assertThat(again.stream().map(Delivery::consumerId).distinct()).hasSize(1);
        client.close(other, List.of());
    }

    @Test
    void keepsTheOrderOfAGroupWhileOneOfItWaitsAfterARestart() {
        client.publish(Client.message(queue, 1, "g"));
        client.publish(Client.message(queue, 2, "g"));
        long consumer = consumer();
        client.giveBack(consumer, take().subList(0, 1));
        given.stored().restart();
        client.reattach(consumer, List.of());
        client.credit(consumer, 100);

        assertThat(take()).isEmpty();
        given.pass(DELAY);
        assertThat(messages(take())).containsExactly(1L, 2L);
    }

    @Test
    void aGroupIsFreeAgainWhenWhatWaitsInItExpires() {
        client.publish(Client.message(queue, 1, "g").timeToLive(500));
        client.publish(Client.message(queue, 2, "g"));
        long consumer = consumer();
        client.giveBack(consumer, take().subList(0, 1));
        client.credit(consumer, 100);
        assertThat(take()).isEmpty();

        given.pass(600);

        assertThat(messages(take())).containsExactly(2L);
        assertThat(subscription("orders").pending()).isEqualTo(1);
    }

    @Test
    void whatExpiresWhileItWaitsIsNoDeadLetter() {
        client.publish(Client.message(queue, 1).timeToLive(500));
        fail(consumer());

        given.pass(10_000);

        assertThat(take()).isEmpty();
        assertThat(subscription("orders").pending()).isZero();
        assertThat(given.machine.catalog().address(false, "DLQ.orders")).isNull();
    }

    @Test
    void goesToTheDeadLetterQueueAfterTheLastDelivery() {
        client.publish(Client.message(queue, 7, "g").priority(6).timeToLive(86_400_000));
        failAll(consumer());

        assertThat(take()).isEmpty();
        assertThat(subscription("orders").pending()).isZero();
        List<Delivery> dead = deadLetters();
        assertThat(messages(dead)).containsExactly(7L);
        assertThat(dead.get(0).count()).isEqualTo(1);
        assertThat(dead.get(0).stored().priority).isEqualTo(6);
        assertThat(dead.get(0).stored().expiryMillis).isZero();
        assertThat(properties(dead.get(0).stored()))
                .containsEntry("JMS_SLUICE_DLQ_SOURCE", "orders")
                .containsEntry("JMS_SLUICE_DLQ_SOURCE_TYPE", "queue")
                .containsEntry("JMS_SLUICE_DLQ_DELIVERIES", LIMIT)
                .containsKeys("JMS_SLUICE_DLQ_REASON", "JMS_SLUICE_DLQ_TIME")
                .doesNotContainKey("JMS_SLUICE_DLQ_SUBSCRIPTION");
    }

    private static Map<String, Object> properties(StoredMessage message) {
        DirectBuffer buffer = Objects.requireNonNull(message.buffer());
        EnvelopeReader envelope = new EnvelopeReader().wrap(buffer, message.offset(), message.length);
        assertThat(envelope.fields().expiration()).isZero();
        TypedValueReader reader = new TypedValueReader()
                .wrap(
                        buffer,
                        envelope.offset(EnvelopeReader.Part.PROPERTIES),
                        envelope.length(EnvelopeReader.Part.PROPERTIES));
        Map<String, Object> properties = new TreeMap<>();
        for (int left = reader.mapCount(); left > 0; left--) {
            reader.nextName();
            String name = reader.name();
            byte unused = reader.nextValue();
            properties.put(name, Objects.requireNonNull(reader.value()));
        }
        assertThat(reader.remaining()).isZero();
        return properties;
    }

    @Test
    void whatCannotBeReadGoesThereAsItIsAndDoesNotExpireAnyMore() {
        byte[] properties = {7, 0, 1};
        client.publish(Client.message(queue, 7).timeToLive(86_400_000).properties(properties));
        failAll(consumer());

        StoredMessage dead = deadLetters().get(0).stored();
        DirectBuffer buffer = Objects.requireNonNull(dead.buffer());
        EnvelopeReader envelope = new EnvelopeReader().wrap(buffer, dead.offset(), dead.length);
        assertThat(envelope.length(EnvelopeReader.Part.PROPERTIES)).isEqualTo(properties.length);
        assertThat(envelope.fields().expiration()).isZero();
    }

    @Test
    void aDeadLetterQueueHasNoLimit() {
        client.publish(queue, 1, 1);
        failAll(consumer());
        long consumer = client.consume(client.queue("DLQ.orders"));
        client.credit(consumer, 100);

        for (int delivery = 0; delivery < 2 * LIMIT; delivery++) {
            fail(consumer);
            given.pass(10_000);
        }

        assertThat(given.observed.deliveries).extracting(Delivery::count).containsExactly(2 * LIMIT + 1);
        assertThat(given.machine.catalog().address(false, "DLQ.DLQ.orders")).isNull();
    }

    @Test
    void eachSubscriptionOfATopicHasItsOwnEnd() {
        long topic = client.topic("news");
        long one = client.consume(topic, SubscriptionKind.DURABLE, "one", "");
        long two = client.consume(topic, SubscriptionKind.DURABLE, "two", "");
        client.publish(Client.message(topic, 1));
        client.credit(one, 100);
        failAll(one);
        client.credit(two, 100);

        List<Delivery> other = take();
        assertThat(messages(other)).as("to the other subscription").containsExactly(1L);
        client.acknowledge(two, other);
        client.credit(client.consume(client.queue("DLQ.news")), 100);
        List<Delivery> dead = take();
        assertThat(messages(dead)).containsExactly(1L);
        assertThat(properties(dead.get(0).stored()))
                .containsEntry("JMS_SLUICE_DLQ_SOURCE_TYPE", "topic")
                .containsEntry("JMS_SLUICE_DLQ_SUBSCRIPTION", "one")
                .containsEntry("JMS_SLUICE_DLQ_CLIENT_ID", "reader");
    }

    @Test
    void aLargeBodyGoesAlongAndStaysForOtherSubscriptions() {
        long topic = client.topic("news");
        long one = client.consume(topic, SubscriptionKind.DURABLE, "one", "");
        long two = client.consume(topic, SubscriptionKind.DURABLE, "two", "");
        client.chunk(5, 0, 100);
        client.chunk(5, 100, 50);
        client.publish(Client.message(topic, 1).stage(5));
        given.stored();
        client.credit(one, 100);
        failAll(one);
        client.credit(two, 100);
        client.acknowledge(two, take());
        given.stored();
        assertThat(given.rows().keySet().stream().filter(key -> key.startsWith("CHUNKS")))
                .as("chunks of the dead letter")
                .hasSize(2);

        long dead = client.consume(client.queue("DLQ.news"));
        client.credit(dead, 100);
        List<Delivery> letters = take();
        assertThat(letters.get(0).stored().bodyBytes).isEqualTo(150);
        client.acknowledge(dead, letters);
        given.stored();
        assertThat(given.rows().keySet().stream().filter(key -> key.startsWith("CHUNKS") || key.startsWith("SHARES")))
                .isEmpty();
        assertThat(given.rows()).isEqualTo(given.rowsOfReplica());
    }

    @Test
    void aNonPersistentMessageGoesThereToo() {
        long consumer = consumer();
        client.publishTransient(Client.message(queue, 1));
        failAll(consumer);

        assertThat(take()).isEmpty();
        assertThat(subscription("orders").pending()).isZero();
        assertThat(given.transients.bytes()).isZero();
        assertThat(messages(deadLetters())).containsExactly(1L);
    }

    @Test
    void aNonPersistentMessageThatIsAcknowledgedOnItsWayThereIsThere() {
        long consumer = consumer();
        client.publishTransient(Client.message(queue, 1));
        Subscription orders = subscription("orders");
        List<Delivery> deliveries = given.observed.deliveries;
        given.observed.onDeadLetter = letter -> {
            given.dispatcher.acknowledgeTransient(
                    orders, letter.source().code(), letter.source().sequence());
            assertThat(orders.pending()).as("it is a dead letter").isEqualTo(1);
        };
        failAll(consumer);

        assertThat(deliveries).isEmpty();
        assertThat(orders.pending()).isZero();
        assertThat(orders.address().acknowledged()).as("once").isEqualTo(1);
        assertThat(messages(deadLetters())).containsExactly(1L);
    }

    @Test
    void aRollbackCountsAsAnyOtherFailure() {
        client.publish(queue, 1, 1);
        long consumer = consumer();
        for (int transaction = 1; transaction <= LIMIT; transaction++) {
            Xid xid = Xid.of(1, new byte[] {(byte) transaction}, new byte[] {});
            client.transact(TransactKind.START, transaction, xid);
            List<Delivery> taken = take();
            assertThat(messages(taken)).containsExactly(1L);
            client.take(transaction, consumer, taken);
            client.transact(TransactKind.END, transaction, xid);
            client.transact(TransactKind.PREPARE, 0, xid);
            given.stored().restart();
            client.reattach(consumer, List.of());
            client.credit(consumer, 100);
            assertThat(take()).as("prepared").isEmpty();
            client.transact(TransactKind.ROLLBACK, 0, xid);
            given.pass(10_000);
        }

        assertThat(take()).isEmpty();
        assertThat(messages(deadLetters())).containsExactly(1L);
    }

    @Test
    void aMessageThatEndsTheServerEachTimeReachesTheDeadLetterQueue() {
        client.publish(queue, 1, 1);
        int deliveries = 0;
        for (int life = 0; life < 2 * LIMIT; life++) {
            long consumer = given.client("").consume(queue);
            // A client of this life, which ends with it.
            given.dispatcher.credit(
                    Objects.requireNonNull(given.machine.catalog().sessions()).get(life + 1), consumer, 1, 100);
            given.settle();
            deliveries += take().size();
            given.stored().restart();
            given.machine.catalog().sessions().forEach(given.dispatcher::detach);
            given.pass(10_000);
        }

        assertThat(deliveries).as("the first one may not have been sent").isEqualTo(LIMIT + 1);
        assertThat(messages(deadLetters())).containsExactly(1L);
    }

    @Test
    void whatNeverWentOutDoesNotEndByRestarts() {
        client.publish(Client.message(queue, 1).type("blue"));
        client.publish(Client.message(queue, 2).type("red"));
        long consumer = client.consume(queue, SubscriptionKind.QUEUE, "", "JMSType = 'red'");
        client.credit(consumer, 100);
        assertThat(messages(take())).containsExactly(2L);

        for (int restart = 0; restart < 2 * LIMIT; restart++) {
            given.stored().restart().settle();
        }
        client.reattach(consumer, List.of());
        client.close(consumer, List.of());
        consumer();

        assertThat(messages(take())).containsExactly(1L, 2L);
    }

    @Test
    void waitsInTheQueueWhileNothingMoreCanGoToDeadLetterQueues() {
        client.publish(queue, 1, 1);
        long consumer = consumer();
        given.observed.deadLetterRoom = DeadLetterRoom.NONE;
        failAll(consumer);
        assertThat(take()).isEmpty();
        assertThat(subscription("orders").pending()).isEqualTo(1);

        given.observed.deadLetterRoom = DeadLetterRoom.THERE;
        given.pass(10_000);

        assertThat(subscription("orders").pending()).isZero();
        assertThat(messages(deadLetters())).containsExactly(1L);
    }

    @Test
    void noOneIsWokenForWhatWaitsNoLonger() {
        client.publish(queue, 1, 1);
        fail(consumer());
        assertThat(given.dispatcher.nextDueMillis()).isEqualTo(given.nowMillis + DELAY);

        given.run(
                to -> to.expire(subscription("orders").id(), given.dispatcher.takeUnheld(subscription("orders"), 10)));
        client.publish(queue, 2, 1);

        assertThat(given.dispatcher.nextDueMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void noMoreMessagesWaitThanThereIsRoomFor() {
        int credit = 1_000;
        int most = Outflow.DELAYED_MAX + credit;
        client.publish(queue, 1, most + credit);
        long consumer = client.consume(queue);
        int delivered = 0;
        for (int time = 0; time * credit <= most; time++) {
            client.credit(consumer, credit);
            List<Delivery> deliveries = take();
            delivered += deliveries.size();
            client.giveBack(consumer, deliveries);
        }
        assertThat(delivered).isBetween(Outflow.DELAYED_MAX, most);

        given.pass(DELAY);
        client.credit(consumer, credit);
        assertThat(take()).extracting(Delivery::count).hasSize(credit).containsOnly(2);
    }

    @Test
    void aPurgeTakesWhatWaitsToo() {
        client.publish(queue, 1, 1);
        long consumer = consumer();
        fail(consumer);

        Runs runs = given.dispatcher.takeUnheld(subscription("orders"), 10);
        given.run(to -> to.expire(subscription("orders").id(), runs));
        given.pass(10_000);

        assertThat(take()).isEmpty();
        assertThat(subscription("orders").pending()).isZero();
    }

    @Test
    void whatIsBehindGoesOnWhileThereIsNoSpaceForDeadLetters() {
        Given strict = new Given(new RedeliveryPolicy(1, 0, 1, 0));
        Client reader = strict.client("");
        long orders = reader.queue("orders");
        int failed = Outflow.DELAYED_MAX + 100;
        reader.publish(orders, 1, failed);
        long consumer = reader.consume(orders);
        reader.credit(consumer, failed);
        strict.observed.deadLetterRoom = DeadLetterRoom.NONE;
        reader.giveBack(consumer, List.copyOf(strict.observed.deliveries));
        strict.observed.deliveries.clear();

        reader.credit(consumer, failed);
        reader.publish(orders, failed + 1, 1);
        assertThat(strict.observed.take()).containsExactly(failed + 1L);

        strict.observed.deadLetterRoom = DeadLetterRoom.THERE;
        strict.pass(1_000);
        assertThat(strict.observed.take()).isEmpty();
        reader.credit(reader.consume(reader.queue("DLQ.orders")), failed);
        assertThat(strict.observed.take()).hasSize(failed);
    }

    @Test
    void whatExpiresMakesRoomForWhatIsBehind() {
        Given slow = new Given(new RedeliveryPolicy(0, 60_000, 1, 60_000));
        Client reader = slow.client("");
        long orders = reader.queue("orders");
        int waiting = Outflow.DELAYED_MAX;
        for (int message = 1; message <= waiting; message++) {
            reader.publish(Client.message(orders, message).timeToLive(1_000));
        }
        long consumer = reader.consume(orders);
        reader.credit(consumer, waiting);
        reader.giveBack(consumer, List.copyOf(slow.observed.deliveries));
        reader.credit(consumer, 10);
        slow.observed.deliveries.clear();
        reader.publish(orders, waiting + 1, 1);
        assertThat(slow.observed.take()).isEmpty();

        slow.pass(1_100);

        assertThat(slow.observed.take()).containsExactly(waiting + 1L);
    }
}
