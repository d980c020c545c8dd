package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Transactions by commands and events: all or nothing, whatever happens between. */
final class TransactionRulesTest {
    private static final long T = 5;

    private final Given given = new Given();
    private final Client client = given.client("me");
    private final Client other = given.client("other");
    private final long in = client.queue("in");
    private final long out = client.queue("out");
    private final Xid xid = xid("branch");

    private static Xid xid(String qualifier) {
        byte[] global = "global".getBytes(StandardCharsets.UTF_8);
        return Xid.of(42, global, qualifier.getBytes(StandardCharsets.UTF_8));
    }

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

    private long rows(Table table) {
        given.stored();
        return given.rows().keySet().stream()
                .filter(key -> key.startsWith(table + " "))
                .count();
    }

    private static RefusalCode code(Session.@Nullable Answer answer) {
        return Objects.requireNonNull(Objects.requireNonNull(answer).code());
    }

    private void work(long consumer) {
        client.take(T, consumer, received());
        client.publish(Client.message(out, 10).in(T))
                .publish(Client.message(out, 11).in(T));
    }

    @Test
    void showsNothingOfATransactionBeforeItCommitsAndAllOfItAfter() {
        client.publish(in, 1, 3);
        long consumer = consumer(client, in);
        long watcher = consumer(other, out);
        work(consumer);
        assertThat(given.observed.take()).isEmpty();

        assertThat(client.transact(TransactKind.COMMIT_LOCAL, T, null)).isNull();

        assertThat(received()).extracting(Delivery::message).containsExactly(10L, 11L);
        assertThat(watcher).isPositive();
        assertThat(Objects.requireNonNull(given.machine.catalog().address(in)).messages())
                .isZero();
        assertThat(rows(Table.TRANSACTIONS) + rows(Table.STAGED) + rows(Table.TAKEN))
                .isZero();
    }

    @Test
    void givesBackInOrderAndCountedWhatARollbackUndoes() {
        client.publish(in, 1, 3);
        long consumer = consumer(client, in);
        work(consumer);

        assertThat(client.transact(TransactKind.ROLLBACK_LOCAL, T, null)).isNull();

        List<Delivery> again = received();
        assertThat(again).extracting(Delivery::message).containsExactly(1L, 2L, 3L);
        assertThat(again).extracting(Delivery::count).containsOnly(2);
        assertThat(rows(Table.MESSAGES)).isEqualTo(3);
        assertThat(rows(Table.TRANSACTIONS) + rows(Table.STAGED) + rows(Table.TAKEN))
                .isZero();
    }

    @Test
    void blocksNoOneWhileATransactionIsOpen() {
        client.publish(Client.message(out, 1).in(T));
        other.publish(out, 2, 2);
        consumer(other, out);

        assertThat(received()).extracting(Delivery::message).containsExactly(2L, 3L);

        client.transact(TransactKind.COMMIT_LOCAL, T, null);
        assertThat(received()).extracting(Delivery::message).containsExactly(1L);
    }

    @Test
    void keepsAnOpenTransactionAcrossARestartWhateverIsInTheStore() {
        for (int point = 0; point < 4; point++) {
            long transaction = 100 + point;
            client.publish(in, 1, 2);
            long consumer = consumer(client, in);
            if (point == 1) {
                given.stored();
            }
            client.take(transaction, consumer, received());
            client.publish(Client.message(out, 10).in(transaction));
            if (point == 2) {
                given.stored();
            }
            if (point == 3) {
                given.seal();
            }
            given.restart().settle();
            client.reattach(consumer, List.of());
            client.credit(consumer, 100);
            assertThat(received())
                    .as("taken before the restart, at point %s", point)
                    .isEmpty();

            assertThat(client.transact(TransactKind.COMMIT_LOCAL, transaction, null))
                    .isNull();
            client.close(consumer, List.of());
            long drain = consumer(other, out);
            List<Delivery> sent = received();
            assertThat(sent).extracting(Delivery::message).containsExactly(10L);
            other.acknowledge(drain, sent);
            other.close(drain, List.of());
        }
        assertThat(rows(Table.MESSAGES) + rows(Table.STAGED) + rows(Table.TAKEN))
                .isZero();
        assertThat(given.rows()).isEqualTo(given.rowsOfReplica());
    }

    @Test
    void answersARepeatedCommitOnlyOnce() {
        client.publish(Client.message(out, 10).in(T));
        client.transact(TransactKind.COMMIT_LOCAL, T, null);
        long number = client.number;

        given.run(to -> to.transact(
                client.sessionId, number, new MachineCommands.Transact(TransactKind.COMMIT_LOCAL, T, null, 0, 0)));

        consumer(other, out);
        assertThat(received()).hasSize(1);
    }

    @Test
    void rollsBackWhatItsClientReceivedWhenTheClientIsGoneForTooLong() {
        client.publish(in, 1, 2);
        long consumer = consumer(client, in);
        long second = consumer(other, in);
        work(consumer);
        given.dispatcher.away(client.session());
        given.dispatcher.detach(client.session());
        given.run(to -> to.lose(client.sessionId));

        assertThat(received()).extracting(Delivery::message).containsExactly(1L, 2L);
        assertThat(second).isPositive();
        assertThat(rows(Table.STAGED)).isZero();
        assertThat(code(client.transact(TransactKind.COMMIT_LOCAL, T, null)))
                .isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
    }

    @Test
    void cannotCommitWhatOthersHaveReceivedMeanwhile() {
        client.publish(in, 1, 1);
        long consumer = consumer(client, in);
        List<Delivery> mine = received();
        given.dispatcher.away(client.session());
        given.dispatcher.detach(client.session());
        given.settle();
        long second = consumer(other, in);
        List<Delivery> theirs = received();
        client.publish(Client.message(out, 10).in(T));

        client.take(T, consumer, mine);

        assertThat(code(client.transact(TransactKind.COMMIT_LOCAL, T, null)))
                .isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        assertThat(rows(Table.STAGED)).isZero();
        other.acknowledge(second, theirs);
        assertThat(rows(Table.MESSAGES)).isZero();
    }

    @Test
    void undoesEverythingWhenTheSessionEnds() {
        client.publish(in, 1, 2);
        work(consumer(client, in));
        client.end();

        consumer(other, in);
        assertThat(received()).extracting(Delivery::message).containsExactly(1L, 2L);
        assertThat(rows(Table.TRANSACTIONS) + rows(Table.STAGED) + rows(Table.TAKEN))
                .isZero();
    }

    @Test
    void failsAsAWholeWhenOneMessageIsRefused() {
        client.publish(Client.message(out, 10).in(T));
        var full = new Session.Answer(RefusalCode.STORAGE_FULL, 100, 101, "");
        given.run(to -> to.refuse(client.sessionId, ++client.number, new MachineCommands.Dropped(0, T), full));
        client.publish(Client.message(out, 11).in(T));

        Session.Answer answer = client.transact(TransactKind.COMMIT_LOCAL, T, null);

        assertThat(code(answer)).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        assertThat(Objects.requireNonNull(answer).text()).contains("101").contains("100");
        assertThat(rows(Table.MESSAGES)).isZero();
    }

    @Test
    void keepsTheTimesOfTheSendNotOfTheCommit() {
        client.publish(Client.message(out, 10).in(T).delay(1000));
        client.publish(Client.message(out, 11).in(T).timeToLive(500));
        client.publish(Client.message(out, 12).in(T).delay(5000));
        given.pass(2000);
        client.transact(TransactKind.COMMIT_LOCAL, T, null);

        consumer(other, out);
        assertThat(received()).extracting(Delivery::message).containsExactly(10L);
        given.pass(3001);
        assertThat(received()).extracting(Delivery::message).containsExactly(12L);
    }

    @Test
    void givesATopicsMessageToTheSubscriptionsOfTheCommit() {
        long topic = client.topic("news");
        client.publish(Client.message(topic, 1).in(T).type("a"));
        given.stored();
        long first = other.consume(topic, SubscriptionKind.DURABLE, "all", "");
        long second = other.consume(topic, SubscriptionKind.DURABLE, "none", "JMSType = 'b'");
        other.credit(first, 10);
        other.credit(second, 10);

        client.transact(TransactKind.COMMIT_LOCAL, T, null);

        assertThat(received()).extracting(Delivery::consumerId).containsExactly(first);
    }

    @Test
    void commitsAndRollsBackNonPersistentMessagesToo() {
        client.publishTransient(Client.message(in, 1));
        client.publishTransient(Client.message(in, 2));
        long consumer = consumer(client, in);
        client.take(T, consumer, received());
        client.transact(TransactKind.ROLLBACK_LOCAL, T, null);
        given.settle();

        List<Delivery> again = received();
        assertThat(again).extracting(Delivery::message).containsExactly(1L, 2L);
        assertThat(again).extracting(Delivery::count).containsOnly(2);
        client.take(T + 1, consumer, again);
        client.transact(TransactKind.COMMIT_LOCAL, T + 1, null);
        given.settle();

        assertThat(given.transients.bytes()).isZero();
        assertThat(received()).isEmpty();
    }

    @Test
    void refusesToEndASubscriptionWhoseMessagesAreInATransaction() {
        long topic = client.topic("news");
        long consumer = client.consume(topic, SubscriptionKind.DURABLE, "s", "");
        client.credit(consumer, 10);
        client.publish(topic, 1, 1);
        client.take(T, consumer, received());
        client.close(consumer, List.of());

        client.unsubscribe("s");
        assertThat(code(client.answer())).isEqualTo(RefusalCode.SUBSCRIPTION_IN_USE);

        client.transact(TransactKind.COMMIT_LOCAL, T, null);
        client.unsubscribe("s");
        assertThat(client.answer()).isNull();
    }

    // ---- branches of global transactions

    private void prepared() {
        client.publish(in, 1, 2);
        long consumer = consumer(client, in);
        assertThat(client.transact(TransactKind.START, T, xid)).isNull();
        work(consumer);
        assertThat(client.transact(TransactKind.END, T, xid)).isNull();
        assertThat(Objects.requireNonNull(client.transact(TransactKind.PREPARE, 0, xid))
                        .value())
                .isEqualTo(GlobalTransactions.OK);
    }

    @Test
    void keepsAPreparedBranchWhateverEndsAndRestarts() {
        prepared();
        client.end();
        given.restart().settle();
        given.stored();
        given.restart().settle();
        consumer(other, in);
        consumer(other, out);
        given.pass(1_000_000_000);
        assertThat(received()).isEmpty();

        assertThat(other.transact(TransactKind.COMMIT, 0, xid)).isNull();

        assertThat(received()).extracting(Delivery::message).containsExactly(10L, 11L);
        assertThat(rows(Table.TRANSACTIONS) + rows(Table.STAGED) + rows(Table.TAKEN))
                .isZero();
        assertThat(code(other.transact(TransactKind.COMMIT, 0, xid))).isEqualTo(RefusalCode.TRANSACTION_UNKNOWN);
    }

    @Test
    void rollsBackAPreparedBranchAfterARestart() {
        prepared();
        given.stored();
        given.restart().settle();
        client.end();

        assertThat(other.transact(TransactKind.ROLLBACK, 0, xid)).isNull();

        consumer(other, in);
        List<Delivery> again = received();
        assertThat(again).extracting(Delivery::message).containsExactly(1L, 2L);
        assertThat(again).extracting(Delivery::count).containsOnly(2);
        assertThat(rows(Table.MESSAGES)).isEqualTo(2);
    }

    @Test
    void answersEveryIllegalOrderAndDoesNoDamage() {
        assertThat(code(client.transact(TransactKind.PREPARE, 0, xid))).isEqualTo(RefusalCode.TRANSACTION_UNKNOWN);
        assertThat(code(client.transact(TransactKind.JOIN, T, xid))).isEqualTo(RefusalCode.TRANSACTION_UNKNOWN);
        assertThat(client.transact(TransactKind.START, T, xid)).isNull();
        assertThat(code(other.transact(TransactKind.START, T, xid))).isEqualTo(RefusalCode.TRANSACTION_EXISTS);
        for (TransactKind kind : List.of(
                TransactKind.PREPARE,
                TransactKind.COMMIT,
                TransactKind.COMMIT_ONE_PHASE,
                TransactKind.ROLLBACK,
                TransactKind.FORGET,
                TransactKind.RESUME,
                TransactKind.HEURISTIC_COMMIT)) {
            assertThat(code(client.transact(kind, T, xid))).as(kind.name()).isEqualTo(RefusalCode.TRANSACTION_STATE);
        }
        assertThat(code(other.transact(TransactKind.END, T, xid))).isEqualTo(RefusalCode.TRANSACTION_STATE);
        client.publish(Client.message(out, 10).in(T));
        assertThat(client.transact(TransactKind.END, T, xid)).isNull();
        assertThat(code(client.transact(TransactKind.END, T, xid))).isEqualTo(RefusalCode.TRANSACTION_STATE);
        assertThat(code(client.transact(TransactKind.COMMIT, 0, xid))).isEqualTo(RefusalCode.TRANSACTION_STATE);
        assertThat(Objects.requireNonNull(client.transact(TransactKind.PREPARE, 0, xid))
                        .value())
                .isEqualTo(GlobalTransactions.OK);
        for (TransactKind kind :
                List.of(TransactKind.PREPARE, TransactKind.COMMIT_ONE_PHASE, TransactKind.JOIN, TransactKind.FORGET)) {
            assertThat(code(client.transact(kind, T, xid))).as(kind.name()).isEqualTo(RefusalCode.TRANSACTION_STATE);
        }
        assertThat(client.transact(TransactKind.COMMIT, 0, xid)).isNull();
        consumer(other, out);
        assertThat(received()).extracting(Delivery::message).containsExactly(10L);
    }

    @Test
    void movesASuspendedBranchToAnotherSession() {
        client.transact(TransactKind.START, T, xid);
        client.publish(Client.message(out, 10).in(T));
        assertThat(client.transact(TransactKind.SUSPEND, T, xid)).isNull();
        assertThat(code(client.transact(TransactKind.PREPARE, 0, xid))).isEqualTo(RefusalCode.TRANSACTION_STATE);
        assertThat(other.transact(TransactKind.RESUME, T, xid)).isNull();
        other.publish(Client.message(out, 11).in(T));
        assertThat(other.transact(TransactKind.END, T, xid)).isNull();

        assertThat(other.transact(TransactKind.COMMIT_ONE_PHASE, 0, xid)).isNull();

        consumer(other, out);
        assertThat(received()).extracting(Delivery::message).containsExactly(10L, 11L);
    }

    @Test
    void votesReadOnlyWhenNothingWasDone() {
        client.transact(TransactKind.START, T, xid);
        client.transact(TransactKind.END, T, xid);

        assertThat(Objects.requireNonNull(client.transact(TransactKind.PREPARE, 0, xid))
                        .value())
                .isEqualTo(GlobalTransactions.READ_ONLY);
        assertThat(rows(Table.TRANSACTIONS)).isZero();
    }

    @Test
    void rollsBackWhatFailedOrRanOutOfTimeBeforeItWasPrepared() {
        client.transact(TransactKind.START, T, xid);
        client.publish(Client.message(out, 10).in(T));
        assertThat(code(client.transact(TransactKind.FAIL, T, xid))).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        assertThat(rows(Table.MESSAGES)).isZero();
        assertThat(code(client.transact(TransactKind.PREPARE, 0, xid))).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);

        Xid timed = xid("timed");
        given.run(to -> to.transact(
                client.sessionId,
                ++client.number,
                new MachineCommands.Transact(TransactKind.START, T, timed, 1000, 0)));
        client.publish(Client.message(out, 11).in(T));
        given.stored();
        given.restart().settle();
        given.pass(1000);
        assertThat(rows(Table.MESSAGES)).isZero();
        assertThat(code(client.transact(TransactKind.END, T, timed))).isEqualTo(RefusalCode.TRANSACTION_TIMEOUT);
        assertThat(client.transact(TransactKind.ROLLBACK, 0, timed)).isNull();
        assertThat(rows(Table.TRANSACTIONS)).isZero();
    }

    @Test
    void remembersWhatPeopleDecidedUntilTheCoordinatorHasHeard() {
        prepared();
        assertThat(other.transact(TransactKind.HEURISTIC_COMMIT, 0, xid)).isNull();
        consumer(other, out);
        assertThat(received()).extracting(Delivery::message).containsExactly(10L, 11L);
        given.stored();
        given.restart().settle();

        for (TransactKind kind : List.of(TransactKind.COMMIT, TransactKind.ROLLBACK)) {
            Session.Answer answer = client.transact(kind, 0, xid);
            assertThat(code(answer)).isEqualTo(RefusalCode.TRANSACTION_COMMITTED_BY_PEOPLE);
        }
        assertThat(client.transact(TransactKind.FORGET, 0, xid)).isNull();
        assertThat(rows(Table.TRANSACTIONS)).isZero();
    }
}
