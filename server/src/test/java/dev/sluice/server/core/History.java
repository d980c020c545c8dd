package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A random life of a shard beside a plain model of what must be true: who holds what, what is done, what was delivered in which order. */
final class History {
    private static final int CLIENTS = 3;
    private static final long DAY = 86_400_000;

    final Given given;
    private final SplittableRandom random;
    private final List<Client> clients = new ArrayList<>();
    private final boolean[] away = new boolean[CLIENTS];
    private final boolean[] detached = new boolean[CLIENTS];
    private final Map<Long, Open> consumers = new TreeMap<>();
    private final Map<Long, Sub> subscriptions = new HashMap<>();
    private final Map<Long, Long> expiry = new HashMap<>();
    private final Map<Long, String> groups = new HashMap<>();
    private final List<Long> queues = new ArrayList<>();
    private final long topic;
    private final RedeliveryModel redelivery;
    private long lastMessage;
    private boolean restarted;

    /** A consumer: its client, and what that client has in its hands. */
    private static final class Open {
        final int client;
        final Sub subscription;
        final List<Delivery> held = new ArrayList<>();
        long granted;
        /** Its claims are lost, and it has not heard of it; after a restart still. */
        boolean lost;

        /** Nobody else could get what it holds: it keeps that for as long as its session lasts. */
        final boolean alone;

        Open(int client, Sub subscription, boolean alone) {
            this.client = client;
            this.subscription = subscription;
            this.alone = alone;
        }
    }

    /** A subscription: the messages it must still see done, and how far it was delivered. */
    private static final class Sub {
        final long id;
        final String name;
        final RedeliveryModel.Failed failed;
        final HashSet<Long> pending = new HashSet<>();
        final HashSet<Long> done = new HashSet<>();
        final Map<Long, Long> holders = new HashMap<>();
        /** Who got a message last; a transaction that holds it now took it from that one. */
        final Map<Long, Long> lastReceivers = new HashMap<>();

        final HashSet<Long> seen = new HashSet<>();
        final Map<Integer, Long> newest = new HashMap<>();
        /** What came, in order, by priority and group. */
        final Map<String, List<Long>> grouped = new HashMap<>();

        Sub(long id, String name, RedeliveryModel.Failed failed) {
            this.id = id;
            this.name = name;
            this.failed = failed;
        }
    }

    History(SplittableRandom random) {
        this(random, "");
    }

    /** One whose names begin so. */
    History(SplittableRandom random, String prefix) {
        this.random = random;
        redelivery = new RedeliveryModel(random);
        given = new Given(random.nextBoolean() ? 1 : 1 << 20, redelivery.policy);
        given.observed.onDelivery = this::delivered;
        given.observed.onDeadLetter = this::deadLetter;
        for (int index = 0; index < CLIENTS; index++) {
            clients.add(given.client(prefix + "client" + index));
        }
        for (String name : List.of("q0", "q1")) {
            long id = clients.get(0).queue(prefix + name);
            queues.add(id);
            Subscription subscription = address(id).subscriptions().get(0);
            subscriptions.put(subscription.id(), new Sub(subscription.id(), "", redelivery.new Failed()));
        }
        topic = clients.get(0).topic(prefix + "t");
    }

    private Address address(long id) {
        return Objects.requireNonNull(given.machine.catalog().address(id));
    }

    private void delivered(Delivery delivery) {
        Open open = Objects.requireNonNull(consumers.get(delivery.consumerId()));
        Sub sub = open.subscription;
        long message = delivery.message();
        assertThat(away[open.client]).as("delivered to a client that is away").isFalse();
        assertThat(sub.done).as("delivered again after it was done").doesNotContain(message);
        assertThat(sub.pending).as("delivered and not pending").contains(message);
        assertThat(sub.holders).as("held by two").doesNotContainKey(message);
        assertThat(expiry.getOrDefault(message, Long.MAX_VALUE)).as("expired").isGreaterThan(given.nowMillis);
        sub.failed.delivered(delivery, restarted, given.nowMillis);
        if (sub.seen.add(message) && !groups.containsKey(message)) {
            assertThat(delivery.sequence())
                    .as("order of the lane %s of subscription %s", delivery.code(), sub.id)
                    .isGreaterThan(sub.newest.getOrDefault(delivery.code(), -1L));
            sub.newest.put(delivery.code(), delivery.sequence());
        }
        String group = groups.get(message);
        if (group != null) {
            checkGroup(sub, message, group, delivery.consumerId());
        }
        sub.holders.put(message, delivery.consumerId());
        sub.lastReceivers.put(message, delivery.consumerId());
        open.held.add(delivery);
    }

    private void deadLetter(MachineCommands.DeadLetter letter) {
        Sub sub = Objects.requireNonNull(subscriptions.get(letter.source().subscriptionId()));
        long message = sub.failed.deadLetter(letter, restarted);
        assertThat(sub.holders).as("held, and a dead letter").doesNotContainKey(message);
        assertThat(sub.pending).as("a dead letter, and not pending").contains(message);
        sub.pending.remove(message);
        sub.done.add(message);
    }

    /** A group is one consumer's as long as that, or a transaction of it, holds some of it, and it gets all that came before of the same priority. */
    private void checkGroup(Sub sub, long message, String group, long consumer) {
        assertThat(sub.holders.entrySet())
                .as("owner of the group of message %s", message)
                .allMatch(held -> !sameGroup(group, groups.get(held.getKey()))
                        || sub.lastReceivers.get(held.getKey()) == consumer
                        || isExpired(held.getKey()));
        for (long earlier : sub.grouped.getOrDefault(group, List.of())) {
            if (earlier == message) {
                return;
            }
            assertThat(sub.done.contains(earlier) || sub.holders.containsKey(earlier) || isExpired(earlier))
                    .as("message %s before %s of the group %s", earlier, message, group)
                    .isTrue();
        }
    }

    /** After a restart it may be gone before the one who holds it says so. */
    private boolean isExpired(long message) {
        return expiry.getOrDefault(message, Long.MAX_VALUE) <= given.nowMillis;
    }

    /** Groups of the model are named by priority and name. */
    private static boolean sameGroup(String group, @Nullable String other) {
        return other != null && group.substring(1).equals(other.substring(1));
    }

    // ---- steps ----

    void step() {
        int client = random.nextInt(CLIENTS);
        switch (random.nextInt(33)) {
            case 0, 1, 2, 3, 4, 5, 6 -> publish(client);
            case 7, 8 -> open(client);
            case 9 -> close();
            case 10, 11, 12, 13 -> credit();
            case 14, 15, 16, 17 -> acknowledge();
            case 18 -> giveBack();
            case 19 -> leave(client);
            case 20 -> comeBack(client);
            case 21 -> given.seal();
            case 22 -> given.commit();
            case 23 -> pass(random.nextInt(3000));
            case 24 -> unsubscribe(client);
            case 25, 26 -> publishWithin(client);
            case 27, 28 -> takeWithin();
            case 29 -> prepare();
            case 30, 31 -> endTransaction();
            default -> rare();
        }
        check();
    }

    private void rare() {
        switch (random.nextInt(4)) {
            case 0 -> restart();
            case 1 -> purge();
            case 2 -> detach();
            default -> given.stored();
        }
    }

    private void publish(int client) {
        if (away[client]) {
            return;
        }
        long message = ++lastMessage;
        long address = random.nextInt(3) == 0 ? topic : queues.get(random.nextInt(2));
        Client.Draft draft = Client.message(address, message).priority(random.nextInt(3) * 4);
        group(draft, message);
        if (random.nextInt(6) == 0) {
            draft.delay(1 + random.nextInt(4000));
        } else if (address == queues.get(1) && random.nextInt(3) == 0) {
            draft.timeToLive(1 + random.nextInt(4000));
            expiry.put(message, given.nowMillis + draft.timeToLive);
        }
        appears(address, message, draft.delay == 0 ? 0 : given.nowMillis + draft.delay + 1);
        clients.get(client).publish(draft);
    }

    private void group(Client.Draft draft, long message) {
        if (random.nextInt(2) == 0) {
            draft.group = "g" + random.nextInt(3);
            groups.put(message, draft.priority + draft.group);
        }
    }

    /** The message gets its place now, or is delayed until then. */
    private void appears(long address, long message, long dueMillis) {
        if (dueMillis <= given.nowMillis) {
            enqueued(address, message);
        } else {
            delayed.computeIfAbsent(dueMillis, at -> new ArrayList<>())
                    .add(new Delayed(
                            address, message, List.copyOf(address(address).subscriptions())));
        }
    }

    // ---- transactions: those of a client, and branches that it began

    private final TransactionModel transactions = new TransactionModel();

    private TransactionModel.Open transactionOf(int client) {
        TransactionModel.Open found = transactions.activeOf(client);
        if (found == null) {
            found = transactions.begin(client, random.nextBoolean());
            if (found.xid != null) {
                assertThat(clients.get(client).transact(TransactKind.START, found.id, found.xid))
                        .isNull();
            }
        }
        return found;
    }

    private void publishWithin(int client) {
        if (away[client]) {
            return;
        }
        TransactionModel.Open transaction = transactionOf(client);
        long message = ++lastMessage;
        long address = random.nextInt(3) == 0 ? topic : queues.get(0);
        Client.Draft draft =
                Client.message(address, message).priority(random.nextInt(2) * 4).in(transaction.id);
        group(draft, message);
        if (random.nextInt(4) == 0) {
            draft.delay(1 + random.nextInt(4000));
        }
        if (!transaction.failed) {
            transaction.staged.add(new TransactionModel.Staged(
                    address, message, draft.delay == 0 ? 0 : given.nowMillis + draft.delay + 1));
        }
        clients.get(client).publish(draft);
    }

    private void takeWithin() {
        if (present().isEmpty()) {
            return;
        }
        var entry = any(present());
        Open open = entry.getValue();
        List<Delivery> taken = some(open.held);
        taken.removeIf(delivery -> expiry.containsKey(delivery.message()));
        if (taken.isEmpty()) {
            return;
        }
        TransactionModel.Open transaction = transactionOf(open.client);
        open.held.removeAll(taken);
        for (Delivery delivery : taken) {
            open.subscription.holders.remove(delivery.message());
            if (transaction.failed) {
                open.subscription.failed.fail(delivery.message(), given.nowMillis);
            } else {
                open.subscription.holders.put(delivery.message(), -transaction.id);
                transaction.taken.add(new TransactionModel.Taken(open.subscription, delivery.message()));
            }
        }
        clients.get(open.client).take(transaction.id, entry.getKey(), taken);
    }

    private void prepare() {
        TransactionModel.Open transaction = transactions.any(random);
        if (transaction == null || transaction.xid == null || transaction.prepared || away[transaction.client]) {
            return;
        }
        Client client = clients.get(transaction.client);
        Session.Answer ended = client.transact(TransactKind.END, transaction.id, transaction.xid);
        Session.Answer vote = Objects.requireNonNull(client.transact(TransactKind.PREPARE, 0, transaction.xid));
        if (transaction.failed) {
            assertThat(Objects.requireNonNull(ended).code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
            assertThat(vote.code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
            transactions.end(transaction);
        } else if (transaction.isEmpty()) {
            assertThat(vote.value()).isEqualTo(GlobalTransactions.READ_ONLY);
            transactions.end(transaction);
        } else {
            assertThat(vote.value()).isEqualTo(GlobalTransactions.OK);
            transaction.prepared = true;
        }
    }

    private void endTransaction() {
        TransactionModel.Open transaction = transactions.any(random);
        if (transaction != null) {
            end(transaction);
        }
    }

    private void end(TransactionModel.Open transaction) {
        // A prepared branch is ended by any client; all else by its own.
        int client = transaction.prepared ? random.nextInt(CLIENTS) : transaction.client;
        if (away[client]) {
            return;
        }
        boolean commit = random.nextInt(3) > 0;
        if (commit && !transaction.failed) {
            commit(transaction);
        } else if (!transaction.failed) {
            undo(transaction);
        }
        transactions.end(transaction);
        Client by = clients.get(client);
        Session.Answer answer;
        if (transaction.xid == null) {
            answer =
                    by.transact(commit ? TransactKind.COMMIT_LOCAL : TransactKind.ROLLBACK_LOCAL, transaction.id, null);
        } else if (transaction.prepared) {
            answer = by.transact(commit ? TransactKind.COMMIT : TransactKind.ROLLBACK, 0, transaction.xid);
        } else {
            by.transact(TransactKind.END, transaction.id, transaction.xid);
            answer = by.transact(commit ? TransactKind.COMMIT_ONE_PHASE : TransactKind.ROLLBACK, 0, transaction.xid);
        }
        if (commit && transaction.failed) {
            assertThat(Objects.requireNonNull(answer).code()).isEqualTo(RefusalCode.TRANSACTION_ROLLED_BACK);
        } else {
            assertThat(answer).isNull();
        }
    }

    private void commit(TransactionModel.Open transaction) {
        for (TransactionModel.Taken taken : transaction.taken) {
            Sub sub = (Sub) taken.subscription();
            sub.holders.remove(taken.message());
            sub.pending.remove(taken.message());
            sub.done.add(taken.message());
        }
        transaction.staged.forEach(staged -> appears(staged.address(), staged.message(), staged.dueMillis()));
    }

    private void undo(TransactionModel.Open transaction) {
        for (TransactionModel.Taken taken : transaction.taken) {
            Sub sub = (Sub) taken.subscription();
            sub.holders.remove(taken.message());
            sub.failed.fail(taken.message(), given.nowMillis);
        }
    }

    /** A message and the subscriptions of the time when it was sent. */
    private record Delayed(long address, long message, List<Subscription> subscriptions) {}

    private final TreeMap<Long, List<Delayed>> delayed = new TreeMap<>();

    private void enqueued(long address, long message) {
        enqueued(message, address(address).subscriptions());
    }

    private void enqueued(long message, List<Subscription> to) {
        for (Subscription subscription : to) {
            Sub sub = Objects.requireNonNull(subscriptions.get(subscription.id()));
            sub.pending.add(message);
            String group = groups.get(message);
            if (group != null) {
                sub.grouped.computeIfAbsent(group, key -> new ArrayList<>()).add(message);
            }
        }
    }

    /** What was delayed is enqueued before time passes over it, for the model only. */
    private void due() {
        while (!delayed.isEmpty() && delayed.firstKey() <= given.nowMillis) {
            Objects.requireNonNull(delayed.pollFirstEntry())
                    .getValue()
                    .forEach(entry -> enqueued(entry.message, entry.subscriptions));
        }
    }

    void pass(long millis) {
        given.nowMillis += millis;
        due();
        given.pass(0);
    }

    private void open(int client) {
        if (away[client] || consumers.size() > 8) {
            return;
        }
        int kind = random.nextInt(6);
        SubscriptionKind[] kinds = {
            SubscriptionKind.QUEUE,
            SubscriptionKind.QUEUE,
            SubscriptionKind.QUEUE,
            SubscriptionKind.DURABLE,
            SubscriptionKind.NON_DURABLE,
            SubscriptionKind.SHARED_NON_DURABLE
        };
        String name = kind == 3 ? "durable" : kind == 5 ? "shared" : "";
        long id = clients.get(client).consume(kind < 3 ? queues.get(random.nextInt(2)) : topic, kinds[kind], name, "");
        Session.Answer answer = Objects.requireNonNull(clients.get(client).answer());
        if (answer.code() == null) {
            Sub sub = subscriptions.computeIfAbsent(answer.value(), key -> new Sub(key, name, redelivery.new Failed()));
            consumers.put(id, new Open(client, sub, kinds[kind] == SubscriptionKind.NON_DURABLE));
        }
    }

    private List<Map.Entry<Long, Open>> present() {
        return consumers.entrySet().stream()
                .filter(entry -> !away[entry.getValue().client])
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Map.Entry<Long, Open> any(List<Map.Entry<Long, Open>> from) {
        return from.get(random.nextInt(from.size()));
    }

    private void close() {
        if (!present().isEmpty()) {
            var entry = any(present());
            consumers.remove(entry.getKey());
            letGo(entry.getValue());
            clients.get(entry.getValue().client).close(entry.getKey(), List.of());
        }
    }

    private static void letGo(Open open) {
        open.held.forEach(delivery -> open.subscription.holders.remove(delivery.message()));
        open.held.clear();
    }

    private void credit() {
        if (!present().isEmpty()) {
            var entry = any(present());
            entry.getValue().granted += 1 + random.nextInt(4);
            clients.get(entry.getValue().client).credit(entry.getKey(), entry.getValue().granted);
        }
    }

    private List<Delivery> some(List<Delivery> from) {
        return new ArrayList<>(
                from.stream().filter(delivery -> random.nextBoolean()).toList());
    }

    private void acknowledge() {
        if (!present().isEmpty()) {
            var entry = any(present());
            acknowledge(entry.getKey(), entry.getValue(), some(entry.getValue().held));
        }
    }

    private void acknowledge(long id, Open open, List<Delivery> done) {
        for (Delivery delivery : done) {
            open.held.remove(delivery);
            open.subscription.holders.remove(delivery.message());
            open.subscription.pending.remove(delivery.message());
            open.subscription.done.add(delivery.message());
        }
        if (random.nextBoolean()) {
            java.util.Collections.reverse(done);
        }
        clients.get(open.client).acknowledge(id, done);
    }

    private void giveBack() {
        if (!present().isEmpty()) {
            var entry = any(present());
            Open open = entry.getValue();
            List<Delivery> failed = some(open.held);
            failed.forEach(delivery -> open.subscription.failed.fail(delivery.message(), given.nowMillis));
            letGo(open);
            open.granted = 0;
            clients.get(open.client).giveBack(entry.getKey(), failed);
        }
    }

    private void leave(int client) {
        if (!away[client]) {
            away[client] = true;
            given.dispatcher.away(clients.get(client).session());
        }
    }

    private void detach() {
        for (int client = 0; client < CLIENTS; client++) {
            if (away[client] && !detached[client]) {
                detached[client] = true;
                int index = client;
                consumers.values().stream()
                        .filter(open -> open.client == index && !open.alone)
                        .forEach(open -> {
                            for (Delivery delivery : open.held) {
                                if (!unknown.contains(open)) {
                                    open.subscription.failed.fail(delivery.message(), given.nowMillis);
                                }
                            }
                            open.lost = true;
                            letGo(open);
                        });
                TransactionModel.Open transaction = transactions.activeOf(client);
                if (transaction != null && !transaction.failed && !transaction.taken.isEmpty()) {
                    undo(transaction);
                    transaction.failed = true;
                }
                given.dispatcher.detach(clients.get(client).session());
                given.settle();
                long sessionId = clients.get(client).sessionId;
                given.run(to -> to.lose(sessionId));
            }
        }
    }

    /** Consumers whose holds the server forgot in a restart: nothing is counted for them but by the marks. */
    private final HashSet<Open> unknown = new HashSet<>();

    private void comeBack(int client) {
        if (!away[client]) {
            return;
        }
        away[client] = false;
        for (var entry : consumers.entrySet()) {
            Open open = entry.getValue();
            if (open.client == client) {
                // What was on its way when the socket died, the client never saw.
                List<Delivery> lost = random.nextInt(3) == 0 ? some(open.held) : List.of();
                lost.forEach(delivery -> open.subscription.holders.remove(delivery.message()));
                open.held.removeAll(lost);
                open.granted = 0;
                unknown.remove(open);
                boolean claimed = clients.get(client).reattach(entry.getKey(), open.held);
                assertThat(claimed).isEqualTo(!open.lost);
                open.lost = false;
            }
        }
        detached[client] = false;
    }

    private void unsubscribe(int client) {
        boolean busy = consumers.values().stream()
                .anyMatch(open -> open.client == client && open.subscription.name.equals("durable"));
        if (!away[client] && !busy) {
            clients.get(client).unsubscribe("durable");
        }
    }

    private void purge() {
        if (java.util.stream.IntStream.range(0, CLIENTS).anyMatch(client -> away[client])) {
            return;
        }
        Subscription subscription = address(queues.get(0)).subscriptions().get(0);
        Sub sub = Objects.requireNonNull(subscriptions.get(subscription.id()));
        sub.pending.removeIf(message -> !sub.holders.containsKey(message) && sub.done.add(message));
        Runs runs = given.dispatcher.takeUnheld(subscription, 1_000_000);
        given.run(to -> to.expire(subscription.id(), runs));
    }

    private void restart() {
        restarted = true;
        for (int client = 0; client < CLIENTS; client++) {
            away[client] = true;
            detached[client] = false;
        }
        unknown.addAll(consumers.values());
        given.restart();
        given.settle();
    }

    // ---- what must hold ----

    private void check() {
        due();
        for (Sub sub : subscriptions.values()) {
            Subscription subscription = given.machine.catalog().subscription(sub.id);
            if (subscription != null && subscription.address().id() != queues.get(1)) {
                assertThat(subscription.pending()).as("pending of " + sub.id).isEqualTo(sub.pending.size());
            }
        }
        long waiting = delayed.values().stream()
                .flatMap(List::stream)
                .filter(entry -> entry.address == queues.get(0))
                .count();
        Sub first = Objects.requireNonNull(
                subscriptions.get(address(queues.get(0)).subscriptions().get(0).id()));
        assertThat(address(queues.get(0)).messages()).isEqualTo(first.pending.size() + waiting);
    }

    /** What is prepared is ended, and then all sessions; everything is in the store. */
    Given rest() {
        for (int client = 0; client < CLIENTS; client++) {
            comeBack(client);
        }
        transactions.all().stream().filter(transaction -> transaction.prepared).forEach(this::end);
        given.observed.onDelivery = delivery -> {};
        clients.forEach(client -> given.run(to -> to.endSession(client.sessionId, 0)));
        return given.stored();
    }

    /** Everyone comes back and takes all there is; then everything goes. */
    void finish() {
        for (int client = 0; client < CLIENTS; client++) {
            comeBack(client);
        }
        transactions.all().forEach(this::end);
        pass(DAY);
        for (long queue : queues) {
            long id = clients.get(0).consume(queue);
            consumers.put(
                    id,
                    new Open(
                            0,
                            Objects.requireNonNull(subscriptions.get(
                                    address(queue).subscriptions().get(0).id())),
                            false));
        }
        drain();
        given.observed.onDelivery = delivery -> {};
        redelivery.drain(given, clients.get(0));
        given.stored();
        assertThat(differences()).as("rows that a replay has otherwise").isEmpty();
        for (Sub sub : subscriptions.values()) {
            boolean consumed = consumers.values().stream().anyMatch(open -> open.subscription == sub);
            if (consumed) {
                assertThat(sub.pending).as("never delivered by " + sub.id).allMatch(expiry::containsKey);
            }
        }
        vanish();
    }

    private List<String> differences() {
        Map<String, String> ours = given.rows();
        Map<String, String> replayed = given.rowsOfReplica();
        HashSet<String> keys = new HashSet<>(ours.keySet());
        keys.addAll(replayed.keySet());
        keys.removeIf(key -> Objects.equals(ours.get(key), replayed.get(key)));
        return keys.stream()
                .map(key -> key + ": " + ours.get(key) + " / " + replayed.get(key))
                .toList();
    }

    private void drain() {
        boolean worked = true;
        while (worked) {
            worked = false;
            for (var entry : new ArrayList<>(consumers.entrySet())) {
                entry.getValue().granted += 1000;
                clients.get(entry.getValue().client).credit(entry.getKey(), entry.getValue().granted);
                if (!entry.getValue().held.isEmpty()) {
                    acknowledge(entry.getKey(), entry.getValue(), new ArrayList<>(entry.getValue().held));
                    worked = true;
                }
            }
        }
    }

    private void vanish() {
        for (var entry : consumers.entrySet()) {
            clients.get(entry.getValue().client).close(entry.getKey(), List.of());
        }
        for (Client client : clients) {
            client.unsubscribe("durable");
        }
        queues.forEach(clients.get(0)::delete);
        clients.get(0).delete(topic);
        clients.forEach(Client::end);
        given.pass(DAY);
        given.stored();
        assertThat(given.rows().keySet()).containsExactly("SHARD 0 1");
        assertThat(given.transients.bytes()).isZero();
    }
}
