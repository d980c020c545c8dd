package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One group is one consumer's as long as that holds one of its messages, and comes in order. */
final class MessageGroupsTest {
    private final Given given = new Given();
    private final Client client = given.client("");
    private final long queue = client.queue("orders");

    private void publish(long first, String... groups) {
        long message = first;
        for (String group : groups) {
            client.publish(Client.message(queue, message++, group));
        }
    }

    /** Opens a consumer with credit. */
    private long consumer(long credit) {
        long consumer = client.consume(queue);
        client.credit(consumer, credit);
        return consumer;
    }

    /** What was delivered to a consumer, and was not taken before. */
    private List<Long> to(long consumer) {
        List<Long> messages = held(consumer).stream().map(Delivery::message).toList();
        given.observed.deliveries.removeIf(delivery -> delivery.consumerId() == consumer);
        return messages;
    }

    private List<Delivery> held(long consumer) {
        return given.observed.deliveries.stream()
                .filter(delivery -> delivery.consumerId() == consumer)
                .toList();
    }

    @Test
    void givesAGroupToOneConsumer() {
        long first = consumer(10);
        long second = consumer(10);

        publish(1, "a", "a", "b", "a", "b");

        assertThat(to(first)).containsExactly(1L, 2L, 4L);
        assertThat(to(second)).containsExactly(3L, 5L);
    }

    @Test
    void sharesOutGroupsAsItSharesOutMessages() {
        List<Long> consumers = List.of(consumer(10), consumer(10), consumer(10));

        publish(1, "a", "a", "a", "b", "a", "c", "d", "", "e");

        assertThat(to(consumers.get(0))).containsExactly(1L, 2L, 3L, 5L, 7L);
        assertThat(to(consumers.get(1))).containsExactly(4L, 8L);
        assertThat(to(consumers.get(2))).containsExactly(6L, 9L);
    }

    @Test
    void looksPastWhatWaitsForAnOwnerWithoutCredit() {
        long slow = consumer(1);
        publish(1, "a", "a", "a", "", "b", "a");

        long quick = consumer(10);

        assertThat(to(slow)).containsExactly(1L);
        assertThat(to(quick)).containsExactly(4L, 5L);
        client.credit(slow, 3);
        assertThat(to(slow)).as("in order").containsExactly(2L, 3L);
    }

    @Test
    void givesWhatWaitsToOthersWhenTheOwnerHoldsNothingMore() {
        long slow = consumer(1);
        publish(1, "a", "a", "", "a");
        List<Delivery> held = held(slow);
        long quick = consumer(10);
        publish(5, "a", "");
        assertThat(to(quick)).containsExactly(3L, 6L);

        client.acknowledge(slow, held);

        assertThat(to(quick)).as("in order").containsExactly(2L, 4L, 5L);
    }

    @Test
    void anAcknowledgementOfAGroupMayBeWaitedForByOthers() {
        long owner = consumer(1);
        publish(1, "");
        assertThat(isWaitedFor(owner, 0)).isFalse();

        client.acknowledge(owner, held(owner));
        client.credit(owner, 2);
        publish(2, "a");
        assertThat(isWaitedFor(owner, 1)).isTrue();
    }

    /** Whether somebody may wait for the only message that this consumer holds. */
    private boolean isWaitedFor(long consumer, long sequence) {
        Runs only = new Runs();
        only.add(4, sequence, 1);
        Session session = Objects.requireNonNull(given.machine.catalog().session(client.sessionId));
        return Objects.requireNonNull(given.dispatcher.consumer(session, consumer))
                .isWaitedFor(only);
    }

    @Test
    void keepsAGroupTogetherWhenPartOfItIsAcknowledged() {
        long owner = consumer(2);
        publish(1, "a", "a");
        List<Delivery> held = held(owner);
        long other = consumer(10);

        client.acknowledge(owner, held.subList(0, 1));
        publish(3, "a");

        assertThat(to(other)).isEmpty();
        client.acknowledge(owner, held.subList(1, 2));
        assertThat(to(other)).containsExactly(3L);
    }

    @Test
    void redeliversAGroupInOrderToItsNextOwner() {
        long owner = consumer(3);
        publish(1, "a", "a", "a", "a", "b");
        List<Delivery> held = held(owner);
        client.acknowledge(owner, held.subList(1, 2));

        client.giveBack(owner, held.subList(0, 1));
        long next = consumer(10);

        assertThat(held(next)).extracting(Delivery::count).containsExactly(2, 1, 1, 1);
        assertThat(to(next)).containsExactly(1L, 3L, 4L, 5L);
    }

    @Test
    void redeliversGroupsAndWhatHasNoneInOneOrder() {
        long owner = consumer(7);
        publish(1, "a", "", "b", "a", "b", "", "a", "b");
        client.giveBack(owner, List.of());

        long next = consumer(10);

        assertThat(to(next)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void keepsAGroupForAnOwnerWhoseClientIsAway() {
        long owner = consumer(2);
        publish(1, "a", "a");
        List<Delivery> held = held(owner);
        Client other = given.client("");
        long rival = other.consume(queue);
        other.credit(rival, 10);
        given.observed.take();

        given.dispatcher.away(client.session());
        other.publish(Client.message(queue, 3, "a"));
        assertThat(given.observed.take()).as("while it is away").isEmpty();
        client.reattach(owner, held.subList(1, 2));
        assertThat(given.observed.take()).as("while it has no credit").isEmpty();

        client.credit(owner, 5);
        assertThat(held(rival)).isEmpty();
        assertThat(to(owner)).as("the one it did not claim goes first").containsExactly(1L, 3L);
    }

    @Test
    void givesAGroupToOthersWhenItsOwnerStaysAway() {
        long owner = consumer(1);
        publish(1, "a", "a");
        assertThat(to(owner)).containsExactly(1L);
        Client other = given.client("");
        long next = other.consume(queue);
        other.credit(next, 10);

        given.dispatcher.away(client.session());
        given.settle();
        assertThat(to(next)).isEmpty();
        given.dispatcher.detach(client.session());
        given.settle();

        assertThat(to(next)).containsExactly(1L, 2L);
    }

    @Test
    void keepsAGroupForItsOwnerAcrossARestart() {
        Given small = new Given(1);
        Client holder = small.client("");
        long cold = holder.queue("cold");
        for (long message = 1; message <= 800; message++) {
            holder.publish(Client.message(cold, message, message % 100 == 1 ? "a" : message % 100 == 2 ? "b" : ""));
        }
        long owner = holder.consume(cold);
        holder.credit(owner, 601);
        List<Delivery> held = List.copyOf(small.observed.deliveries).stream()
                .filter(delivery -> delivery.message() == 1 || delivery.message() == 601)
                .toList();
        small.stored();
        small.restart().settle();
        Client other = small.client("");
        long rival = other.consume(cold);
        other.credit(rival, 1000);
        small.observed.take();

        holder.reattach(owner, held);
        List<Long> toRival = small.observed.take();
        holder.credit(owner, 10);

        assertThat(toRival).hasSize(792).isSorted().contains(2L, 102L).doesNotContain(101L, 501L, 701L);
        assertThat(small.observed.take()).containsExactly(101L, 201L, 301L, 401L, 501L, 701L);
    }

    @Test
    void keepsAGroupForAnOwnerThatComesBackTwiceAfterARestart() {
        long owner = consumer(2);
        Client other = given.client("");
        long rival = other.consume(queue);
        publish(1, "a", "a", "a");
        List<Delivery> held = held(owner);
        given.stored();
        given.restart().settle();
        given.observed.take();

        client.reattach(owner, held);
        given.dispatcher.away(client.session());
        client.reattach(owner, held);
        other.reattach(rival, List.of());
        other.credit(rival, 10);

        assertThat(to(rival)).isEmpty();
        client.acknowledge(owner, held);
        assertThat(to(rival)).containsExactly(3L);
    }

    @Test
    void keepsAGroupForTheOneWhoseTransactionHasSomeOfIt() {
        long owner = consumer(1);
        publish(1, "a", "a", "a");
        long other = consumer(10);
        client.take(7, owner, held(owner));
        given.observed.take();

        assertThat(to(other)).as("before the commit").isEmpty();
        client.credit(owner, 2);
        assertThat(to(owner)).as("the owner goes on").containsExactly(2L);
        client.giveBack(owner, List.of());
        assertThat(to(other)).as("while the transaction has some").isEmpty();

        client.transact(TransactKind.COMMIT_LOCAL, 7, null);
        assertThat(to(other)).containsExactly(2L, 3L);
    }

    @Test
    void returnsWhatATransactionHadOfAGroupBeforeTheRestOfIt() {
        long owner = consumer(2);
        publish(1, "a", "a", "a");
        long other = consumer(10);
        client.take(7, owner, held(owner));
        client.close(owner, List.of());
        given.observed.take();
        given.stored();
        given.restart().settle();
        client.reattach(other, List.of());
        client.credit(other, 10);
        assertThat(to(other)).as("after the restart, with the transaction open").isEmpty();

        client.transact(TransactKind.ROLLBACK_LOCAL, 7, null);

        assertThat(to(other)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void letsTheOwnerBeOneWithAnotherSelector() {
        long red = client.consume(queue, SubscriptionKind.QUEUE, "", "JMSType = 'red'");
        client.credit(red, 1);
        client.publish(Client.message(queue, 1, "a").type("red"));
        long any = consumer(10);

        client.publish(Client.message(queue, 2, "a").type("blue"));
        client.publish(Client.message(queue, 3, "a").type("red"));
        assertThat(to(any)).isEmpty();

        client.credit(red, 10);
        List<Delivery> held = held(red);
        assertThat(held).extracting(Delivery::message).containsExactly(1L, 3L);
        client.acknowledge(red, held);
        assertThat(to(any)).containsExactly(2L);
    }

    @Test
    void doesNotHoldUpAGroupForWhatNoSelectorWants() {
        long any = consumer(2);
        client.publish(Client.message(queue, 1, "a").type("red"));
        client.publish(Client.message(queue, 2, "a").type("blue"));
        client.giveBack(any, List.of());
        client.close(any, List.of());
        given.observed.take();

        client.credit(client.consume(queue, SubscriptionKind.QUEUE, "", "JMSType = 'blue'"), 1);

        assertThat(given.observed.take()).containsExactly(2L);
    }

    @Test
    void deliversAGroupOfManyPrioritiesToOneConsumer() {
        long owner = consumer(1);
        publish(1, "a");
        client.publish(Client.message(queue, 2, "a").priority(2));
        client.publish(Client.message(queue, 3, "a").priority(8));
        client.publish(Client.message(queue, 4, "a").priority(8));
        long other = consumer(10);
        assertThat(to(other)).isEmpty();

        client.credit(owner, 10);

        assertThat(to(owner)).containsExactly(1L, 3L, 4L, 2L);
    }

    @Test
    void keepsAGroupOfNonPersistentMessagesTogether() {
        long owner = consumer(1);
        client.publishTransient(Client.message(queue, 1, "a"));
        client.publishTransient(Client.message(queue, 2, "a"));
        publish(3, "a", "b");

        long other = consumer(10);

        assertThat(to(other)).containsExactly(4L);
        client.credit(owner, 10);
        assertThat(to(owner)).as("persistent ones first").containsExactly(1L, 3L, 2L);
    }

    @Test
    void forgetsWhatWaitsWhenItExpires() {
        long owner = consumer(1);
        publish(1, "a");
        client.publish(Client.message(queue, 2, "a").timeToLive(100));
        publish(3, "a");
        long other = consumer(10);
        given.pass(200);

        client.acknowledge(owner, held(owner));

        assertThat(to(other)).containsExactly(3L);
        assertThat(client.consumer(other).subscription().pending()).isEqualTo(1);
    }

    @Test
    void looksPastOnlySoMany() {
        long owner = consumer(1);
        publish(1, "a");
        long other = consumer(2 * MessageGroups.WAITING_MAX);
        for (int count = 0; count <= MessageGroups.WAITING_MAX; count++) {
            publish(2 + count, "a");
        }
        publish(100_000, "b", "");
        assertThat(to(other)).as("what comes after too many that wait").isEmpty();

        client.credit(owner, 2);
        assertThat(to(other)).as("when one has gone").containsExactly(100_000L, 100_001L);

        List<Delivery> held = held(owner);
        client.acknowledge(owner, held);
        assertThat(to(other)).hasSize(MessageGroups.WAITING_MAX).isSorted();
    }

    @Test
    void passesOverManyBlockedGroupsOnceAndNotForEachMessage() {
        long owner = consumer(500);
        for (int message = 1; message <= 1000; message++) {
            publish(message, "group" + message % 500);
        }
        long other = consumer(10);
        assertThat(to(other)).isEmpty();
        MessageGroups groups =
                Objects.requireNonNull(client.consumer(owner).outflow().messageGroups());
        assertThat(groups.waiting()).isEqualTo(500);

        publish(2000, "");
        assertThat(to(other)).containsExactly(2000L);
        assertThat(groups.ready(4)).as("to be looked at each time").isEmpty();
        client.credit(owner, 501);
        assertThat(groups.ready(4)).isEmpty();
        assertThat(groups.waiting()).isEqualTo(499);
    }

    @Test
    void knowsNoGroupOfWhichNothingIsHeldOrWaits() {
        long owner = consumer(10);
        publish(1, "a", "b", "a");
        client.acknowledge(owner, held(owner));

        assertThat(Objects.requireNonNull(client.consumer(owner).outflow().messageGroups())
                        .isEmpty())
                .isTrue();
    }

    @Test
    void takesAnEmptyGroupForNone() {
        Client.Draft draft = Client.message(queue, 1, "x");
        StoredMessage grouped = stored(draft);
        StoredMessage none = stored(Client.message(queue, 2));

        assertThat(GroupKey.of(grouped)).isNotEqualTo(GroupKey.NONE);
        assertThat(GroupKey.of(none)).isEqualTo(GroupKey.NONE);
        assertThat(GroupKey.of(stored(Client.message(queue, 3, "x").type("typed"))))
                .as("wherever it stands")
                .isEqualTo(GroupKey.of(grouped));
    }

    @Test
    void readsNothingOutsideOfABrokenEnvelope() {
        Publication publication = client.publication(Client.message(queue, 1, "group"), 1);
        for (int length = 0; length < publication.length; length++) {
            StoredMessage cut = new StoredMessage(1, new StoredMessage.Place(queue, 4, 0), 0, 0, 0, length);
            cut.loaded(new org.agrona.concurrent.UnsafeBuffer(publication.buffer, 0, length), 0);
            assertThat(GroupKey.of(cut)).isIn(GroupKey.NONE, GroupKey.of(stored(Client.message(queue, 1, "group"))));
        }
    }

    private StoredMessage stored(Client.Draft draft) {
        Publication publication = client.publication(draft, 1);
        StoredMessage message = new StoredMessage(1, new StoredMessage.Place(queue, 4, 0), 0, 0, 0, publication.length);
        message.loaded(publication.buffer, publication.offset);
        return message;
    }
}
