package dev.sluice.server.core;

import dev.sluice.server.selector.Selector;
import dev.sluice.wire.RefusalCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who gets which message, on the one server or the leader: credit, holds, selectors of queues, priorities. Never logged; after a restart
 * it is made anew from the machine's state and from what the clients claim. Owner: the shard thread.
 */
public final class Dispatcher {
    private final DispatcherEffects effects;
    private final Long2ObjectHashMap<Outflow> outflows = new Long2ObjectHashMap<>();
    private final ArrayDeque<Outflow> queue = new ArrayDeque<>();
    private final List<Outflow> moved = new ArrayList<>();
    private final Long2ObjectHashMap<TreeMap<Long, Consumer>> consumers = new Long2ObjectHashMap<>();
    private final EarlyCredits earlyCredits = new EarlyCredits();
    private final Takings takings = new Takings(this);
    private final Finder finder;
    private final Browsers browsers;
    private final Transients transients;
    private final Endings endings;
    private final Picker picker;
    /** In the order in which they are to be looked at. */
    private final ArrayDeque<Outflow> resuming = new ArrayDeque<>();

    /** When which subscription has something to deliver again. */
    private final Delays wakes = new Delays();

    private final RedeliveryPolicies policies;
    /** Messages with lower numbers were there before. */
    private final long firstNumber;

    private boolean logFirst;
    private long nowMillis;

    /** Begins with the consumers that were attached before the restart, which may claim what they hold. */
    public Dispatcher(
            ReplicatedMachine machine, Transients transients, RedeliveryPolicies policies, DispatcherEffects effects) {
        Catalog catalog = machine.catalog();
        this.firstNumber = machine.nextNumber();
        this.policies = policies;
        this.transients = transients;
        this.effects = effects;
        this.finder = new Finder(effects);
        this.endings = new Endings(this, effects);
        this.picker = new Picker(finder, endings, effects);
        this.browsers = new Browsers(finder, effects);
        for (Subscription subscription : catalog.subscriptions()) {
            if (subscription.hasMarks()) {
                outflowOf(subscription).deliveries().recover();
            }
        }
        for (Branch branch : catalog.branches()) {
            takings.restore(branch, catalog);
        }
        for (Session session : catalog.sessions()) {
            session.consumers.forEach((id, attachment) -> {
                Subscription subscription = Objects.requireNonNull(catalog.subscription(attachment.subscriptionId()));
                open(session, id, subscription, Consumer.State.RECLAIMING);
            });
        }
    }

    // ---- consumers ----

    /** A consumer attached. */
    public void consumerOpened(Session session, long consumerId, Subscription subscription) {
        open(session, consumerId, subscription, Consumer.State.ATTACHED);
        EarlyCredits.Credit credit = earlyCredits.take(session, consumerId);
        if (credit != null) {
            credit(session, consumerId, credit.epoch(), credit.total());
        }
    }

    private void open(Session session, long consumerId, Subscription subscription, Consumer.State state) {
        Outflow outflow = outflowOf(subscription);
        Session.Attachment attachment = Objects.requireNonNull(session.consumer(consumerId));
        Group group = outflow.groupFor(Selectors.known(attachment.selector()));
        // Who lost what it held before a restart has nothing to claim: nobody waits for it.
        Consumer.State first = state == Consumer.State.RECLAIMING && attachment.lost() ? Consumer.State.AWAY : state;
        Consumer consumer = new Consumer(session, consumerId, outflow, group, first);
        consumer.lost(attachment.lost() ? Consumer.Loss.LOGGED : Consumer.Loss.NONE);
        group.consumers().add(consumer);
        consumers.computeIfAbsent(session.id(), id -> new TreeMap<>()).put(consumerId, consumer);
        if (first == Consumer.State.RECLAIMING) {
            outflow.reclaiming(1);
        }
        renewPolicy(outflow);
    }

    private void renewPolicy(Outflow outflow) {
        if (outflow.renewPolicy()) {
            enqueue(outflow);
        }
    }

    /** Whether the subscription has consumers or held messages, or had. */
    boolean isKnown(Subscription subscription) {
        return outflows.get(subscription.id()) != null;
    }

    Outflow outflowOf(Subscription subscription) {
        Outflow outflow = outflows.get(subscription.id());
        if (outflow == null) {
            outflow = new Outflow(subscription, policies.of(subscription.address()));
            outflows.put(subscription.id(), outflow);
        }
        return outflow;
    }

    /** The consumer, open or closed with messages that its session retained; or null. */
    public @Nullable Consumer consumer(Session session, long consumerId) {
        TreeMap<Long, Consumer> own = consumers.get(session.id());
        return own == null ? null : own.get(consumerId);
    }

    /** More credit. Of an older epoch it is ignored; of one to come it waits for the command that begins it, as for one that opens. */
    public void credit(Session session, long consumerId, long epoch, long total) {
        Consumer consumer = consumer(session, consumerId);
        if (consumer == null) {
            earlyCredits.put(session, consumerId, new EarlyCredits.Credit(epoch, total));
        } else if (consumer.epoch() == epoch) {
            consumer.credit(total);
            resume(consumer);
        } else if (consumer.epoch() < epoch) {
            consumer.earlyCredit(epoch, total);
        }
    }

    /** Whether something that a consumer may be sent now is still under way to it; after {@link #dispatch}. */
    public boolean isWaited(Session session, long consumerId) {
        Consumer consumer = consumer(session, consumerId);
        return consumer == null
                ? earlyCredits.has(session, consumerId)
                : consumer.isWaited() || effects.isBusy(consumer);
    }

    /** The session's socket is gone: its consumers keep what they hold. */
    public void away(Session session) {
        earlyCredits.forget(session);
        forEachConsumer(session, consumer -> {
            if (consumer.state() == Consumer.State.ATTACHED) {
                consumer.to(Consumer.State.AWAY);
            }
        });
    }

    /**
     * The time to claim is over: what the session holds goes to others, counted as delivered. What nobody else could get stays: of a
     * subscription that is the consumer's own and ends with its session.
     */
    public void detach(Session session) {
        forEachConsumer(session, consumer -> {
            if (!consumer.isAlone()) {
                loseHeld(consumer);
            }
            if (consumer.state() == Consumer.State.RECLAIMING && consumer.isLosing()) {
                // What it may have goes to no one before that is in the log: the next leader would believe its claims.
                return;
            }
            settle(consumer);
            if (consumer.state() != Consumer.State.CLOSED) {
                consumer.to(Consumer.State.AWAY);
            }
            forgetWhenEmpty(consumer);
        });
    }

    private void loseHeld(Consumer consumer) {
        if (consumer.isLosing()) {
            return;
        }
        Runs held = consumer.outflow().heldBy(consumer);
        Runs failed = held.of(false);
        boolean known = consumer.isLost();
        consumer.lose();
        failTransient(consumer, held.of(true));
        if (!failed.isEmpty() || !known) {
            // They come back when they are counted; that it lost them, the log must know in any case, also of nothing:
            // or others would wait for it after each restart.
            effects.proposeFailures(consumer, failed);
        }
    }

    private void failTransient(Consumer consumer, Runs runs) {
        for (int run = 0; run < runs.size(); run++) {
            for (long at = runs.first(run); at < runs.first(run) + runs.count(run); at++) {
                failTransient(consumer.subscription(), runs.lane(run), at);
            }
        }
        release(consumer, runs);
    }

    private void forEachConsumer(Session session, java.util.function.Consumer<Consumer> action) {
        TreeMap<Long, Consumer> own = consumers.get(session.id());
        if (own != null) {
            new ArrayList<>(own.values()).forEach(action);
        }
    }

    /**
     * The consumer is back under a new epoch and holds these messages; of what it held before, the rest goes back. False when the time
     * to claim was over, or another consumer has one of them: then it holds none.
     */
    public boolean reattach(Session session, long consumerId, long epoch, Claims claims) {
        Consumer consumer = consumer(session, consumerId);
        if (consumer == null || consumer.state() == Consumer.State.CLOSED) {
            return false;
        }
        Outflow outflow = consumer.outflow();
        boolean first = consumer.state() == Consumer.State.RECLAIMING;
        Runs before = outflow.heldBy(consumer);
        release(consumer, before);
        boolean mayClaim = !consumer.isLost() && !isHeldByOthers(consumer, claims.held());
        if (mayClaim) {
            claim(consumer, claims.held(), first);
        }
        settle(consumer);
        consumer.epoch(epoch);
        consumer.resumed(claims);
        if (outflow.resumed(consumer, nowMillis)) {
            resuming.add(outflow);
        }
        consumer.to(Consumer.State.ATTACHED);
        if (consumer.isLost()) {
            // Nothing is sent to it before that is in the log: a new leader would give it to others at once.
            consumer.told();
            effects.proposeHeard(consumer);
        }
        enqueue(outflow);
        return mayClaim;
    }

    static boolean isHeldByOthers(Consumer consumer, Runs claims) {
        Outflow outflow = consumer.outflow();
        for (int run = 0; run < claims.size(); run++) {
            for (long at = claims.first(run); at < claims.first(run) + claims.count(run); at++) {
                Consumer holder = outflow.holder(claims.lane(run), at);
                if (holder != null && holder != consumer && holder != outflow.leaving()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** An acknowledgement is on its way to the log: what its consumer cannot hold just now (it is away, or has yet to claim) goes to no one meanwhile. */
    public void acknowledging(Consumer consumer, Runs runs) {
        Outflow outflow = consumer.outflow();
        for (int run = 0; run < runs.size(); run++) {
            for (long at = runs.first(run); at < runs.first(run) + runs.count(run); at++) {
                if (mayLeave(consumer, runs.lane(run), at)) {
                    var unused = outflow.reserve(runs.lane(run), at);
                }
            }
        }
    }

    private static boolean mayLeave(Consumer consumer, int code, long sequence) {
        Consumer holder = consumer.outflow().holder(code, sequence);
        boolean free = holder == null || (holder == consumer && consumer.state() != Consumer.State.ATTACHED);
        return free && Ledger.isPending(consumer.subscription(), code, sequence);
    }

    private void claim(Consumer consumer, Runs claims, boolean afterRestart) {
        for (int run = 0; run < claims.size(); run++) {
            for (long at = claims.first(run); at < claims.first(run) + claims.count(run); at++) {
                claim(consumer, claims.lane(run), at, afterRestart);
            }
        }
    }

    private void claim(Consumer consumer, int code, long sequence, boolean afterRestart) {
        Outflow outflow = consumer.outflow();
        Subscription subscription = outflow.subscription();
        Lane lane = subscription.address().lane(code);
        Progress progress = subscription.progress(code);
        boolean pending = lane != null
                && sequence < lane.nextSequence()
                && (progress == null || !progress.isDone(sequence))
                && !(afterRestart && lane.isTransient());
        if (pending && outflow.holder(code, sequence) == null) {
            outflow.claim(code, sequence, consumer, afterRestart);
            if (afterRestart) {
                outflow.deliveries().claimed(code, sequence);
            }
        }
    }

    /** The consumer has said what it holds, or will not. */
    private void settle(Consumer consumer) {
        if (consumer.state() == Consumer.State.RECLAIMING) {
            consumer.to(Consumer.State.AWAY);
            consumer.outflow().reclaiming(-1);
            enqueue(consumer.outflow());
        }
    }

    /** The client closes the consumer: it gets nothing more; all but {@code retained} goes back when the close is applied, after what was acknowledged before. */
    public void closing(Session session, long consumerId, Runs retained) {
        Consumer consumer = consumer(session, consumerId);
        if (consumer == null || consumer.state() == Consumer.State.CLOSED) {
            return;
        }
        boolean afterRestart = consumer.state() == Consumer.State.RECLAIMING;
        claim(consumer, retained, afterRestart);
        settle(consumer);
        consumer.retained(retained);
        consumer.to(Consumer.State.CLOSED);
        consumer.outflow().leave(consumer);
    }

    /** The consumer left. It may be forgotten already: what it held was acknowledged before. */
    public void consumerClosed(Session session, long consumerId, Subscription subscription) {
        Outflow outflow = outflows.get(subscription.id());
        if (outflow != null) {
            renewPolicy(outflow);
        }
        Consumer consumer = consumer(session, consumerId);
        if (consumer != null) {
            if (consumer.state() != Consumer.State.CLOSED) {
                closing(session, consumerId, new Runs());
            }
            releaseAllBut(consumer, consumer.retained());
            forgetWhenEmpty(consumer);
        }
    }

    private void releaseAllBut(Consumer consumer, Runs retained) {
        Runs held = consumer.outflow().heldBy(consumer);
        Runs back = new Runs();
        for (int run = 0; run < held.size(); run++) {
            for (long at = held.first(run); at < held.first(run) + held.count(run); at++) {
                if (!retained.contains(held.lane(run), at)) {
                    back.add(held.lane(run), at);
                }
            }
        }
        release(consumer, back);
    }

    void forgetWhenEmpty(Consumer consumer) {
        if (consumer.held() == 0 && consumer.state() == Consumer.State.CLOSED) {
            forget(consumer);
        }
    }

    private void forget(Consumer consumer) {
        long sessionId = consumer.session().id();
        TreeMap<Long, Consumer> own = consumers.get(sessionId);
        if (own != null && own.remove(consumer.id(), consumer) && own.isEmpty()) {
            consumers.remove(sessionId);
        }
        Outflow outflow = consumer.outflow();
        if (outflow.isIdle()) {
            outflows.remove(outflow.subscription().id(), outflow);
        }
    }

    /** The session is no more: what it retained goes back. */
    public void sessionEnded(Session session) {
        earlyCredits.forget(session);
        forEachConsumer(session, consumer -> {
            release(consumer, consumer.outflow().heldBy(consumer));
            if (consumer.state() != Consumer.State.CLOSED) {
                settle(consumer);
                consumer.to(Consumer.State.CLOSED);
                consumer.outflow().leave(consumer);
            }
            forgetWhenEmpty(consumer);
        });
    }

    /**
     * All that the consumer holds came back; its deliveries carry the new epoch. Epoch 0: the server gave back what a client that is away
     * held; there is nothing to do when the client came back before that.
     */
    public void returned(Session session, long consumerId, long epoch) {
        Consumer consumer = consumer(session, consumerId);
        if (consumer == null) {
            return;
        }
        if (epoch == 0) {
            consumer.lossLogged();
            settle(consumer);
        } else if (consumer.heard()) {
            enqueue(consumer.outflow());
        }
        if (epoch > consumer.epoch()) {
            release(consumer, consumer.outflow().heldBy(consumer));
            consumer.epoch(epoch);
            forgetWhenEmpty(consumer);
        } else if (epoch == 0 && consumer.state() != Consumer.State.ATTACHED) {
            release(consumer, consumer.outflow().heldBy(consumer));
            forgetWhenEmpty(consumer);
        }
        // Any other one is of an epoch that a reattach ended, which gave back all that was not claimed.
    }

    private void release(Consumer consumer, Runs runs) {
        Outflow outflow = consumer.outflow();
        for (int run = 0; run < runs.size(); run++) {
            for (long at = runs.first(run); at < runs.first(run) + runs.count(run); at++) {
                outflow.giveBack(runs.lane(run), at);
            }
        }
        enqueue(outflow);
    }

    /** Those who look without taking anything. */
    public Browsers browsers() {
        return browsers;
    }

    /** Begins to browse. */
    public Browser browse(long connection, long browserId, Subscription subscription, Selector selector) {
        return browsers.open(connection, browserId, outflowOf(subscription), selector);
    }

    /** What transactions have taken. */
    public Takings takings() {
        return takings;
    }

    // ---- what the machine did ----

    /** A message got its place. */
    public void appended(Address address) {
        List<Subscription> subscriptions = address.subscriptions();
        for (int index = 0; index < subscriptions.size(); index++) {
            Outflow outflow = outflows.get(subscriptions.get(index).id());
            if (outflow != null) {
                enqueue(outflow);
            }
        }
    }

    /** A message is done. */
    public void done(Subscription subscription, int code, long sequence) {
        if (code >= Lane.TRANSIENT) {
            endTransient(subscription, code, sequence);
        } else {
            forgetDone(subscription, code, sequence);
        }
    }

    /** A delivery of a message was counted as failed: when it came back before that, it waits from now on. */
    public void failed(Subscription subscription, int code, long sequence) {
        Outflow outflow = outflows.get(subscription.id());
        if (outflow != null && outflow.failed(code, sequence)) {
            enqueue(outflow);
        }
    }

    private void forgetDone(Subscription subscription, int code, long sequence) {
        Outflow outflow = outflows.get(subscription.id());
        if (outflow != null) {
            boolean wasFull = outflow.isFullOfDelays();
            outflow.done(code, sequence);
            Consumer holder = outflow.release(code, sequence);
            if (holder != null && holder.held() == 0) {
                forgetWhenEmpty(holder);
            }
            if (wasFull || outflow.messageGroups() != null) {
                // There is room for another one that waits; or its group may be anyone's from now on.
                enqueue(outflow);
            }
        }
    }

    /** A subscription was made: of what is there it wants nothing. */
    public void subscriptionAdded(Subscription subscription) {
        Address address = subscription.address();
        for (int code = Lane.TRANSIENT; code < Lane.TRANSIENT + Address.PRIORITIES; code++) {
            Lane lane = address.lane(code);
            if (lane != null) {
                subscription.progressFor(code).doneBelow(lane.nextSequence());
            }
        }
    }

    /** A subscription is no more. */
    public void subscriptionRemoved(Subscription subscription) {
        Address address = subscription.address();
        for (int code = Lane.TRANSIENT; code < Lane.TRANSIENT + Address.PRIORITIES; code++) {
            Lane lane = address.lane(code);
            if (lane != null) {
                Progress progress = subscription.progressFor(code);
                long next = lane.nextSequence();
                for (long at = progress.nextPending(0, next); at < next; at = progress.nextPending(at + 1, next)) {
                    transients.release(address, lane, at);
                }
            }
        }
        browsers.subscriptionRemoved(subscription);
        Outflow outflow = outflows.remove(subscription.id());
        if (outflow != null) {
            endings.removed(outflow);
            for (Group group : outflow.groups()) {
                for (Consumer consumer : group.consumers()) {
                    effects.consumerEnded(consumer, RefusalCode.DESTINATION_UNKNOWN, "the destination was deleted");
                }
            }
            for (TreeMap<Long, Consumer> own : new ArrayList<>(consumers.values())) {
                new ArrayList<>(own.values())
                        .stream()
                                .filter(consumer -> consumer.outflow() == outflow)
                                .forEach(this::forget);
            }
        }
    }

    /** A message has expired: it goes from every subscription in which no one holds it. */
    public void expiryDue(Address address, int code, long sequence) {
        for (Subscription subscription : address.subscriptions()) {
            Progress progress = subscription.progress(code);
            Outflow outflow = outflows.get(subscription.id());
            // While clients have yet to claim, it may be in the hands of one: then it comes again.
            boolean held = outflow != null && (outflow.isReclaiming() || outflow.holder(code, sequence) != null);
            if (!held && (progress == null || !progress.isDone(sequence))) {
                endings.expire(outflowOf(subscription), code, sequence);
            }
        }
    }

    /** A client received a non-persistent message. What is on its way to an end, or a transaction's, is not its any more. */
    public void acknowledgeTransient(Subscription subscription, int code, long sequence) {
        Outflow outflow = outflows.get(subscription.id());
        if (outflow == null || outflow.holder(code, sequence) != outflow.leaving()) {
            settleTransient(subscription, code, sequence);
        }
    }

    /** A non-persistent message is done: acknowledged, committed or purged. */
    public void settleTransient(Subscription subscription, int code, long sequence) {
        Lane lane = subscription.address().lane(code);
        if (lane != null) {
            lane.settled(nowMillis);
        }
        endTransient(subscription, code, sequence);
    }

    void endTransient(Subscription subscription, int code, long sequence) {
        if (transients.finish(subscription, code, sequence)) {
            forgetDone(subscription, code, sequence);
        }
    }

    /** A non-persistent message arrives. */
    public void publishTransient(Address address, @Nullable Session publisher, Publication publication, long now) {
        if (transients.publish(address, publisher, publication, now)) {
            appended(address);
        }
    }

    /** Deliveries of non-persistent messages failed. */
    public void failTransient(Subscription subscription, int code, long sequence) {
        Progress progress = subscription.progress(code);
        if (progress != null && !progress.isDone(sequence)) {
            long attempts = subscription.attempts(code, sequence);
            subscription.attempts(code, sequence, Attempts.failedAt(attempts, nowMillis));
        }
    }

    /** Delivers and expires the non-persistent messages that are due. */
    public void tick(long now) {
        nowMillis = now;
        transients.tick(now, this);
        for (long id = wakes.pollDue(now); id >= 0; id = wakes.pollDue(now)) {
            Outflow outflow = outflows.get(id);
            if (outflow != null) {
                enqueue(outflow);
            }
        }
        while (!resuming.isEmpty() && resuming.element().resumption().checkMillis() <= now) {
            Outflow outflow = resuming.remove();
            if (!outflow.resumption().check(now)) {
                resuming.add(outflow);
            } else if (outflows.get(outflow.subscription().id()) == outflow) {
                enqueue(outflow);
            }
        }
    }

    /** When to {@link #tick} at the latest, but for what the transients say. */
    public long nextDueMillis() {
        long next = Math.min(wakes.nextMillis(), endings.nextMillis());
        return resuming.isEmpty()
                ? next
                : Math.min(next, resuming.element().resumption().checkMillis());
    }

    /** An address is no more. */
    public void addressRemoved(Address address) {
        transients.addressRemoved(address);
    }

    /** Names up to {@code most} messages of a subscription that no one holds, to be purged: no one gets them any more. */
    public Runs takeUnheld(Subscription subscription, int most) {
        return outflowOf(subscription).takeUnheld(most);
    }

    /** Messages of a subscription that consumers hold. */
    public int held(Subscription subscription) {
        Outflow outflow = outflows.get(subscription.id());
        return outflow == null ? 0 : outflow.held();
    }

    // ---- dispatch ----

    void enqueue(Outflow outflow) {
        if (outflow.queue()) {
            queue.add(outflow);
        }
    }

    /** The consumer can take more. */
    public void resume(Consumer consumer) {
        consumer.outflow().unblock(consumer);
        enqueue(consumer.outflow());
    }

    /** A connection can take more. */
    public void drained(Session session) {
        forEachConsumer(session, this::resume);
    }

    /** The store has all that was sealed: large messages may go out. */
    public void committed() {
        finder.committed().forEach(this::resume);
    }

    /** Sends all that may be sent now; returns whether anything was. */
    public boolean dispatch(long now) {
        nowMillis = now;
        picker.nowMillis(now);
        endings.retry(now);
        boolean worked = false;
        for (Outflow outflow = queue.poll(); outflow != null; outflow = queue.poll()) {
            outflow.unqueue();
            worked |= dispatch(outflow);
        }
        return worked;
    }

    private boolean dispatch(Outflow outflow) {
        if (outflow.isReclaiming()) {
            return false;
        }
        outflow.endDelays(nowMillis);
        boolean worked = false;
        int idle = 0;
        while (idle < outflow.groups().size()) {
            Group group = outflow.nextGroup();
            if (dispatchOne(outflow, group)) {
                idle = 0;
                worked = true;
            } else {
                idle++;
            }
        }
        outflow.deliveries().propose(outflow, effects);
        wakes.set(outflow.subscription().id(), outflow.nextDelayMillis());
        return worked;
    }

    private boolean dispatchOne(Outflow outflow, Group group) {
        Consumer consumer = group.isLoading() ? null : group.next(effects);
        StoredMessage message = consumer == null ? null : picker.next(outflow, group);
        if (consumer == null || message == null) {
            return false;
        }
        int code = message.code();
        int deliveryCount = outflow.deliveries().count(code, message.sequence());
        long key = GroupKey.of(message);
        Consumer owner = outflow.owner(key);
        if (owner == null && outflow.resumption().covers(code, message.sequence())) {
            owner = group.next(effects, message);
        }
        Consumer receiver = owner == null ? consumer : owner;
        outflow.take(code, message.sequence());
        outflow.hold(code, message.sequence(), receiver, key);
        boolean hadMoved = outflow.hasMoved();
        outflow.delivered(code, message.sequence());
        if (!hadMoved && outflow.hasMoved()) {
            moved.add(outflow);
        }
        if (deliveryCount > 1 && code < Lane.TRANSIENT) {
            outflow.deliveries().begins(code, message.sequence());
            logFirst = true;
        }
        logFirst |= outflow.isFirstBurst() && code < Lane.TRANSIENT && message.number < firstNumber;
        receiver.countSent(code, message.sequence());
        if (receiver == consumer) {
            group.served(consumer);
        }
        effects.deliver(receiver, message, deliveryCount);
        return true;
    }

    /** Whether something was delivered since the last call that counts only if the log has it, and may end the server. */
    public boolean takeLogFirst() {
        boolean taken = logFirst;
        logFirst = false;
        return taken;
    }

    /** Whether {@link #drainMarks} has anything to show. */
    public boolean hasMarks() {
        return !moved.isEmpty();
    }

    /** Shows how far persistent lanes were delivered since the last time; what is not taken is shown again. */
    public void drainMarks(MarkVisitor visitor) {
        moved.removeIf(outflow -> outflow.drainMarks(visitor));
    }

    /** Sees marks. */
    @FunctionalInterface
    public interface MarkVisitor {
        /** The subscription was delivered up to before {@code sequence}; false when that cannot be taken just now. */
        boolean mark(Subscription subscription, int priority, long sequence);
    }

    /** What was asked of the store is here. */
    public void loaded(RowStore.Load load) {
        Group group = ((Group.ReadAhead) load.asker).group();
        Outflow outflow = group.outflow();
        if (!browsers.has(group) && outflows.get(outflow.subscription().id()) != outflow) {
            // The subscription ended meanwhile, with its messages; or the browser.
            return;
        }
        Finder.found(load);
        resume(group);
    }

    private void resume(Group group) {
        group.loading(false);
        if (!browsers.resume(group)) {
            enqueue(group.outflow());
        }
    }
}
