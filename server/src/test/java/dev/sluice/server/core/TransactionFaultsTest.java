package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What transactions must survive: odd orders, and clients that ask for what they may not. */
final class TransactionFaultsTest {
    private static final long T = 5;

    private final Given given = new Given();
    private final Client client = given.client("me");
    private final Client other = given.client("other");
    private final long in = client.queue("in");
    private final long out = client.queue("out");
    private final Xid xid = new Xid(42, "global", "branch");

    private long consumer(Client of, long queue) {
        long id = of.consume(queue);
        of.credit(id, 100);
        return id;
    }

    private List<Delivery> received() {
        List<Delivery> all = List.copyOf(given.observed.deliveries);
        given.observed.deliveries.clear();
        return all;
    }

    private void takeRuns(Client of, long transaction, long consumer, boolean held, Runs runs) {
        long subscription = of.consumer(consumer).subscription().id();
        given.run(to -> to.take(
                of.sessionId,
                ++of.number,
                new MachineCommands.Taking(transaction, consumer, subscription, held, runs)));
    }

    @Test
    void countsARollbackOnceThoughTheServerWasRestartedBetween() {
        client.publish(in, 1, 1);
        long consumer = consumer(client, in);
        client.take(T, consumer, received());
        given.stored();
        given.restart().settle();
        client.reattach(consumer, List.of());
        client.credit(consumer, 100);

        client.transact(TransactKind.ROLLBACK_LOCAL, T, null);

        assertThat(received()).extracting(Delivery::count).containsExactly(2);
    }

    @Test
    void votesToCommitWhenOnlyNonPersistentMessagesWereTaken() {
        client.publishTransient(Client.message(in, 1));
        long consumer = consumer(client, in);
        client.transact(TransactKind.START, T, xid);
        client.take(T, consumer, received());
        client.transact(TransactKind.END, T, xid);
        Session.Answer vote = client.transact(TransactKind.PREPARE, 0, xid);
        assertThat(Objects.requireNonNull(vote).value()).isEqualTo(GlobalTransactions.OK);
        client.transact(TransactKind.COMMIT, 0, xid);
        given.settle();

        Subscription subscription = client.consumer(consumer).subscription();
        assertThat(given.dispatcher.held(subscription)).as("held").isZero();
        assertThat(given.transients.bytes()).as("bytes").isZero();
    }

    @Test
    void takesNoNonPersistentMessagesThatDoNotExist() {
        long consumer = consumer(client, in);
        Runs runs = new Runs();
        runs.add(4 | Lane.TRANSIENT, 0, 1_000_000);
        assertThat(given.dispatcher.takings().mayTake(client.consumer(consumer), runs))
                .isFalse();
    }

    @Test
    void blocksNoLaterNonPersistentMessageByATakeOfWhatDoesNotExist() {
        long consumer = consumer(client, in);
        Runs runs = new Runs();
        runs.add(4 | Lane.TRANSIENT, 0, 1_000_000);
        boolean held = given.dispatcher.takings().mayTake(client.consumer(consumer), runs);
        if (held) {
            given.dispatcher.acknowledging(client.consumer(consumer), runs);
        }
        takeRuns(client, T, consumer, held, runs);
        client.transact(TransactKind.COMMIT_LOCAL, T, null);
        client.end();

        consumer(other, in);
        other.publishTransient(Client.message(in, 7));
        assertThat(received()).extracting(Delivery::message).containsExactly(7L);
    }

    @Test
    void rollsBackABranchOneOfWhoseSessionsHasEnded() {
        client.transact(TransactKind.START, T, xid);
        other.transact(TransactKind.JOIN, T, xid);
        client.end();
        other.transact(TransactKind.END, T, xid);

        assertThat(other.transact(TransactKind.ROLLBACK, 0, xid)).isNull();
    }

    @Test
    void refusesToJoinWithANumberThatIsInUse() {
        client.transact(TransactKind.START, T, xid);
        client.transact(TransactKind.JOIN, T, xid);
        client.transact(TransactKind.END, T, xid);

        assertThat(other.transact(TransactKind.ROLLBACK, 0, xid)).isNull();
    }

    @Test
    void keepsTheLocalWorkOfANumberThatABranchIsStartedWith() {
        client.publish(Client.message(out, 1).in(T));
        client.transact(TransactKind.START, T, xid);
        client.transact(TransactKind.COMMIT_LOCAL, T, null);

        assertThat(given.machine.catalog().branches()).isEmpty();
    }

    @Test
    void releasesNoReservationOfAnotherClientsAcknowledgement() {
        client.publish(in, 1, 1);
        long consumer = consumer(client, in);
        List<Delivery> mine = received();
        Consumer known = client.consumer(consumer);
        long second = consumer(other, in);
        given.dispatcher.away(client.session());
        // The acknowledgement came again and is in a batch that is under way.
        given.dispatcher.acknowledging(known, Client.runs(mine));
        // The batch before has a Take of a client that lost the message long ago.
        takeRuns(other, T, second, false, Client.runs(mine));

        assertThat(received()).isEmpty();
    }

    @Test
    void replacesNoDurableSubscriptionWhoseMessagesAreInAPreparedBranch() {
        long topic = client.topic("news");
        long consumer = client.consume(topic, SubscriptionKind.DURABLE, "s", "");
        client.credit(consumer, 10);
        client.publish(topic, 1, 1);
        client.transact(TransactKind.START, T, xid);
        client.take(T, consumer, received());
        client.transact(TransactKind.END, T, xid);
        client.transact(TransactKind.PREPARE, 0, xid);
        client.close(consumer, List.of());

        client.consume(topic, SubscriptionKind.DURABLE, "s", "JMSPriority = 4");
        client.transact(TransactKind.ROLLBACK, 0, xid);

        assertThat(Objects.requireNonNull(given.machine.catalog().address(topic))
                        .messages())
                .isEqualTo(1);
    }

    @Test
    void keepsWhatAClientHoldsFromExpiryUntilItHasClaimedAfterARestart() {
        client.publish(Client.message(in, 1).timeToLive(1000));
        long consumer = consumer(client, in);
        List<Delivery> mine = received();
        given.stored();
        given.restart().settle();
        given.pass(1000);
        client.reattach(consumer, mine);

        client.take(T, consumer, mine);

        assertThat(client.transact(TransactKind.COMMIT_LOCAL, T, null)).isNull();
    }

    @Test
    void givesBackWhatABranchTookThatNoOneWillPrepare() {
        client.publish(in, 1, 1);
        long consumer = consumer(client, in);
        client.transact(TransactKind.START, T, xid);
        client.take(T, consumer, received());
        client.transact(TransactKind.END, T, xid);
        given.dispatcher.away(client.session());
        given.dispatcher.detach(client.session());
        given.run(to -> to.lose(client.sessionId));

        consumer(other, in);
        assertThat(received()).extracting(Delivery::message).containsExactly(1L);
    }

    /** A client does not wait for the answer to a send before it commits. */
    @Test
    void commitsNothingOfATransactionThatMissesWhatThereWasNoRoomFor() {
        for (long each = 1; each <= Branch.OPEN_MAX; each++) {
            other.publish(Client.message(out, each).in(each));
        }
        client.publish(Client.message(out, 1).in(T));
        other.transact(TransactKind.ROLLBACK_LOCAL, 1, null);
        client.publish(Client.message(out, 2).in(T));

        Session.Answer answer = client.transact(TransactKind.COMMIT_LOCAL, T, null);

        assertThat(Objects.requireNonNull(answer).code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        assertThat(Objects.requireNonNull(given.machine.catalog().address(out)).messages())
                .isZero();
        client.publish(Client.message(out, 3).in(T - 1));
        assertThat(client.transact(TransactKind.COMMIT_LOCAL, T - 1, null))
                .as("another one of the session")
                .isNull();
    }
}
