package dev.sluice.server.simulation.client;

import dev.sluice.server.simulation.oracle.Content;
import dev.sluice.server.simulation.oracle.Taste;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.Timeline;
import dev.sluice.wire.Buckets;
import dev.sluice.wire.codec.AddressKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Who plays in one world: which destinations there are, which clients, and what their applications do; from the seed. */
public final class Cast {
    private static final int CLIENTS_MAX = 3;
    private static final int HALF = Content.COLOURS / 2;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long TEMPORARY_NANOS = 200 * MILLI;

    private final Timeline chance;
    private final ClientNode.Surroundings around;
    private final List<Sender.Destination> queues = new ArrayList<>();
    private final List<Sender.Destination> destinations = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final Contents contents;
    private final boolean grouped;
    private final boolean coloured;
    private final boolean hasTemporaries;
    /** Whether the client whose plan is made has global transactions. */
    private boolean global;

    /** Of a world. */
    public Cast(Timeline chance, ClientNode.Surroundings around) {
        this.chance = chance;
        this.around = around;
        grouped = chance.onceIn(3);
        contents = new Contents(chance);
        coloured = chance.onceIn(3);
        hasTemporaries = chance.onceIn(4);
        int count = 1 + chance.below(2);
        for (int index = 0; index < count; index++) {
            Sender.Destination queue = Sender.Destination.of(AddressKind.QUEUE, "q" + index);
            queues.add(queue);
            if (coloured) {
                sources.add(new Source(queue, queue.name(), Taste.of(0, HALF - 1)));
                sources.add(new Source(queue, queue.name(), Taste.of(HALF, Content.COLOURS)));
            } else {
                sources.add(new Source(queue, queue.name(), Taste.ALL));
            }
            around.oracle().queue(queue.name());
        }
        destinations.addAll(queues);
        // A shared subscription over several shards waits for answers in its opening, which nothing can here.
        if (around.shards() == 1 && chance.onceIn(2)) {
            addTopic();
        }
    }

    /** Where a consumer receives from: a queue, or a subscription of the topic. */
    private record Source(Sender.Destination destination, String place, Taste taste) {}

    private void addTopic() {
        Sender.Destination topic = Sender.Destination.of(AddressKind.TOPIC, "t");
        destinations.add(topic);
        // Of two subscriptions the dead letters would be two messages with one number.
        for (int index = around.redeliveryLimit() > 0 ? 0 : chance.below(2); index >= 0; index--) {
            String name = "s" + index;
            Taste taste = coloured && chance.onceIn(2) ? taste() : Taste.ALL;
            sources.add(new Source(topic, name, taste));
            around.oracle().subscription(topic.name(), name, taste);
        }
    }

    /** The clients, not started. */
    public List<ClientNode> clients() {
        List<ClientNode> clients = new ArrayList<>();
        int senders = 1 + chance.below(2);
        for (int index = 0; index < senders; index++) {
            List<Function<ClientNode, Member>> plan = new ArrayList<>();
            plan.add(sender());
            if (chance.onceIn(3)) {
                plan.add(receiver(any()));
            }
            clients.add(node("sender" + index, plan));
        }
        // Everything has one that receives to the end.
        List<Function<ClientNode, Member>> last = new ArrayList<>();
        sources.forEach(source -> last.add(receiver(source)));
        if (around.redeliveryLimit() > 0) {
            destinations.forEach(source -> last.add(deadLetterReceiver(source)));
        }
        if (chance.onceIn(3)) {
            for (Sender.Destination queue : queues) {
                Taste wanted = coloured ? taste() : Taste.ALL;
                last.add(client -> new Looker(client, queue, wanted));
            }
        }
        if (hasTemporaries) {
            addTemporary(last);
        }
        clients.add(node("receiver0", last));
        int receivers = chance.below(CLIENTS_MAX);
        for (int index = 1; index <= receivers; index++) {
            List<Function<ClientNode, Member>> plan = new ArrayList<>();
            for (int session = 1 + chance.below(2); session > 0; session--) {
                plan.add(receiver(any()));
            }
            if (hasTemporaries && chance.onceIn(2)) {
                addTemporary(plan);
            }
            clients.add(node("receiver" + index, plan));
        }
        return clients;
    }

    private ClientNode node(String name, List<Function<ClientNode, Member>> plan) {
        if (global) {
            plan.add(Recovery::new);
            global = false;
        }
        return new ClientNode(new Host(name, chance), around, contents, plan);
    }

    /** A queue of the client's own, to which it sends, and from which it receives. */
    private void addTemporary(List<Function<ClientNode, Member>> plan) {
        int prefetch = 1 + chance.below(20);
        plan.add(client ->
                new Sender(client, new Sender.Habit(List.of(client.temporary()), false, false, true, TEMPORARY_NANOS)));
        plan.add(client -> {
            Sender.Destination queue = client.temporary();
            return new Receiver(
                    client, new Receiver.Habit(queue, queue.name(), Taste.ALL, prefetch, 10 * MILLI), new AutoMode());
        });
    }

    /** Whether some clients have temporary queues. */
    public boolean hasTemporaries() {
        return hasTemporaries;
    }

    private Source any() {
        Source source = sources.get(chance.below(sources.size()));
        boolean mayChoose = coloured && source.destination.kind() == AddressKind.QUEUE;
        return mayChoose ? new Source(source.destination, source.place, taste()) : source;
    }

    private Taste taste() {
        int least = chance.below(Content.COLOURS);
        return chance.onceIn(3) ? Taste.ALL : Taste.of(least, least + chance.below(2));
    }

    /** Whether some of the messages have an end, or are delayed: by the clocks of the servers. */
    public boolean isTimed() {
        return contents.areTimed();
    }

    private Function<ClientNode, Member> sender() {
        boolean sync = chance.onceIn(2);
        Sender.Habit habit = new Sender.Habit(destinations, sync, grouped, true, (sync ? 40 : 60) * MILLI);
        return client -> new Sender(client, habit);
    }

    private Function<ClientNode, Member> deadLetterReceiver(Sender.Destination source) {
        Sender.Destination queue = Sender.Destination.of(AddressKind.QUEUE, Buckets.DEAD_LETTER_PREFIX + source.name());
        around.oracle().deadLetterQueue(queue.name(), source.name(), around.redeliveryLimit());
        Receiver.Habit habit = new Receiver.Habit(queue, queue.name(), Taste.ALL, 1 + chance.below(20), 10 * MILLI);
        boolean auto = chance.onceIn(2);
        return client -> new Receiver(client, habit, auto ? new AutoMode() : new ClientMode());
    }

    private Function<ClientNode, Member> receiver(Source from) {
        int prefetch = chance.onceIn(3) ? 1 : 1 + chance.below(20);
        long work = chance.onceIn(4) ? 300 * MILLI : 10 * MILLI;
        Receiver.Habit habit = new Receiver.Habit(from.destination, from.place, from.taste, prefetch, work);
        int mode = chance.below(5);
        global |= mode > 3;
        return client -> new Receiver(
                client,
                habit,
                switch (mode) {
                    case 0, 1 -> new AutoMode();
                    case 2 -> new ClientMode();
                    case 3 -> new TransactedMode(client, queues);
                    default -> new GlobalMode(client, queues);
                });
    }
}
