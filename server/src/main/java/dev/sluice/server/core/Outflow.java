package dev.sluice.server.core;

import dev.sluice.server.selector.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** The way out of one subscription: its consumers, who holds which message, what came back. Owner: the shard thread. */
final class Outflow {
    /**
     * So many messages wait at most for their time while consumers look further for others, and what they hold meanwhile: at about 200
     * bytes each that is less than 2 MiB a subscription.
     */
    static final int DELAYED_MAX = 8192;

    /** Stands in the place of a consumer for a message whose end was proposed: expired, or acknowledged by one that does not hold it. */
    private final Consumer leaving;

    private final Subscription subscription;
    private final List<Group> groups = new ArrayList<>(1);
    private final Long2ObjectHashMap<Consumer> holds = new Long2ObjectHashMap<>();
    private final TreeMap<Long, Long> returned = new TreeMap<>();
    private final long[] delivered = new long[Lane.CODES];
    private final long[] proposedMarks = new long[Lane.CODES];
    /** The lowest sequence of each lane that cursors are to come to again; {@link Long#MAX_VALUE} for none. */
    private final long[] passed = new long[Lane.CODES];

    private final Resumption resumption = new Resumption(groups);
    private final PolicyInForce policy;
    private final Delays delays = new Delays();
    private final Deliveries deliveries;

    /** Null until there is a message of a group, or one that was claimed after a restart may be of one. */
    private @Nullable MessageGroups messageGroups;

    private int reclaiming;
    private int groupTurn;
    private boolean queued;
    private boolean moved;
    /** What waited before anyone was there has not been sent, or it is not logged how far. */
    private boolean firstBurst;

    Outflow(Subscription subscription, PolicyInForce policy) {
        this.subscription = subscription;
        this.policy = policy;
        this.deliveries = new Deliveries(subscription, policy);
        Arrays.fill(passed, Long.MAX_VALUE);
        firstBurst = subscription.pending() > 0;
        Group none = new Group(this, Selectors.known(""));
        this.leaving = new Consumer(new Session(0, 0, 0, ""), 0, this, none, Consumer.State.CLOSED);
    }

    Subscription subscription() {
        return subscription;
    }

    Consumer leaving() {
        return leaving;
    }

    List<Group> groups() {
        return groups;
    }

    /** Groups take turns. */
    Group nextGroup() {
        groupTurn = groupTurn + 1 >= groups.size() ? 0 : groupTurn + 1;
        return groups.get(groupTurn);
    }

    Group groupFor(Selector selector) {
        for (Group group : groups) {
            if (group.selector().equals(selector)) {
                return group;
            }
        }
        Group group = new Group(this, selector);
        groups.add(group);
        return group;
    }

    void leave(Consumer consumer) {
        Group group = consumer.group();
        group.consumers().remove(consumer);
        if (group.consumers().isEmpty()) {
            groups.remove(group);
        }
    }

    // ---- holds ----

    @Nullable Consumer holder(int code, long sequence) {
        return holds.get(Table.minor(code, sequence));
    }

    void hold(int code, long sequence, Consumer consumer) {
        holds.put(Table.minor(code, sequence), consumer);
        consumer.held(1);
    }

    /** The consumer holds a message of the group {@code key}, if of any. */
    void hold(int code, long sequence, Consumer consumer, long key) {
        hold(code, sequence, consumer);
        if (key != GroupKey.NONE) {
            messageGroupsMade().hold(key, code, sequence, consumer);
        }
    }

    /** The consumer goes on holding a message; after a restart no one knows of which group it is. */
    void claim(int code, long sequence, Consumer consumer, boolean afterRestart) {
        long key = messageGroups == null ? GroupKey.NONE : messageGroups.key(code, sequence);
        take(code, sequence);
        hold(code, sequence, consumer, key);
        if (afterRestart && key == GroupKey.NONE) {
            messageGroupsMade().claimed(code, sequence);
        }
    }

    @Nullable Consumer release(int code, long sequence) {
        Consumer holder = letGo(code, sequence);
        if (holder != null && messageGroups != null) {
            messageGroups.release(code, sequence);
        }
        return holder;
    }

    private @Nullable Consumer letGo(int code, long sequence) {
        Consumer holder = holds.remove(Table.minor(code, sequence));
        if (holder != null) {
            holder.held(-1);
        }
        return holder;
    }

    int held() {
        return holds.size();
    }

    /** What {@code consumer} holds, in order. */
    Runs heldBy(Consumer consumer) {
        long[] minors = new long[consumer.held()];
        int count = 0;
        for (Long2ObjectHashMap<Consumer>.EntryIterator entries =
                        holds.entrySet().iterator();
                entries.hasNext(); ) {
            entries.next();
            if (entries.getValue() == consumer) {
                minors[count++] = entries.getLongKey();
            }
        }
        Arrays.sort(minors, 0, count);
        Runs runs = new Runs();
        for (int index = 0; index < count; index++) {
            runs.add(Table.priority(minors[index]), Table.sequence(minors[index]));
        }
        return runs;
    }

    /** Names up to {@code most} messages that no one holds, and may claim: no one gets them any more. */
    Runs takeUnheld(int most) {
        Runs runs = new Runs();
        Address address = subscription.address();
        int left = isReclaiming() ? 0 : most;
        for (int codes = address.laneCodes(); codes != 0 && left > 0; codes &= codes - 1) {
            int code = Integer.numberOfTrailingZeros(codes);
            long next = Objects.requireNonNull(address.lane(code)).nextSequence();
            Progress progress = subscription.progressFor(code);
            for (long at = progress.nextPending(0, next);
                    at < next && left > 0;
                    at = progress.nextPending(at + 1, next)) {
                if (holder(code, at) == null) {
                    take(code, at);
                    hold(code, at, leaving);
                    runs.add(code, at);
                    left--;
                }
            }
        }
        return runs;
    }

    // ---- what came back ----

    /** Orders places as they are delivered: high priority first, then persistent, then by sequence. */
    static long order(int code, long sequence) {
        int priority = code & (Lane.TRANSIENT - 1);
        int rank = (Address.PRIORITIES - 1 - priority) * 2 + (code >= Lane.TRANSIENT ? 1 : 0);
        return Table.minor(rank, sequence);
    }

    /** All places of a lane are before it. */
    static long orderEnd(int code) {
        return order(code, 0) + Table.minor(1, 0);
    }

    /**
     * The message is to end, or to be a transaction's: no consumer holds it any more, but its group stays whose it was until it ends or comes
     * back. Returns who held it.
     */
    @Nullable Consumer reserve(int code, long sequence) {
        long key = messageGroups == null ? GroupKey.NONE : messageGroups.key(code, sequence);
        Consumer holder = letGo(code, sequence);
        if (holder != null) {
            hold(code, sequence, leaving);
            return holder;
        }
        take(code, sequence);
        hold(code, sequence, leaving, key);
        if (key == GroupKey.NONE) {
            messageGroupsMade().claimed(code, sequence);
        }
        return null;
    }

    /** Whoever holds the message lets go of it, and it is to be delivered again: now, or when it is time. */
    void giveBack(int code, long sequence) {
        if (letGo(code, sequence) == null) {
            return;
        }
        deliveries.cameBack(code, sequence);
        long due = dueMillis(code, sequence);
        if (due > 0) {
            delays.set(Table.minor(code, sequence), due);
            if (messageGroups != null) {
                messageGroups.delayHeld(code, sequence);
            }
        } else if (messageGroups == null || !messageGroups.giveBack(code, sequence)) {
            returned.put(order(code, sequence), Table.minor(code, sequence));
        }
    }

    /** A cursor passes the message, which no one holds: it waits with what came back. False when too many do. */
    boolean putAside(int code, long sequence) {
        boolean room = resumption.hasRoom(returned.size());
        if (room) {
            returned.put(order(code, sequence), Table.minor(code, sequence));
        }
        return room;
    }

    void take(int code, long sequence) {
        if (!returned.isEmpty()) {
            returned.remove(order(code, sequence));
        }
        boolean wasDelayed = delays.remove(Table.minor(code, sequence));
        if (messageGroups != null && wasDelayed) {
            messageGroups.endDelay(code, sequence);
        } else if (messageGroups != null) {
            messageGroups.take(code, sequence);
        }
    }

    /** The message is done. */
    void done(int code, long sequence) {
        take(code, sequence);
        deliveries.done(code, sequence);
        if (messageGroups != null) {
            messageGroups.forget(code, sequence);
        }
    }

    boolean hasReturned() {
        return returnedCount() > 0;
    }

    int returnedCount() {
        return returned.size() + (messageGroups == null ? 0 : messageGroups.waiting());
    }

    boolean isReturned(int code, long sequence) {
        return returned.containsKey(order(code, sequence))
                || (messageGroups != null && messageGroups.isWaiting(code, sequence));
    }

    /** What came back or waits in a lane, in order; what came back without that from {@code waitStart} to before {@code waitEnd}. */
    Behind behind(int code, long waitStart, long waitEnd) {
        Iterator<Long> places = waitStart >= waitEnd
                ? returned.subMap(order(code, 0), orderEnd(code)).values().iterator()
                : Stream.concat(
                                returned.subMap(order(code, 0), order(code, waitStart)).values().stream(),
                                returned.subMap(order(code, waitEnd), orderEnd(code)).values().stream())
                        .iterator();
        return new Behind(places, messageGroups == null ? List.of() : messageGroups.ready(code));
    }

    // ---- delays ----

    /** A consumer came or left. Where another policy holds than before, what waits does so for as long as that says; true then. */
    boolean renewPolicy() {
        boolean isOther = policy.renew(subscription.broughtPolicy());
        if (isOther) {
            delays.setAll(place -> dueMillis(Table.priority(place), Table.sequence(place)));
            lookAgain();
        }
        return isOther;
    }

    /** The message is not to be delivered before this time; 0 when it has not failed, or need not wait. */
    long dueMillis(int code, long sequence) {
        if (policy.now().delayMillis() == 0 || !subscription.hasFailures()) {
            return 0;
        }
        long attempts = subscription.attempts(code, sequence);
        return Attempts.failed(attempts) == 0
                ? 0
                : Attempts.millis(attempts) + policy.now().delayMillisAfter(Attempts.failed(attempts));
    }

    /** The message, of the group {@code key} if of any, which no one holds, waits until {@code dueMillis}; so does what is behind it in its group. */
    void delay(long key, int code, long sequence, long dueMillis) {
        take(code, sequence);
        delays.set(Table.minor(code, sequence), dueMillis);
        if (key != GroupKey.NONE) {
            messageGroupsMade().delay(key, code, sequence);
        }
    }

    /** A delivery of the message was counted as failed. When it came back before that, it waits from now on; true then. */
    boolean failed(int code, long sequence) {
        long due = dueMillis(code, sequence);
        boolean waits = due > 0 && isReturned(code, sequence);
        if (waits) {
            long key = messageGroups == null ? GroupKey.NONE : messageGroups.key(code, sequence);
            delay(key, code, sequence, due);
            if (key == GroupKey.NONE) {
                // Of which group it is has to be looked at before the next message of one goes out.
                messageGroupsMade().claimed(code, sequence);
            }
        }
        return waits;
    }

    /** Whether so many wait for their time that no one is to look for more that does. */
    boolean isFullOfDelays() {
        return delays.size() >= DELAYED_MAX;
    }

    boolean isDelayed(int code, long sequence) {
        return !delays.isEmpty() && delays.contains(Table.minor(code, sequence));
    }

    /** What has waited long enough is to be delivered again. */
    void endDelays(long nowMillis) {
        for (long place = delays.pollDue(nowMillis); place >= 0; place = delays.pollDue(nowMillis)) {
            int code = Table.priority(place);
            long sequence = Table.sequence(place);
            if (messageGroups == null || !messageGroups.resume(code, sequence)) {
                returned.put(order(code, sequence), place);
            }
        }
    }

    /** When the next message has waited long enough; {@link Long#MAX_VALUE} when none waits. */
    long nextDelayMillis() {
        return delays.nextMillis();
    }

    /** A message that no one holds is passed: cursors come to it again after {@link #lookAgain}. */
    void pass(int code, long sequence) {
        take(code, sequence);
        passed[code] = Math.min(passed[code], sequence);
    }

    /** Cursors go back to what was passed. */
    void lookAgain() {
        for (int code = 0; code < Lane.CODES; code++) {
            for (Group group : groups) {
                group.cursor(code, Math.min(group.cursor(code), passed[code]));
            }
            passed[code] = Long.MAX_VALUE;
        }
    }

    // ---- message groups ----

    /** Its message groups, or null as long as it has none. */
    @Nullable MessageGroups messageGroups() {
        return messageGroups;
    }

    private MessageGroups messageGroupsMade() {
        MessageGroups made = messageGroups;
        if (made == null) {
            made = new MessageGroups(leaving);
            messageGroups = made;
        }
        return made;
    }

    /** Who alone may have a message of the group now, or null. */
    @Nullable Consumer owner(long key) {
        return key == GroupKey.NONE || messageGroups == null ? null : messageGroups.owner(key);
    }

    /** The message, which no one holds, waits for the owner of its group; false when too many do. */
    boolean await(long key, int code, long sequence) {
        boolean waits = messageGroupsMade().await(key, code, sequence);
        if (waits) {
            returned.remove(order(code, sequence));
        }
        return waits;
    }

    /** Whether the message at which {@code behind} stands, with others of its group, may not go to a consumer of {@code asking} just now. */
    boolean mustWait(Behind behind, Group asking, DispatcherEffects effects) {
        MessageGroups.Line line = behind.line();
        boolean waits = line != null && messageGroups != null && messageGroups.mustWait(line, asking, effects);
        if (waits) {
            behind.skipLine();
        }
        return waits;
    }

    /** After a look {@link #behind}: what was seen to wait for an owner that can take no more is not looked at again until it can. */
    void block() {
        if (messageGroups != null) {
            messageGroups.block();
        }
    }

    /** A consumer may be able to take more: of what waits for it too. */
    void unblock(Consumer consumer) {
        if (messageGroups != null) {
            messageGroups.unblock(consumer);
        }
    }

    // ---- a restart ----

    void reclaiming(int change) {
        reclaiming += change;
    }

    boolean isReclaiming() {
        return reclaiming > 0;
    }

    /** A consumer came back, and said what it received. True when order is to be kept that was not to be kept before. */
    boolean resumed(Consumer consumer, long nowMillis) {
        boolean isAlone = groups.size() == 1 && groups.get(0).consumers().size() == 1;
        return !isAlone && resumption.resumed(sentEnds(consumer), nowMillis);
    }

    /** As far as the consumer or any other was sent each lane; no further than the lane goes, whatever a client says. */
    private long[] sentEnds(Consumer consumer) {
        long[] ends = new long[Lane.CODES];
        for (int code = 0; code < Lane.CODES; code++) {
            Lane lane = subscription.address().lane(code);
            long next = lane == null ? 0 : lane.nextSequence();
            ends[code] = Math.min(Math.max(consumer.sentEnd(code), delivered[code]), next);
        }
        return ends;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    Resumption resumption() {
        return resumption;
    }

    // ---- marks ----

    void delivered(int code, long sequence) {
        if (sequence >= delivered[code]) {
            delivered[code] = sequence + 1;
            moved = true;
        }
    }

    boolean hasMoved() {
        return moved;
    }

    /**
     * Whether nothing that waited was sent yet, or it is not logged how far. If it was there before the server was, it may be what has ended that before, again
     * and again; so it is logged first. Everything later is logged soon enough with what clients say.
     */
    boolean isFirstBurst() {
        return firstBurst;
    }

    /** Shows how far each persistent lane was delivered since the last time; false when not all of it was taken. */
    boolean drainMarks(Dispatcher.MarkVisitor visitor) {
        for (int code = 0; code < Address.PRIORITIES; code++) {
            if (delivered[code] > proposedMarks[code]) {
                if (!visitor.mark(subscription, code, delivered[code])) {
                    return false;
                }
                proposedMarks[code] = delivered[code];
            }
        }
        moved = false;
        firstBurst = false;
        return true;
    }

    // ---- turns ----

    boolean queue() {
        boolean first = !queued;
        queued = true;
        return first;
    }

    void unqueue() {
        queued = false;
    }

    /** Whether nothing would be lost if it were made anew. */
    boolean isIdle() {
        return groups.isEmpty() && holds.isEmpty() && !moved && deliveries.isIdle();
    }
}
