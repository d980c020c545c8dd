package dev.sluice.jms;

import dev.sluice.base.SerialTasks;
import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.DeliverySink.Delivery;
import dev.sluice.link.Link.ConsumerSpec;
import dev.sluice.link.Link.Publication;
import dev.sluice.link.LinkException;
import dev.sluice.link.Ranges;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.SubscriptionKind;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A server for tests of the façade: queues, subscriptions, credit and counts in memory, on one thread. A selector is refused when it contains {@code !!}, and else matches all. */
final class FakeServer {
    final SerialTasks loop = new SerialTasks("fake-server");
    private int moves;
    private final List<Address> addresses = new ArrayList<>();
    private final Map<String, Subscription> named = new HashMap<>();
    private final Map<String, Consumer> consumers = new LinkedHashMap<>();
    private final Set<String> clientIds = new HashSet<>();
    private long lastSequence;

    private static final Comparator<Stored> ORDER =
            Comparator.<Stored>comparingInt(stored -> -stored.priority).thenComparingLong(stored -> stored.sequence);

    static final class Stored {
        final long sequence;
        final int priority;
        final boolean transientMessage;
        final byte[] envelope;
        int failures;

        Stored(long sequence, int priority, boolean transientMessage, byte[] envelope) {
            this.sequence = sequence;
            this.priority = priority;
            this.transientMessage = transientMessage;
            this.envelope = envelope;
        }

        Delivery delivery(long epoch) {
            return new Delivery(
                    epoch,
                    priority,
                    transientMessage,
                    sequence,
                    failures + 1,
                    Unpooled.wrappedBuffer(envelope.clone()),
                    null);
        }
    }

    /** A position over an address. */
    static final class Subscription {
        final TreeSet<Stored> waiting = new TreeSet<>(ORDER);
        final @Nullable FakeLink noLocalTo;
        final SubscriptionKind kind;
        int consumers;

        Subscription(SubscriptionKind kind, @Nullable FakeLink noLocalTo) {
            this.kind = kind;
            this.noLocalTo = noLocalTo;
        }
    }

    private static final class Address {
        final AddressKind kind;
        final String name;
        final List<Subscription> subscriptions = new ArrayList<>();
        boolean deleted;

        Address(AddressKind kind, String name) {
            this.kind = kind;
            this.name = name;
            if (kind == AddressKind.QUEUE) {
                subscriptions.add(new Subscription(SubscriptionKind.QUEUE, null));
            }
        }
    }

    private static final class Consumer {
        final Address address;
        final Subscription subscription;
        final DeliverySink sink;
        final Map<Long, Stored> held = new LinkedHashMap<>();
        long epoch = 1;
        long credit;
        long delivered;
        boolean closed;

        Consumer(Address address, Subscription subscription, DeliverySink sink) {
            this.address = address;
            this.subscription = subscription;
            this.sink = sink;
        }
    }

    private static LinkException refusal(RefusalCode code) {
        return new LinkException(code, "refused by the fake server: " + code);
    }

    void claimClientId(String clientId) throws LinkException {
        if (!clientIds.add(clientId)) {
            throw refusal(RefusalCode.CLIENT_ID_IN_USE);
        }
    }

    /** So many destinations that are named next live elsewhere. */
    void move(int count) {
        moves = count;
    }

    void releaseClientId(String clientId) {
        clientIds.remove(clientId);
    }

    long createAddress(AddressKind kind, int flags, String name) throws LinkException {
        if (moves > 0) {
            moves--;
            throw refusal(RefusalCode.WRONG_SHARD);
        }
        for (int id = 0; id < addresses.size(); id++) {
            Address address = addresses.get(id);
            if (address.kind == kind && address.name.equals(name) && !address.deleted) {
                return id;
            }
        }
        if ((flags & 2) != 0) {
            throw refusal(RefusalCode.DESTINATION_UNKNOWN);
        }
        addresses.add(new Address(kind, name));
        return addresses.size() - 1L;
    }

    boolean has(AddressKind kind, String name) {
        return addresses.stream()
                .anyMatch(address -> address.kind == kind && address.name.equals(name) && !address.deleted);
    }

    private Address address(long id) throws LinkException {
        Address address = addresses.get((int) id);
        if (address.deleted) {
            throw refusal(RefusalCode.DESTINATION_UNKNOWN);
        }
        return address;
    }

    void deleteAddress(long id) throws LinkException {
        Address address = address(id);
        for (Consumer consumer : consumers.values()) {
            if (consumer.address == address && !consumer.closed) {
                throw refusal(RefusalCode.DESTINATION_IN_USE);
            }
        }
        address.deleted = true;
    }

    /** Deletes a destination although it is in use, as an administrator may. */
    void delete(AddressKind kind, String name) {
        for (Address address : addresses) {
            if (address.kind == kind && address.name.equals(name)) {
                address.deleted = true;
            }
        }
        for (Consumer consumer : consumers.values()) {
            if (consumer.address.deleted && !consumer.closed) {
                consumer.closed = true;
                consumer.sink.closed(RefusalCode.DESTINATION_UNKNOWN, "deleted");
            }
        }
    }

    void publish(FakeLink from, Publication publication, boolean persistent, byte[] envelope) throws LinkException {
        Address address = address(publication.addressId());
        for (Subscription subscription : address.subscriptions) {
            if (subscription.noLocalTo != from) {
                subscription.waiting.add(new Stored(++lastSequence, publication.priority(), !persistent, envelope));
            }
        }
        dispatch();
    }

    void open(FakeLink link, ConsumerSpec spec, @Nullable String clientId, DeliverySink sink) throws LinkException {
        if (spec.selector().contains("!!")) {
            throw refusal(RefusalCode.SELECTOR);
        }
        Address address = address(spec.addressId());
        Subscription subscription = switch (spec.kind()) {
            case QUEUE -> address.subscriptions.get(0);
            case NON_DURABLE -> add(address, spec, link);
            default -> named(address, spec, link, clientId);
        };
        subscription.consumers++;
        consumers.put(link.id + ":" + spec.consumerId(), new Consumer(address, subscription, sink));
    }

    private static Subscription add(Address address, ConsumerSpec spec, FakeLink link) {
        Subscription subscription = new Subscription(spec.kind(), spec.noLocal() ? link : null);
        address.subscriptions.add(subscription);
        return subscription;
    }

    private Subscription named(Address address, ConsumerSpec spec, FakeLink link, @Nullable String clientId)
            throws LinkException {
        String key = clientId + "/" + spec.subscription();
        Subscription known = named.get(key);
        if (known == null) {
            known = add(address, spec, link);
            named.put(key, known);
        } else if (known.kind == SubscriptionKind.DURABLE && known.consumers > 0) {
            throw refusal(RefusalCode.SUBSCRIPTION_IN_USE);
        }
        return known;
    }

    void unsubscribe(@Nullable String clientId, String name) throws LinkException {
        Subscription known = named.get(clientId + "/" + name);
        if (known == null) {
            throw refusal(RefusalCode.SUBSCRIPTION_UNKNOWN);
        }
        if (known.consumers > 0) {
            throw refusal(RefusalCode.SUBSCRIPTION_IN_USE);
        }
        named.remove(clientId + "/" + name);
        addresses.forEach(address -> address.subscriptions.remove(known));
    }

    private Consumer consumer(FakeLink link, long id) throws LinkException {
        Consumer consumer = consumers.get(link.id + ":" + id);
        if (consumer == null) {
            throw refusal(RefusalCode.CONSUMER_UNKNOWN);
        }
        return consumer;
    }

    void close(FakeLink link, long id, Ranges retained) throws LinkException {
        Consumer consumer = consumer(link, id);
        consumer.closed = true;
        consumer.subscription.consumers--;
        List<Long> keep = sequences(retained);
        for (Stored stored : List.copyOf(consumer.held.values())) {
            if (!keep.contains(stored.sequence)) {
                consumer.held.remove(stored.sequence);
                consumer.subscription.waiting.add(stored);
            }
        }
        if (consumer.subscription.kind == SubscriptionKind.NON_DURABLE) {
            consumer.address.subscriptions.remove(consumer.subscription);
        }
        dispatch();
    }

    private static List<Long> sequences(Ranges ranges) {
        List<Long> sequences = new ArrayList<>();
        for (int run = 0; run < ranges.size(); run++) {
            for (int step = 0; step < ranges.count(run); step++) {
                sequences.add(ranges.first(run) + step);
            }
        }
        return sequences;
    }

    void acknowledge(FakeLink link, long id, Ranges ranges) throws LinkException {
        sequences(ranges).forEach(consumer(link, id).held::remove);
    }

    void giveBack(FakeLink link, long id, long epoch, Ranges failed) throws LinkException {
        Consumer consumer = consumer(link, id);
        List<Long> failures = sequences(failed);
        for (Stored stored : consumer.held.values()) {
            if (failures.contains(stored.sequence)) {
                stored.failures++;
            }
            consumer.subscription.waiting.add(stored);
        }
        consumer.held.clear();
        consumer.epoch = epoch;
        consumer.credit = 0;
        consumer.delivered = 0;
        dispatch();
    }

    void credit(FakeLink link, long id, long epoch, long total) throws LinkException {
        Consumer consumer = consumer(link, id);
        if (consumer.epoch == epoch) {
            consumer.credit = Math.max(consumer.credit, total);
            dispatch();
        }
    }

    /** How many messages all consumers hold; asked when the loop is idle. */
    int held() {
        return consumers.values().stream()
                .mapToInt(consumer -> consumer.held.size())
                .sum();
    }

    /** Gives to others what a consumer holds, as after a reconnect that came too late. */
    void loseClaims() {
        for (Consumer consumer : List.copyOf(consumers.values())) {
            if (!consumer.closed) {
                consumer.held.values().forEach(stored -> stored.failures++);
                consumer.subscription.waiting.addAll(consumer.held.values());
                consumer.held.clear();
                consumer.epoch++;
                consumer.credit = 0;
                consumer.delivered = 0;
                consumer.sink.claimsLost(consumer.epoch);
            }
        }
    }

    void browse(long addressId, String selector, BrowseSink sink) {
        if (selector.contains("!!")) {
            sink.end(refusal(RefusalCode.SELECTOR));
            return;
        }
        if (addressId < 0 || addressId >= addresses.size()) {
            sink.end(refusal(RefusalCode.DESTINATION_UNKNOWN));
            return;
        }
        addresses.get((int) addressId).subscriptions.get(0).waiting.forEach(stored -> sink.browsed(stored.delivery(0)));
        sink.end(null);
    }

    private void dispatch() {
        for (Consumer consumer : consumers.values()) {
            while (!consumer.closed && consumer.delivered < consumer.credit) {
                Stored stored = consumer.subscription.waiting.pollFirst();
                if (stored == null) {
                    break;
                }
                consumer.delivered++;
                consumer.held.put(stored.sequence, stored);
                consumer.sink.deliver(stored.delivery(consumer.epoch));
            }
        }
    }
}
