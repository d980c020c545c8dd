package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the replicated machine keeps, refuses and lets go of, row for row. */
final class StateRulesTest {
    private final Given given = new Given();
    private final Client client = given.client("me");
    private final long queue = client.queue("orders");
    private final long topic = client.topic("news");

    private RefusalCode refusal(Client of) {
        return Objects.requireNonNull(Objects.requireNonNull(of.answer()).code());
    }

    private long rows(Table table) {
        given.stored();
        return given.rows().keySet().stream()
                .filter(key -> key.startsWith(table + " "))
                .count();
    }

    @Test
    void freesWhatIsAcknowledgedInAnyOrderWhileAnOldMessageStays() {
        client.publish(queue, 1, 20);
        long consumer = client.consume(queue);
        client.credit(consumer, 20);
        given.stored();
        List<Delivery> held = List.copyOf(given.observed.deliveries);

        for (int at = 19; at > 0; at--) {
            client.acknowledge(consumer, held.subList(at, at + 1));
        }

        assertThat(rows(Table.MESSAGES)).isEqualTo(1);
        assertThat(rows(Table.INDEX)).isEqualTo(1);
        client.acknowledge(consumer, held.subList(0, 1));
        assertThat(rows(Table.MESSAGES) + rows(Table.HOLES)).isZero();
    }

    @Test
    void storesAMessageOfATopicOnceAndRemovesItWithTheLastSubscription() {
        long first = client.consume(topic, SubscriptionKind.DURABLE, "a", "");
        long second = client.consume(topic, SubscriptionKind.DURABLE, "b", "");
        client.publish(topic, 1, 1);
        assertThat(rows(Table.MESSAGES)).isEqualTo(1);

        client.close(first, List.of());
        client.unsubscribe("a");
        assertThat(rows(Table.MESSAGES)).isEqualTo(1);
        client.close(second, List.of());
        client.unsubscribe("b");

        assertThat(rows(Table.MESSAGES)).isZero();
    }

    @Test
    void answersARepeatWithNothingNewAndIgnoresAGap() {
        long before = client.number;
        Publication repeated = client.publication(Client.message(queue, 1), before);
        Publication late = client.publication(Client.message(queue, 2), before + 2);

        given.run(to -> to.publish(repeated));
        given.run(to -> to.publish(late));

        assertThat(rows(Table.MESSAGES)).isZero();
        assertThat(client.session().lastNumber()).isEqualTo(before);
        assertThat(Objects.requireNonNull(client.session().answer(1)).value()).isEqualTo(queue);
    }

    @Test
    void refusesWhatTheStandardForbidsOfSubscriptions() {
        client.consume(topic, SubscriptionKind.DURABLE, "a", "");
        client.consume(topic, SubscriptionKind.DURABLE, "a", "");
        assertThat(refusal(client)).isEqualTo(RefusalCode.SUBSCRIPTION_IN_USE);
        client.consume(topic, SubscriptionKind.SHARED_DURABLE, "a", "");
        assertThat(refusal(client)).isEqualTo(RefusalCode.SUBSCRIPTION_MISMATCH);
        client.unsubscribe("a");
        assertThat(refusal(client)).isEqualTo(RefusalCode.SUBSCRIPTION_IN_USE);
        client.unsubscribe("nothing");
        assertThat(refusal(client)).isEqualTo(RefusalCode.SUBSCRIPTION_UNKNOWN);
        Client nameless = given.client("");
        nameless.consume(topic, SubscriptionKind.DURABLE, "a", "");
        assertThat(refusal(nameless)).isEqualTo(RefusalCode.CLIENT_ID_MISSING);
    }

    @Test
    void refusesASecondConsumerOfTheSameId() {
        long consumer = client.consume(queue);

        given.run(to -> to.openConsumer(
                client.sessionId,
                ++client.number,
                new MachineCommands.NewConsumer(
                        consumer, queue, SubscriptionKind.QUEUE, false, "", "", BroughtPolicy.NONE)));

        assertThat(refusal(client)).isEqualTo(RefusalCode.PROTOCOL);
    }

    @Test
    void letsGoOfAClientIdentifierThatWasChanged() {
        given.run(to -> to.setClientId(client.sessionId, ++client.number, "you"));

        Client other = given.client("me");

        assertThat(other.session().clientId()).isEqualTo("me");
        given.run(to -> to.setClientId(other.sessionId, ++other.number, "you"));
        assertThat(refusal(other)).isEqualTo(RefusalCode.CLIENT_ID_IN_USE);
    }

    @Test
    void keepsATemporaryQueueForItsSessionAndEndsItWithIt() {
        long temporary = client.address(false, "temp.1", true);
        client.publish(temporary, 1, 3);
        Client other = given.client("");
        other.consume(temporary);
        assertThat(refusal(other)).isEqualTo(RefusalCode.DESTINATION_FOREIGN);

        client.end();

        assertThat(given.machine.catalog().address(temporary)).isNull();
        assertThat(rows(Table.MESSAGES)).isZero();
    }

    /** Clocks that show whole milliseconds may both be almost one behind. */
    @Test
    void deliversNothingBeforeItsWholeDelayHasPassed() {
        long consumer = client.consume(queue);
        client.credit(consumer, 1);
        client.publish(Client.message(queue, 1).delay(100));

        given.pass(100);
        assertThat(given.observed.deliveries).isEmpty();
        given.pass(1);
        assertThat(given.observed.deliveries).hasSize(1);
    }

    @Test
    void leavesNothingOfADelayedMessageThatIsDoneBeforeItsIndexIsStored() {
        long consumer = client.consume(queue);
        client.credit(consumer, 1);
        client.publish(Client.message(queue, 1).delay(100));
        given.stored();
        given.pass(101);

        client.acknowledge(consumer, List.copyOf(given.observed.deliveries));

        assertThat(rows(Table.MESSAGES) + rows(Table.INDEX) + rows(Table.DUE)).isZero();
    }

    @Test
    void deliversThousandsOfDelayedMessagesThatOnlyTheStoreHas() {
        Given small = new Given(1);
        Client publisher = small.client("");
        long delayed = publisher.queue("later");
        for (int message = 1; message <= 5000; message++) {
            publisher.publish(Client.message(delayed, message).delay(message));
        }
        small.stored().restart().settle();

        publisher.credit(publisher.consume(delayed), 10_000);
        small.pass(5001);

        assertThat(small.observed.take()).hasSize(5000).isSorted();
    }

    @Test
    void expiresWhatNoOneHoldsAndDeliversNothingThatExpired() {
        client.publish(Client.message(queue, 1).timeToLive(50));
        client.publish(Client.message(queue, 2));
        given.stored().restart().settle();

        given.pass(60);
        client.credit(client.consume(queue), 10);

        assertThat(given.observed.take()).containsExactly(2L);
        assertThat(rows(Table.MESSAGES)).isEqualTo(1);
        given.pass(10_000);
        assertThat(rows(Table.DUE)).isZero();
    }

    @Test
    void makesNoMessageOfAnUploadThatMissesAPiece() {
        client.chunk(5, 0, 1000);
        given.run(to -> to.refuse(
                client.sessionId,
                ++client.number,
                new MachineCommands.Dropped(5, 0),
                new Session.Answer(RefusalCode.STORAGE_FULL, 10, 11, "")));
        assertThat(refusal(client)).isEqualTo(RefusalCode.STORAGE_FULL);

        client.publish(Client.message(queue, 1).stage(5));

        assertThat(refusal(client)).isEqualTo(RefusalCode.STAGE_UNKNOWN);
        assertThat(rows(Table.CHUNKS) + rows(Table.MESSAGES)).isZero();
    }

    @Test
    void dropsUploadsThatWereNotFinished() {
        client.chunk(5, 0, 1000);
        given.stored();
        client.chunk(5, 1000, 1000);

        client.end();

        assertThat(rows(Table.CHUNKS)).isZero();
    }

    @Test
    void logsNoFailuresOfNonPersistentMessages() {
        client.publishTransient(Client.message(queue, 1));
        client.credit(client.consume(queue), 1);

        given.dispatcher.away(client.session());
        given.dispatcher.detach(client.session());
        given.settle();

        assertThat(rows(Table.RETURNS)).isZero();
    }

    @Test
    void loadsAMarkAsItWasSaved() {
        long consumer = client.consume(queue);
        client.publish(queue, 1, 2);
        client.credit(consumer, 2);
        client.acknowledge(consumer, List.copyOf(given.observed.deliveries));

        given.stored().restart().settle();
        client.publish(queue, 3, 1);
        given.stored();

        assertThat(given.rowsOfReplica()).isEqualTo(given.rows());
    }
}
