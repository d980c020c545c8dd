package dev.sluice.server.shard;

import dev.sluice.server.core.Consumer;
import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.Runs;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Subscription;
import dev.sluice.server.log.CommandEncoder;
import java.util.ArrayDeque;

/** Commands that the server itself wants in the log, until there is room for them in a batch. Owner: the shard thread. */
final class Proposals {
    /** So many runs in one command. */
    private static final int RUNS_MAX = 1000;

    private final ArrayDeque<Proposal> waiting = new ArrayDeque<>();

    private interface Proposal {
        void encode(MachineCommands to);

        int bytes();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void expire(Subscription subscription, Runs runs) {
        forEachPart(runs, part -> add(part, to -> to.expire(subscription.id(), part)));
    }

    void failures(Consumer consumer, Runs runs) {
        long sessionId = consumer.session().id();
        long subscriptionId = consumer.subscription().id();
        forEachPart(
                runs,
                part -> add(
                        part,
                        to -> to.giveBack(
                                sessionId, 0, new MachineCommands.Returned(subscriptionId, consumer.id(), 0, part))));
    }

    /** The client has heard that its claims were lost: nothing comes back, and the epoch is the one it has. */
    void heard(Consumer consumer) {
        long sessionId = consumer.session().id();
        long epoch = consumer.epoch();
        Runs none = new Runs();
        MachineCommands.Returned returned =
                new MachineCommands.Returned(consumer.subscription().id(), consumer.id(), epoch, none);
        add(none, to -> to.giveBack(sessionId, 0, returned));
    }

    void lose(Session session) {
        add(new Runs(), to -> to.lose(session.id()));
    }

    void endSession(Session session) {
        add(new Runs(), to -> to.endSession(session.id(), 0));
    }

    private void add(Runs runs, java.util.function.Consumer<MachineCommands> command) {
        waiting.add(new Proposal() {
            @Override
            public void encode(MachineCommands to) {
                command.accept(to);
            }

            @Override
            public int bytes() {
                return (int) CommandEncoder.bytesFor(0, runs.size());
            }
        });
    }

    private static void forEachPart(Runs runs, java.util.function.Consumer<Runs> action) {
        Runs part = new Runs();
        for (int run = 0; run < runs.size(); run++) {
            part.add(runs.lane(run), runs.first(run), runs.count(run));
            if (part.size() == RUNS_MAX) {
                action.accept(part);
                part = new Runs();
            }
        }
        if (!part.isEmpty() || runs.isEmpty()) {
            action.accept(part);
        }
    }

    /** Writes what has room. */
    void drainTo(Batch batch) {
        while (!waiting.isEmpty() && batch.hasRoom(waiting.getFirst().bytes())) {
            waiting.removeFirst().encode(batch.encoder());
        }
    }
}
