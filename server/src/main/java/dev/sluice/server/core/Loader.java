package dev.sluice.server.core;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
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
        scan(
                Table.RETURNS,
                (id, minor, row) -> subscriptionOf(id)
                        .failures(Table.priority(minor), Table.sequence(minor), new Rows.Reader(row).number()));
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

    private void holes(long id, long minor, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        long[] words = new long[Progress.BLOCK_MESSAGES / Long.SIZE];
        for (int index = 0; index < words.length; index++) {
            words[index] = reader.number();
        }
        subscriptionOf(id).progressFor(Table.priority(minor)).restore(Table.sequence(minor), words);
    }

    private void session(long id, long unused, DirectBuffer row) {
        Rows.Reader reader = new Rows.Reader(row);
        long keyHigh = reader.number();
        long keyLow = reader.number();
        Session session = new Session(id, keyHigh, keyLow, reader.text());
        session.lastNumber(reader.number());
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
                    new Session.Attachment(reader.number(), reader.text(), reader.number() != 0);
            session.consumers.put(consumerId, attachment);
            subscriptionOf(attachment.subscriptionId()).attach(1);
        }
        for (long count = reader.number(); count > 0; count--) {
            long stageId = reader.number();
            long bodyNumber = reader.number();
            session.stages.put(stageId, new Session.Stage(bodyNumber, reader.number()));
        }
        for (long count = reader.number(); count > 0; count--) {
            session.temporaries.add(reader.number());
        }
        catalog.add(session);
    }
}
