package dev.sluice.server.shard;

import dev.sluice.server.core.Address;
import dev.sluice.server.core.Dispatcher;
import dev.sluice.server.core.Lane;
import dev.sluice.server.core.ReplicatedMachine;
import dev.sluice.server.core.Runs;
import dev.sluice.server.core.Subscription;
import dev.sluice.server.log.CommandEncoder;
import java.util.List;

/** Ends what no one holds of a destination, part by part. Owner: the shard thread. */
final class Purge {
    private static final int PART_MESSAGES = 1000;

    private final ReplicatedMachine machine;
    private final Dispatcher dispatcher;
    private final CommandEncoder batch;
    private final FrameHandler.Space space;
    private final Runs persistent = new Runs();

    Purge(ReplicatedMachine machine, Dispatcher dispatcher, CommandEncoder batch, FrameHandler.Space space) {
        this.machine = machine;
        this.dispatcher = dispatcher;
        this.batch = batch;
        this.space = space;
    }

    /** Returns how many messages end, counted for each subscription. */
    long purge(Address address) {
        long removed = 0;
        // A copy: to make room may apply what ends a subscription.
        for (Subscription subscription : List.copyOf(address.subscriptions())) {
            removed += purge(subscription);
        }
        return removed;
    }

    private long purge(Subscription subscription) {
        long removed = 0;
        Runs runs = unheld(subscription);
        while (!runs.isEmpty()) {
            removed += runs.messages();
            persistent.clear();
            for (int run = 0; run < runs.size(); run++) {
                if (runs.lane(run) < Lane.TRANSIENT) {
                    persistent.add(runs.lane(run), runs.first(run), runs.count(run));
                }
            }
            for (int run = 0; run < runs.size(); run++) {
                for (long at = runs.first(run); at < runs.first(run) + runs.count(run); at++) {
                    if (runs.lane(run) >= Lane.TRANSIENT) {
                        dispatcher.settleTransient(subscription, runs.lane(run), at);
                    }
                }
            }
            space.makeRoom(CommandEncoder.bytesFor(0, persistent.size()));
            batch.expire(subscription.id(), persistent);
            runs = unheld(subscription);
        }
        return removed;
    }

    private Runs unheld(Subscription subscription) {
        boolean isThere = machine.catalog().subscription(subscription.id()) == subscription;
        return isThere ? dispatcher.takeUnheld(subscription, PART_MESSAGES) : new Runs();
    }
}
