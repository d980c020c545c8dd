package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The dispatcher's side of transactions: no consumer holds what one has taken, and no one gets it until it comes back. Which persistent
 * messages are taken, the machine knows; which non-persistent ones, only this. Owner: the shard thread.
 */
public final class Takings {
    private final Dispatcher dispatcher;
    private final Long2ObjectHashMap<List<Transient>> transients = new Long2ObjectHashMap<>();

    Takings(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** A non-persistent message that a branch has taken. */
    private record Transient(Subscription subscription, int code, long sequence) {}

    /** After a restart: what a branch had taken. */
    void restore(Branch branch, Catalog catalog) {
        for (Branch.Taken taken : branch.taken) {
            Subscription subscription = catalog.subscription(taken.subscriptionId());
            if (subscription != null) {
                Outflow outflow = dispatcher.outflowOf(subscription);
                for (long at = taken.first(); at < taken.first() + taken.count(); at++) {
                    outflow.claim(taken.code(), at, outflow.leaving(), true);
                    // Whose delivery it was is known: it is not one that got lost.
                    outflow.deliveries().claimed(taken.code(), at);
                }
            }
        }
    }

    /** Whether the consumer may take these messages into a transaction: it holds them, or may still claim them. */
    public boolean mayTake(Consumer consumer, Runs runs) {
        return !consumer.isLost() && !Dispatcher.isHeldByOthers(consumer, runs) && holdsTransients(consumer, runs);
    }

    /** Non-persistent ones it must hold: the machine does not know whether they are there. */
    private static boolean holdsTransients(Consumer consumer, Runs runs) {
        for (int run = 0; run < runs.size(); run++) {
            int code = runs.lane(run);
            for (long at = runs.first(run); at < runs.first(run) + runs.count(run) && code >= Lane.TRANSIENT; at++) {
                if (consumer.outflow().holder(code, at) != consumer) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Messages are a branch's now. */
    public void taken(Branch branch, Subscription subscription, Runs runs) {
        Outflow outflow = dispatcher.outflowOf(subscription);
        for (int run = 0; run < runs.size(); run++) {
            int code = runs.lane(run);
            for (long at = runs.first(run); at < runs.first(run) + runs.count(run); at++) {
                Consumer holder = outflow.reserve(code, at);
                outflow.deliveries().claimed(code, at);
                if (code >= Lane.TRANSIENT) {
                    transients
                            .computeIfAbsent(branch.id(), id -> new ArrayList<>())
                            .add(new Transient(subscription, code, at));
                }
                if (holder != null && holder != outflow.leaving()) {
                    dispatcher.forgetWhenEmpty(holder);
                }
            }
        }
    }

    /** Messages could not be taken: what the consumer has of them, or was reserved for it, goes back. */
    public void notTaken(Session session, Subscription subscription, MachineCommands.Taking taking) {
        Runs runs = taking.runs();
        Outflow outflow = dispatcher.outflowOf(subscription);
        Consumer consumer = dispatcher.consumer(session, taking.consumerId());
        for (int run = 0; run < runs.size(); run++) {
            int code = runs.lane(run);
            for (long at = runs.first(run); at < runs.first(run) + runs.count(run); at++) {
                Consumer holder = outflow.holder(code, at);
                // What was not the consumer's to take was not reserved for it either.
                boolean reserved = taking.held() && holder == outflow.leaving() && !subscription.isTaken(code, at);
                if (holder != null && (holder == consumer || reserved)) {
                    giveBack(outflow, code, at);
                }
            }
        }
        if (consumer != null) {
            dispatcher.forgetWhenEmpty(consumer);
        }
        dispatcher.enqueue(outflow);
    }

    private static void giveBack(Outflow outflow, int code, long sequence) {
        if (Ledger.isPending(outflow.subscription(), code, sequence)) {
            outflow.giveBack(code, sequence);
        } else {
            Consumer unused = outflow.release(code, sequence);
        }
    }

    /** Messages that a branch had taken go back. */
    public void untaken(Subscription subscription, Runs runs) {
        Outflow outflow = dispatcher.outflowOf(subscription);
        for (int run = 0; run < runs.size(); run++) {
            for (long at = runs.first(run); at < runs.first(run) + runs.count(run); at++) {
                giveBack(outflow, runs.lane(run), at);
            }
        }
        dispatcher.enqueue(outflow);
    }

    /** What a branch had is done or undone; so are the non-persistent messages that it had taken. */
    public void workEnded(Branch branch, boolean committed) {
        List<Transient> own = transients.remove(branch.id());
        if (own == null) {
            return;
        }
        for (Transient taken : own) {
            if (!dispatcher.isKnown(taken.subscription)) {
                continue;
            }
            if (committed) {
                dispatcher.settleTransient(taken.subscription, taken.code, taken.sequence);
            } else {
                dispatcher.failTransient(taken.subscription, taken.code, taken.sequence);
                Outflow outflow = dispatcher.outflowOf(taken.subscription);
                giveBack(outflow, taken.code, taken.sequence);
                dispatcher.enqueue(outflow);
            }
        }
    }
}
