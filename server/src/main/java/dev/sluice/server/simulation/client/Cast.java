package dev.sluice.server.simulation.client;

import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.Timeline;
import dev.sluice.wire.codec.AddressKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Who plays in one world: which destinations there are, which clients, and what their applications do; from the seed. */
public final class Cast {
    private static final int CLIENTS_MAX = 3;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Timeline chance;
    private final ClientNode.Surroundings around;
    private final List<Sender.Destination> queues = new ArrayList<>();
    private final List<Sender.Destination> destinations = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final boolean grouped;

    /** Of a world. */
    public Cast(Timeline chance, ClientNode.Surroundings around) {
        this.chance = chance;
        this.around = around;
        grouped = chance.onceIn(3);
        int count = 1 + chance.below(2);
        for (int index = 0; index < count; index++) {
            Sender.Destination queue = new Sender.Destination(AddressKind.QUEUE, "q" + index);
            queues.add(queue);
            sources.add(new Source(queue, queue.name()));
            around.oracle().queue(queue.name());
        }
        destinations.addAll(queues);
        // A shared subscription over several shards waits for answers in its opening, which nothing can here.
        if (around.shards() == 1 && chance.onceIn(2)) {
            addTopic();
        }
    }

    /** Where a consumer receives from: a queue, or a subscription of the topic. */
    private record Source(Sender.Destination destination, String place) {}

    private void addTopic() {
        Sender.Destination topic = new Sender.Destination(AddressKind.TOPIC, "t");
        destinations.add(topic);
        for (int index = chance.below(2); index >= 0; index--) {
            String name = "s" + index;
            sources.add(new Source(topic, name));
            around.oracle().subscription(topic.name(), name);
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
            clients.add(new ClientNode(new Host("sender" + index, chance), around, plan));
        }
        // Everything has one that receives to the end.
        List<Function<ClientNode, Member>> last = new ArrayList<>();
        sources.forEach(source -> last.add(receiver(source)));
        clients.add(new ClientNode(new Host("receiver0", chance), around, last));
        int receivers = chance.below(CLIENTS_MAX);
        for (int index = 1; index <= receivers; index++) {
            List<Function<ClientNode, Member>> plan = new ArrayList<>();
            for (int session = 1 + chance.below(2); session > 0; session--) {
                plan.add(receiver(any()));
            }
            clients.add(new ClientNode(new Host("receiver" + index, chance), around, plan));
        }
        return clients;
    }

    private Source any() {
        return sources.get(chance.below(sources.size()));
    }

    private Function<ClientNode, Member> sender() {
        boolean sync = chance.onceIn(2);
        Sender.Habit habit = new Sender.Habit(destinations, sync, grouped, true, (sync ? 40 : 60) * MILLI);
        return client -> new Sender(client, habit);
    }

    private Function<ClientNode, Member> receiver(Source from) {
        int prefetch = chance.onceIn(3) ? 1 : 1 + chance.below(20);
        long work = chance.onceIn(4) ? 300 * MILLI : 10 * MILLI;
        Receiver.Habit habit = new Receiver.Habit(from.destination, from.place, prefetch, work);
        int mode = chance.below(4);
        return client -> new Receiver(
                client,
                habit,
                switch (mode) {
                    case 0, 1 -> new AutoMode();
                    case 2 -> new ClientMode();
                    default -> new TransactedMode(client, queues);
                });
    }
}
