package dev.sluice.server.core;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.Objects;
import org.agrona.DirectBuffer;

/** Takes the small rows of the store back into memory: what {@link Dirty} wrote. Messages stay where they are. */
final class Loader {
    private final RowStore store;
    private final Catalog catalog;
    private final Messages messages;
    private long nowMillis;

    Loader(RowStore store, Catalog catalog, Messages messages) {
        this.store = store;
        this.catalog = catalog;
        this.messages = messages;
    }

    /** Loads all; returns the time of the last batch in the rows. */
    long load() {
        scan(Table.SHARD, (major, minor, row) -> {
            if (minor == 1) {
                Rows.Reader reader = new Rows.Reader(row);
                catalog.nextId(reader.number());
                messages.nextNumber(reader.number());
                nowMillis = reader.number();
            }
        });
        scan(Table.ADDRESSES, this::address);
        scan(Table.LANES, (id, code, row) -> {
            Lane lane = new Lane(id, (int) code, new Rows.Reader(row).number());
            addressOf(id).restore(lane);
        });
        scan(Table.SUBSCRIPTIONS, this::subscription);
        scan(Table.PROGRESS, (id, code, row) -> {
            Rows.Reader reader = new Rows.Reader(row);
            Progress progress = new Progress((int) code, reader.number());
            progress.mark(reader.number());
            subscriptionOf(id).restore(progress);
        });
        scan(Table.HOLES, this::holes);
        scan(Table.RETURNS, this::attempts);
        scan(Table.TRANSACTIONS, this::branch);
        scan(Table.STAGED, this::staged);
        scan(Table.TAKEN, this::taken);
        scan(Table.SESSIONS, this::session);
        return nowMillis;
    }

    @FunctionalInterface
    private interface Row {
        void row(long major, long minor, DirectBuffer value);
    }

    private void scan(Table table, Row visitor) {
        store.scan(table, 0, 0, (major, minor, value, length) -> {
            visitor.row(major, minor, value);
            return true;
        });
    }

    private Address addressOf(long id) {
        Address address = catalog.address(id);
        if (address == null) {
            throw new IllegalStateException("a row names the address " + id + ", which is not there");
        }
        return address;
    }

    private Subscription subscriptionOf(long id) {
        Subscription subscription = catalog.subscription(id);
        if (subscription == null) {
            throw new IllegalStateException("a row names the subscription " + id + ", which is not there");
        }
        return subscription;
    }

    private void address(long id, long unused, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        boolean topic = reader.number() == 1;
        long owner = reader.number();
        int delayed = (int) reader.number();
        Address address = new Address(id, topic, reader.text(), owner);
        address.delayed(delayed);
        catalog.add(address);
    }

    private void subscription(long id, long unused, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        Address address = addressOf(reader.number());
        SubscriptionKind kind = SubscriptionKind.get((short) reader.number());
        boolean noLocal = reader.number() == 1;
        long owner = reader.number();
        String clientId = reader.text();
        String name = reader.text();
        Subscription.Terms terms = new Subscription.Terms(kind, clientId, name, reader.text(), noLocal);
        catalog.add(new Subscription(id, address, terms, owner));
    }

    private void attempts(long id, long minor, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        int failed = (int) reader.number();
        // Older rows have nothing more.
        long millis = reader.hasMore() ? reader.number() : 0;
        int flags = reader.hasMore() ? (int) reader.number() : 0;
        subscriptionOf(id)
                .attempts(Table.priority(minor), Table.sequence(minor), Attempts.withFlags(failed, millis, flags));
    }

    private void holes(long id, long minor, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        long[] words = new long[Progress.BLOCK_MESSAGES / Long.SIZE];
        for (int index = 0; index < words.length; index++) {
            words[index] = reader.number();
        }
        subscriptionOf(id).progressFor(Table.priority(minor)).restore(Table.sequence(minor), words);
    }

    private Branch branchOf(long id) {
        Branch branch = catalog.branch(id);
        if (branch == null) {
            throw new IllegalStateException("a row names the transaction " + id + ", which is not there");
        }
        return branch;
    }

    private void branch(long id, long unused, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        Branch.State state = Branch.State.of(reader.number());
        String reason = reader.text();
        boolean global = reader.number() == 1;
        Xid xid = new Xid((int) reader.number(), reader.text(), reader.text());
        Branch.Origin origin = new Branch.Origin(reader.number(), reader.text(), reader.number());
        Branch branch = new Branch(id, global ? xid : null, origin);
        branch.restore(state, reason);
        branch.preparedMillis = reader.number();
        branch.deadlineMillis = reader.number();
        branch.associations = (int) reader.number();
        branch.suspended = (int) reader.number();
        branch.takesTransients = reader.number() == 1;
        branch.parts = reader.number();
        branch.sessions.clear();
        for (long count = reader.number(); count > 0; count--) {
            branch.sessions.add(reader.number());
        }
        catalog.add(branch);
    }

    private void staged(long id, long number, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        StoredMessage.Place place = new StoredMessage.Place(reader.number(), (int) reader.number(), -1);
        StoredMessage message = new StoredMessage(
                number, place, reader.number(), reader.number(), reader.number(), (int) reader.number());
        message.sealed();
        message.stored();
        Branch branch = branchOf(id);
        branch.staged.add(new Branch.Staged(message, reader.number(), reader.number()));
        branch.stagedSaved++;
    }

    private void taken(long id, long unused, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        Branch branch = branchOf(id);
        Branch.Taken taken =
                new Branch.Taken(reader.number(), (int) reader.number(), reader.number(), (int) reader.number());
        branch.add(taken);
        branch.takenSaved++;
        Subscription subscription = catalog.subscription(taken.subscriptionId());
        for (long at = taken.first(); subscription != null && at < taken.first() + taken.count(); at++) {
            subscription.take(taken.code(), at, id);
        }
    }

    private void session(long id, long unused, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        long keyHigh = reader.number();
        long keyLow = reader.number();
        Session session = new Session(id, keyHigh, keyLow, reader.text());
        session.lastNumber(reader.number());
        session.refusedThrough(reader.number());
        for (long count = reader.number(); count > 0; count--) {
            long number = reader.number();
            long code = reader.number();
            long limit = reader.number();
            long value = reader.number();
            session.answers.put(
                    number,
                    new Session.Answer(code == 0 ? null : RefusalCode.of((int) code), limit, value, reader.text()));
        }
        for (long count = reader.number(); count > 0; count--) {
            long consumerId = reader.number();
            Session.Attachment attachment =
                    new Session.Attachment(reader.number(), reader.text(), reader.number() != 0, BroughtPolicy.NONE, 0);
            session.consumers.put(consumerId, attachment);
            long unusedOrder = subscriptionOf(attachment.subscriptionId()).attach(BroughtPolicy.NONE);
        }
        for (long count = reader.number(); count > 0; count--) {
            long stageId = reader.number();
            long bodyNumber = reader.number();
            session.stages.put(stageId, new Session.Stage(bodyNumber, reader.number()));
        }
        for (long count = reader.number(); count > 0; count--) {
            session.temporaries.add(reader.number());
        }
        for (long count = reader.number(); count > 0; count--) {
            long transactionId = reader.number();
            session.branches.put(transactionId, branchOf(reader.number()));
        }
        for (long count = reader.number(); count > 0; count--) {
            session.refused.add(reader.number());
        }
        // Older rows have nothing more.
        for (long count = reader.hasMore() ? reader.number() : 0; count > 0; count--) {
            long consumerId = reader.number();
            long order = reader.number();
            bring(
                    session,
                    consumerId,
                    new BroughtPolicy(reader.number(), reader.number(), reader.number(), reader.number()),
                    order);
        }
        catalog.add(session);
    }

    private void bring(Session session, long consumerId, BroughtPolicy policy, long order) {
        Session.Attachment bare = Objects.requireNonNull(session.consumer(consumerId));
        session.consumers.put(
                consumerId, new Session.Attachment(bare.subscriptionId(), bare.selector(), bare.lost(), policy, order));
        long unused = subscriptionOf(bare.subscriptionId()).bring(policy, order);
    }
}
