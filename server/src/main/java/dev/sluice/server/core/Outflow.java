package dev.sluice.server.core;

import dev.sluice.server.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/** The way out of one subscription: its consumers, who holds which message, what came back. Owner: the shard thread. */
final class Outflow {
    /** Stands in the place of a consumer for a message whose end was proposed: expired, or acknowledged by one that does not hold it. */
    private final Consumer leaving;

    private final Subscription subscription;
    private final List<Group> groups = new ArrayList<>(1);
    private final Long2ObjectHashMap<Consumer> holds = new Long2ObjectHashMap<>();
    private final TreeMap<Long, Long> returned = new TreeMap<>();
    private final long[] recoveredMarks = new long[Lane.CODES];
    private final long[] delivered = new long[Lane.CODES];
    private final long[] proposedMarks = new long[Lane.CODES];
    private final LongHashSet claimed = new LongHashSet();
    private int reclaiming;
    private int groupTurn;
    private boolean queued;
    private boolean moved;

    Outflow(Subscription subscription) {
        this.subscription = subscription;
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

    @Nullable Consumer release(int code, long sequence) {
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
        java.util.Arrays.sort(minors, 0, count);
        Runs runs = new Runs();
        for (int index = 0; index < count; index++) {
            runs.add(Table.priority(minors[index]), Table.sequence(minors[index]));
        }
        return runs;
    }

    // ---- what came back ----

    /** Orders places as they are delivered: high priority first, then persistent, then by sequence. */
    private static long order(int code, long sequence) {
        int priority = code & (Lane.TRANSIENT - 1);
        int rank = (Address.PRIORITIES - 1 - priority) * 2 + (code >= Lane.TRANSIENT ? 1 : 0);
        return Table.minor(rank, sequence);
    }

    void giveBack(int code, long sequence) {
        returned.put(order(code, sequence), Table.minor(code, sequence));
    }

    void take(int code, long sequence) {
        if (!returned.isEmpty()) {
            returned.remove(order(code, sequence));
        }
    }

    boolean hasReturned() {
        return !returned.isEmpty();
    }

    int returnedCount() {
        return returned.size();
    }

    boolean isReturned(int code, long sequence) {
        return returned.containsKey(order(code, sequence));
    }

    /** The places that came back in a lane, in order. */
    Iterable<Long> returned(int code) {
        return returned.subMap(order(code, 0), order(code, 0) + (1L << 56)).values();
    }

    // ---- a restart ----

    /** Remembers how far it may have been delivered before the restart. */
    void recover() {
        for (int code = 0; code < Address.PRIORITIES; code++) {
            Progress progress = subscription.progress(code);
            recoveredMarks[code] = progress == null ? 0 : progress.mark();
        }
    }

    int deliveryCount(int code, long sequence) {
        boolean lost = sequence < recoveredMarks[code] && !claimed.contains(Table.minor(code, sequence));
        return subscription.failures(code, sequence) + 1 + (lost ? 1 : 0);
    }

    /** The delivery before the restart goes on: it is no other one. */
    void claimed(int code, long sequence) {
        if (sequence < recoveredMarks[code]) {
            claimed.add(Table.minor(code, sequence));
        }
    }

    void reclaiming(int change) {
        reclaiming += change;
    }

    boolean isReclaiming() {
        return reclaiming > 0;
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

    /** Shows how far each persistent lane was delivered since the last time. */
    void drainMarks(MarkVisitor visitor) {
        moved = false;
        for (int code = 0; code < Address.PRIORITIES; code++) {
            if (delivered[code] > proposedMarks[code]) {
                proposedMarks[code] = delivered[code];
                visitor.mark(subscription, code, delivered[code]);
            }
        }
    }

    /** Sees marks. */
    @FunctionalInterface
    interface MarkVisitor {
        void mark(Subscription subscription, int priority, long sequence);
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
        if (!groups.isEmpty() || !holds.isEmpty() || moved) {
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
