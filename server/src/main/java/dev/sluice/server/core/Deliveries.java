package dev.sluice.server.core;

import java.util.ArrayDeque;
import java.util.TreeSet;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongHashSet;

/**
 * The how many-th delivery of each message of a subscription is next: as the machine remembers those that failed, as it was before the
 * restart, and as was handed out since. The log is told of each delivery that is not the first one, and of its end when it does not
 * count; otherwise the next leader takes it for one that failed. Owner: the shard thread.
 */
final class Deliveries {
    /** So many runs in one command. */
    private static final int RUNS_MAX = 1000;

    private final Subscription subscription;
    private final PolicyInForce policy;
    /** As far as each lane may have been delivered before the restart. */
    private final long[] recoveredMarks = new long[Lane.CODES];
    /** Messages of which it is known whose the delivery is that had begun before the restart, or to which it is counted already. */
    private final LongHashSet claimed = new LongHashSet();
    /** The {@link Attempts} before the last delivery, of messages that were handed out again: the log may not know of it yet. */
    private final Long2LongHashMap handedOut = new Long2LongHashMap(Attempts.NONE);
    /** Messages that were handed out again, and the log has not been told. */
    private final ArrayDeque<Long> begun = new ArrayDeque<>(0);
    /** Messages whose delivery, of which the log was told, ended uncounted. */
    private final TreeSet<Long> unseen = new TreeSet<>();

    Deliveries(Subscription subscription, PolicyInForce policy) {
        this.subscription = subscription;
        this.policy = policy;
    }

    /** Remembers how far it may have been delivered before the restart. */
    void recover() {
        for (int code = 0; code < Address.PRIORITIES; code++) {
            Progress progress = subscription.progress(code);
            recoveredMarks[code] = progress == null ? 0 : progress.mark();
        }
    }

    /** The number of the next delivery of a message, as its consumer is told: one that is suspected counts. */
    int count(int code, long sequence) {
        long before = before(code, sequence);
        return Attempts.failed(before) + 1 + (Attempts.isSuspected(before) ? 1 : 0);
    }

    /** Whether the message has been delivered as often as it may be. What is suspected does not count: it may never have been sent. */
    boolean isOver(int code, long sequence) {
        return policy.now().limit() > 0
                && subscription.hasFailures()
                && policy.now().isOver(Attempts.failed(before(code, sequence)) + 1);
    }

    /** The deliveries before the next one: those that failed, and whether one is suspected. */
    private long before(int code, long sequence) {
        long place = Table.minor(code, sequence);
        long known = subscription.attempts(code, sequence);
        int failed = Attempts.failed(known);
        boolean suspected = Attempts.isSuspected(known);
        // It was in someone's hands before the restart, and no one has claimed it: what has come back before says so,
        // of others the mark.
        if (known == Attempts.NONE) {
            suspected = sequence < recoveredMarks[code] && !claimed.contains(place);
        } else if (Attempts.isBegun(known) && !claimed.contains(place)) {
            failed++;
        }
        long last = handedOut.isEmpty() ? Attempts.NONE : handedOut.get(place);
        return Attempts.of(Math.max(failed, Attempts.failed(last)), suspected || Attempts.isSuspected(last), false, 0);
    }

    /** A persistent message is handed out again: the log is to know it, so that the delivery counts should the server end before its client says anything. */
    void begins(int code, long sequence) {
        long place = Table.minor(code, sequence);
        handedOut.put(place, before(code, sequence));
        claimed.add(place);
        begun.add(place);
    }

    /** The delivery before the restart goes on: it is no other one. */
    void claimed(int code, long sequence) {
        if (sequence < recoveredMarks[code] || Attempts.isBegun(subscription.attempts(code, sequence))) {
            claimed.add(Table.minor(code, sequence));
        }
    }

    /** No one holds the message any more, and it is to be delivered again. */
    void cameBack(int code, long sequence) {
        if (code >= Lane.TRANSIENT) {
            return;
        }
        long place = Table.minor(code, sequence);
        long known = subscription.attempts(code, sequence);
        long last = handedOut.isEmpty() ? Attempts.NONE : handedOut.get(place);
        // A failure that was counted ended what had begun.
        boolean isOnItsWay = last != Attempts.NONE && Attempts.failed(known) <= Attempts.failed(last);
        if (Attempts.isBegun(known) || isOnItsWay) {
            unseen.add(place);
        }
    }

    /** The message is done. */
    void done(int code, long sequence) {
        long place = Table.minor(code, sequence);
        claimed.remove(place);
        handedOut.remove(place);
        unseen.remove(place);
    }

    /** Tells the log what has begun and ended since the last time. What came back and is out again, or was claimed, has not ended. */
    void propose(Outflow outflow, DispatcherEffects effects) {
        if (!unseen.isEmpty()) {
            proposeUnseen(outflow, effects);
        }
        for (Long place = begun.poll(); place != null; place = begun.poll()) {
            proposeBegun(place, effects);
        }
    }

    private void proposeUnseen(Outflow outflow, DispatcherEffects effects) {
        Runs ended = new Runs();
        for (long place : unseen) {
            if (outflow.holder(Table.priority(place), Table.sequence(place)) == null) {
                ended.add(Table.priority(place), Table.sequence(place));
            }
            if (ended.size() == RUNS_MAX) {
                proposeUnseen(ended, effects);
                ended = new Runs();
            }
        }
        unseen.clear();
        proposeUnseen(ended, effects);
    }

    private void proposeUnseen(Runs ended, DispatcherEffects effects) {
        if (!ended.isEmpty()) {
            effects.propose(ended.size(), to -> to.unseen(subscription.id(), ended));
        }
    }

    private void proposeBegun(long place, DispatcherEffects effects) {
        long before = handedOut.get(place);
        int failed = Attempts.failed(before);
        boolean suspected = Attempts.isSuspected(before);
        effects.propose(
                0, to -> to.begun(subscription.id(), Table.priority(place), Table.sequence(place), failed, suspected));
    }

    /** Whether nothing would be lost if it were made anew. */
    boolean isIdle() {
        if (!claimed.isEmpty()) {
            return false;
        }
        for (int code = 0; code < Address.PRIORITIES; code++) {
            Progress progress = subscription.progress(code);
            if (recoveredMarks[code] > (progress == null ? 0 : progress.floor())) {
                return false;
            }
        }
        return true;
    }
}
