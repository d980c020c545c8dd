package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.store.MemoryStore;
import dev.sluice.testing.Seeded;
import dev.sluice.wire.BucketMap;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is divided among shards is there as before, each address in the shard of its name, as real machines see it. */
final class DivisionTest {
    private static final int STEPS = 200;
    private static final int QUEUES = 6;
    private static final int MOMENTS = 6;
    private static final int CHUNK_BYTES = 1_000;
    private static final long DAY = 86_400_000;

    /** A random life, with more queues and bodies in pieces at its end. */
    private static Given source(SplittableRandom random, String prefix) {
        History history = new History(random, prefix);
        for (int step = 0; step < STEPS; step++) {
            history.step();
        }
        Given given = history.rest();
        Client client = given.client(prefix + "writer");
        List<Long> addresses = new ArrayList<>();
        for (int queue = 0; queue < QUEUES; queue++) {
            addresses.add(client.queue(prefix + "more" + queue));
        }
        addresses.add(client.topic(prefix + "t"));
        for (long message = 10_001; message < 10_040; message++) {
            Client.Draft draft = Client.message(addresses.get(random.nextInt(addresses.size())), message)
                    .priority(random.nextInt(10));
            if (random.nextInt(3) == 0) {
                draft.delay(1 + random.nextInt(4_000));
            } else if (random.nextInt(3) == 0) {
                draft.timeToLive(1 + random.nextInt(4_000));
            }
            if (random.nextInt(2) == 0) {
                client.chunk(message, 0, CHUNK_BYTES);
                client.chunk(message, CHUNK_BYTES, random.nextInt(1, CHUNK_BYTES));
                draft.stage(message);
            }
            client.publish(draft);
        }
        client.chunk(1, 0, CHUNK_BYTES);
        client.address(false, prefix + "temporary", true);
        given.run(to -> to.endSession(client.sessionId, 0));
        return given.stored();
    }

    private static List<MemoryStore> divide(int shards, List<Given> sources) {
        List<MemoryStore> stores =
                Stream.generate(() -> new MemoryStore(() -> {})).limit(shards).toList();
        Division division = new Division(BucketMap.initial(shards), 77, (shard, rows) -> {
            stores.get(shard).commit(rows);
            assertThat(stores.get(shard).pollCommitted()).isSameAs(rows);
        });
        sources.forEach(source -> division.add(source.store));
        division.end();
        return stores;
    }

    private static Given machinesOf(MemoryStore store, long nowMillis) {
        Given given = new Given();
        given.store = store;
        given.nowMillis = nowMillis;
        return given.restart();
    }

    /** What there is, and what comes at some moments, by address and subscription; it is gone then. */
    private static Map<String, List<String>> everything(Given given) {
        Map<String, List<String>> all = new TreeMap<>();
        Map<Long, String> names = new TreeMap<>();
        Map<Long, Client> clients = new TreeMap<>();
        for (Subscription subscription : List.copyOf(given.machine.catalog().subscriptions())) {
            Address address = subscription.address();
            Subscription.Terms terms = subscription.terms();
            String name = address.name() + " " + terms.kind() + " " + terms.clientId();
            all.put(
                    name,
                    new ArrayList<>(List.of(subscription.pending() + " pending", address.messages() + " messages")));
            Client client = given.client(terms.clientId());
            long consumer = client.consume(address.id(), terms.kind(), terms.name(), terms.selector());
            names.put(consumer, name);
            clients.put(consumer, client);
        }
        for (int moment = 0; moment < MOMENTS; moment++) {
            for (Map.Entry<Long, Client> entry : clients.entrySet()) {
                entry.getValue().credit(entry.getKey(), 10_000);
            }
            int at = moment;
            for (Observed.Delivery delivery : List.copyOf(given.observed.deliveries)) {
                all.get(names.get(delivery.consumerId())).add(at + ": " + text(given, delivery));
                clients.get(delivery.consumerId()).acknowledge(delivery.consumerId(), List.of(delivery));
            }
            given.observed.deliveries.clear();
            given.pass(moment == MOMENTS - 2 ? DAY : 500);
        }
        clients.values().forEach(Client::end);
        return all;
    }

    private static String text(Given given, Observed.Delivery delivery) {
        long[] bytes = {0};
        long body = delivery.stored().bodyNumber;
        given.store.scan(Table.CHUNKS, body, 0, (number, offset, value, length) -> {
            assertThat(number != body || offset == bytes[0]).isTrue();
            bytes[0] += number == body && body != 0 ? length : 0;
            return number == body;
        });
        assertThat(bytes[0]).as("body").isEqualTo(delivery.stored().bodyBytes);
        return delivery.message() + " at " + delivery.code() + "/" + delivery.sequence() + " for the "
                + delivery.count() + ". time, body " + bytes[0];
    }

    private static void checkNothingIsLeft(Given given) {
        Client client = given.client("last");
        Catalog catalog = given.machine.catalog();
        for (Subscription subscription : List.copyOf(catalog.subscriptions())) {
            if (subscription.kind() == SubscriptionKind.DURABLE) {
                Client owner = given.client(subscription.terms().clientId());
                owner.unsubscribe(subscription.name());
                owner.end();
            }
        }
        List.copyOf(catalog.addresses()).forEach(address -> client.delete(address.id()));
        client.end();
        given.pass(DAY);
        given.stored();
        assertThat(given.rows().keySet()).containsExactly("SHARD 0 1");
    }

    private static void checkWhatComesLater(Given given) {
        Client client = given.client("later");
        for (Address address : List.copyOf(given.machine.catalog().addresses())) {
            assertThat(client.queue("new")).isNotEqualTo(address.id());
            client.publish(Client.message(address.id(), 99_999));
        }
        client.delete(client.queue("new"));
        client.end();
    }

    @Seeded(runs = 100)
    void eachMessageIsInTheShardOfItsAddressAndComesAsBefore(SplittableRandom random) {
        int before = random.nextInt(1, 4);
        int shards = random.nextInt(before, 8);
        List<Given> sources = new ArrayList<>();
        for (int source = 0; source < before; source++) {
            sources.add(source(random, source + "."));
        }
        long now = sources.stream().mapToLong(source -> source.nowMillis).max().orElseThrow();
        List<MemoryStore> stores = divide(shards, sources);

        Map<String, List<String>> expected = new TreeMap<>();
        for (Given source : sources) {
            Given undivided = machinesOf(source.store, now);
            checkWhatComesLater(undivided);
            expected.putAll(everything(undivided));
        }
        Map<String, List<String>> found = new TreeMap<>();
        for (int shard = 0; shard < shards; shard++) {
            assertThat(stores.get(shard).appliedIndex()).isEqualTo(77);
            Given divided = machinesOf(stores.get(shard), now);
            for (Address address : divided.machine.catalog().addresses()) {
                assertThat(BucketMap.initial(shards).shardOf(address.name())).isEqualTo(shard);
            }
            checkWhatComesLater(divided);
            found.putAll(everything(divided));
            checkNothingIsLeft(divided);
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void sessionsAndTransactionsCannotBeDivided() {
        Given given = new Given();
        Client client = given.client("client");
        given.stored();
        assertThatThrownBy(() -> divide(2, List.of(given)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SESSIONS " + client.sessionId);
    }
}
