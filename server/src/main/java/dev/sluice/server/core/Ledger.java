package dev.sluice.server.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which messages have their place, and which subscriptions are done with them: a message gets its place here, and goes when the last
 * subscription lets go of it. Owner: the replicated machine.
 */
final class Ledger {
    private final Catalog catalog;
    private final Messages messages;
    private final DueIndex due;
    private final Dirty dirty;
    private final RowStore store;
    private MachineEffects effects = MachineEffects.NONE;
    private long nowMillis;

    Ledger(Catalog catalog, Messages messages, DueIndex due, Dirty dirty, RowStore store) {
        this.catalog = catalog;
        this.messages = messages;
        this.due = due;
        this.dirty = dirty;
        this.store = store;
    }

    void effects(MachineEffects newEffects) {
        effects = newEffects;
    }

    MachineEffects effects() {
        return effects;
    }

    Catalog catalog() {
        return catalog;
    }

    Dirty dirty() {
        return dirty;
    }

    Messages messages() {
        return messages;
    }

    /** The time of the batch. */
    long nowMillis() {
        return nowMillis;
    }

    void nowMillis(long millis) {
        nowMillis = millis;
    }

    // ---- messages come ----

    /** Takes over a message that has no place yet; {@code stage} is its body, if that came before. */
    StoredMessage admit(Publication publication, Session.@Nullable Stage stage) {
        long expiry = publication.timeToLiveMillis == 0 ? 0 : nowMillis + publication.timeToLiveMillis;
        StoredMessage message = new StoredMessage(
                messages.takeNumber(),
                new StoredMessage.Place(publication.addressId, publication.priority, -1),
                expiry,
                stage == null ? 0 : stage.bodyNumber(),
                stage == null ? 0 : stage.bytes(),
                publication.length);
        messages.add(message, Objects.requireNonNull(publication.slab), publication.offset);
        return message;
    }

    /** Gives an admitted message its place, at {@code dueMillis} if that is yet to come. */
    void deposit(Address address, StoredMessage message, long dueMillis, @Nullable Session publisher) {
        if (dueMillis > nowMillis) {
            address.delayed(1);
            dirty.mark(address);
            long publisherId = publisher == null ? 0 : publisher.id();
            due.add(new DueIndex.Key(dueMillis, message.number), entry(message, publisherId, catalog.nextId()));
        } else {
            enqueue(address, message, publisher, Long.MAX_VALUE);
        }
    }

    private static DueIndex.Entry entry(StoredMessage message, long publisher, long subscriptionsBelow) {
        return new DueIndex.Entry(
                new StoredMessage.Place(message.addressId, message.priority, message.sequence()),
                new DueIndex.Content(message.expiryMillis, message.bodyNumber, message.bodyBytes, message.length),
                publisher,
                subscriptionsBelow,
                message);
    }

    /** Gives the message its place, for the subscriptions that want it and were there when it was sent. */
    void enqueue(Address address, StoredMessage message, @Nullable Session publisher, long subscriptionsBelow) {
        boolean unread =
                message.buffer() == null && address.subscriptions().stream().anyMatch(Subscription::selects);
        var envelope = address.isTopic() && unread ? store.envelope(message.number) : null;
        if (envelope != null) {
            // For the selectors; then the store is asked again by who delivers it.
            message.loaded(envelope, 0);
        }
        place(address, message, publisher, subscriptionsBelow);
        if (envelope != null) {
            message.forget();
        }
    }

    private void place(Address address, StoredMessage message, @Nullable Session publisher, long subscriptionsBelow) {
        Lane lane = address.laneFor(message.priority);
        dirty.mark(lane);
        lane.append(message);
        boolean wanted = !address.isTopic();
        if (address.isTopic()) {
            for (Subscription subscription : address.subscriptions()) {
                if (subscription.id() < subscriptionsBelow && subscription.wants(publisher, message)) {
                    wanted = true;
                } else {
                    mark(subscription, lane.code(), message.sequence());
                }
            }
        }
        if (!wanted) {
            messages.remove(lane, message.sequence(), message);
            return;
        }
        messages.indexed(message);
        if (message.expiryMillis != 0) {
            due.add(new DueIndex.Key(message.expiryMillis, message.number), entry(message, 0, 0));
        }
        effects.appended(address, message);
    }

    @CanIgnoreReturnValue
    private boolean mark(Subscription subscription, int code, long sequence) {
        Progress progress = subscription.progressFor(code);
        boolean first = progress.done(sequence);
        dirty.mark(subscription, progress);
        return first;
    }

    // ---- messages go ----

    /** The subscription is done with these messages, but for those that a transaction has taken. */
    void finish(Subscription subscription, Runs runs) {
        for (int run = 0; run < runs.size(); run++) {
            finish(subscription, runs.lane(run), runs.first(run), runs.count(run));
        }
    }

    /** As {@link #finish(Subscription, Runs)}, for one run. */
    void finish(Subscription subscription, int code, long first, long count) {
        Lane lane = subscription.address().lane(code);
        if (lane == null) {
            return;
        }
        long end = Math.min(first + count, lane.nextSequence());
        for (long sequence = Math.max(0, first); sequence < end; sequence++) {
            if (!subscription.isTaken(code, sequence)) {
                finish(subscription, lane, sequence);
            }
        }
    }

    private void finish(Subscription subscription, Lane lane, long sequence) {
        if (!mark(subscription, lane.code(), sequence)) {
            return;
        }
        subscription.address().countAcknowledged();
        if (subscription.attempts(lane.code(), sequence) != Attempts.NONE) {
            attempts(subscription, lane.code(), sequence, Attempts.NONE);
        }
        releaseMessage(subscription.address(), lane, sequence);
        effects.done(subscription, lane.code(), sequence);
    }

    /** Removes the message if no subscription is left that wants it. */
    void releaseMessage(Address address, Lane lane, long sequence) {
        if (address.isTopic() && isWanted(address, lane.code(), sequence)) {
            return;
        }
        StoredMessage message = lane.get(sequence);
        if (message != null && message.expiryMillis != 0) {
            due.remove(new DueIndex.Key(message.expiryMillis, message.number));
        }
        messages.remove(lane, sequence, message);
    }

    /** Whether some subscription has yet to be done with the message. */
    static boolean isWanted(Address address, int code, long sequence) {
        List<Subscription> subscriptions = address.subscriptions();
        for (int index = 0; index < subscriptions.size(); index++) {
            Progress progress = subscriptions.get(index).progress(code);
            if (progress == null || !progress.isDone(sequence)) {
                return true;
            }
        }
        return false;
    }

    // ---- failed deliveries ----

    private void attempts(Subscription subscription, int code, long sequence, long value) {
        subscription.attempts(code, sequence, value);
        dirty.failures(subscription, code, sequence);
    }

    /** One more delivery of the message failed, if it is not done and no transaction has it. */
    void countFailure(Subscription subscription, int code, long sequence) {
        if (isPending(subscription, code, sequence) && !subscription.isTaken(code, sequence)) {
            attempts(subscription, code, sequence, Attempts.failedAt(subscription.attempts(code, sequence), nowMillis));
            effects.failed(subscription, code, sequence);
        }
    }

    /** A delivery has begun, and these are the ones before it, known of or not. Nothing when it has failed itself meanwhile. */
    void begun(@Nullable Subscription subscription, int code, long sequence, long attempts) {
        if (subscription == null) {
            return;
        }
        long before = subscription.attempts(code, sequence);
        int failed = Attempts.failed(attempts);
        if (isPending(subscription, code, sequence) && Attempts.failed(before) <= failed) {
            boolean suspected = Attempts.isSuspected(attempts) || Attempts.isSuspected(before);
            long since = Attempts.failed(before) == failed ? Attempts.millis(before) : Attempts.millis(attempts);
            attempts(subscription, code, sequence, Attempts.of(failed, suspected, true, since));
        }
    }

    /** Deliveries that had begun ended, and nothing is counted. */
    void unseen(@Nullable Subscription subscription, Runs runs) {
        for (int run = 0; subscription != null && run < runs.size(); run++) {
            int code = runs.lane(run);
            for (long at = runs.first(run); at < runs.first(run) + runs.count(run); at++) {
                long before = subscription.attempts(code, at);
                if (Attempts.isBegun(before)) {
                    attempts(subscription, code, at, Attempts.ended(before));
                }
            }
        }
    }

    /** The subscription is done with a message, and what {@code letter} makes of it is in {@code queue}. */
    void deadLetter(Subscription subscription, MachineCommands.DeadLetter letter, Address queue) {
        MachineCommands.Source source = letter.source();
        MachineCommands.Body body = letter.body();
        MachineCommands.Bytes envelope = letter.envelope();
        StoredMessage message = new StoredMessage(
                messages.takeNumber(),
                new StoredMessage.Place(queue.id(), Lane.priority(source.code()), -1),
                0,
                body.number(),
                body.bytes(),
                envelope.length());
        messages.add(message, Objects.requireNonNull(envelope.slab()), envelope.offset());
        if (body.number() != 0) {
            messages.shareBody(body.number());
        }
        enqueue(queue, message, null, Long.MAX_VALUE);
        queue.countPublished();
        if (source.code() < Lane.TRANSIENT) {
            finish(subscription, Objects.requireNonNull(subscription.address().lane(source.code())), source.sequence());
        }
    }

    /** Whether the subscription has yet to be done with a message that is there. */
    static boolean isPending(Subscription subscription, int code, long sequence) {
        Lane lane = subscription.address().lane(code);
        Progress progress = subscription.progress(code);
        return lane != null
                && sequence >= 0
                && sequence < lane.nextSequence()
                && (progress == null || !progress.isDone(sequence));
    }
}
