package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The message groups of one subscription. A group belongs to the consumer that holds messages of it, until none is held, by it or by a
 * transaction that took them from it; what no other may have meanwhile, and its owner cannot take yet, waits here in lines, one for each group and lane. A group of which nothing is held
 * and nothing waits is not known. As long as one message of a group waits for its time, after a delivery that failed, none of the group
 * goes out. Owner: the shard thread.
 */
final class MessageGroups {
    /**
     * So many messages wait at most for the owners of their groups while consumers look further for others: at about 100 bytes each that
     * is less than 1 MiB a subscription.
     */
    static final int WAITING_MAX = 8192;

    private final Long2ObjectHashMap<MessageGroup> groups = new Long2ObjectHashMap<>();
    /** The group of each message that is held or waits, by its place. */
    private final Long2ObjectHashMap<MessageGroup> members = new Long2ObjectHashMap<>();
    /** Lines whose owner, as far as is known, can take more; by the first that waits in them. */
    private final TreeMap<Long, Line> ready = new TreeMap<>();

    private final LinkedHashMap<Consumer, LinkedHashSet<Line>> blocked = new LinkedHashMap<>();
    private final ArrayList<Line> toBlock = new ArrayList<>();
    /** Messages that were claimed after a restart, before anyone saw of which groups they are; some came back meanwhile. */
    private final TreeSet<Long> unknown = new TreeSet<>();

    /** Stands for the owner of a group that goes to no one just now. */
    private final Consumer nobody;

    private boolean seen;
    private int waiting;

    /** {@code nobody} is a consumer that can take nothing. */
    MessageGroups(Consumer nobody) {
        this.nobody = nobody;
    }

    /** Messages of one group, and who owns it. */
    private static final class MessageGroup {
        private final long key;
        private final List<Line> lines = new ArrayList<>(1);
        private @Nullable Consumer owner;
        private int held;
        /** How many of its messages wait for their time. */
        private int delayed;

        MessageGroup(long key) {
            this.key = key;
        }

        @Nullable Line line(int code) {
            for (int index = 0; index < lines.size(); index++) {
                if (lines.get(index).code == code) {
                    return lines.get(index);
                }
            }
            return null;
        }
    }

    /** What waits of one group in one lane; never empty outside of a call. */
    static final class Line {
        private final MessageGroup group;
        private final int code;
        private final TreeSet<Long> sequences = new TreeSet<>();
        private @Nullable Consumer blockedBy;

        private Line(MessageGroup group, int code) {
            this.group = group;
            this.code = code;
        }

        private long order() {
            return Outflow.order(code, sequences.first());
        }

        /** What waits, in order. */
        Collection<Long> sequences() {
            return sequences;
        }
    }

    /** Who alone may have messages of a group now; null for anyone. */
    @Nullable Consumer owner(long key) {
        MessageGroup group = groups.get(key);
        return group == null ? null : owner(group);
    }

    private @Nullable Consumer owner(MessageGroup group) {
        return group.delayed > 0 ? nobody : group.owner;
    }

    /** The key of a message that is held or waits; {@link GroupKey#NONE} when it has no group or is not known. */
    long key(int code, long sequence) {
        MessageGroup group = members.get(Table.minor(code, sequence));
        return group == null ? GroupKey.NONE : group.key;
    }

    /** Whether a message of the group may not go to a consumer of {@code asking} just now. */
    boolean mustWait(long key, Group asking, DispatcherEffects effects) {
        Consumer owner = owner(key);
        return owner != null && (owner.group() != asking || !canTake(owner, effects));
    }

    private static boolean canTake(Consumer owner, DispatcherEffects effects) {
        return owner.hasCredit() && !effects.isBusy(owner);
    }

    boolean isEmpty() {
        return groups.isEmpty() && members.isEmpty() && ready.isEmpty() && blocked.isEmpty() && unknown.isEmpty();
    }

    // ---- holds ----

    /** A consumer holds a message of the group, or a transaction has it: it is the owner, unless there is one. */
    void hold(long key, int code, long sequence, Consumer consumer) {
        MessageGroup group = group(key);
        Consumer owner = group.owner;
        if (owner == null || owner.state() == Consumer.State.CLOSED) {
            // After a restart: what a transaction or a closed consumer has of it was looked at first.
            group.owner = consumer;
        }
        group.held++;
        members.put(Table.minor(code, sequence), group);
    }

    private MessageGroup group(long key) {
        MessageGroup group = groups.get(key);
        if (group == null) {
            group = new MessageGroup(key);
            groups.put(key, group);
        }
        return group;
    }

    /** A message that was held is done, or will be. */
    void release(int code, long sequence) {
        unknown.remove(Table.minor(code, sequence));
        MessageGroup group = members.remove(Table.minor(code, sequence));
        if (group != null) {
            letGo(group);
        }
    }

    /** A message that was held waits again; false when it is of no group that is known. */
    boolean giveBack(int code, long sequence) {
        MessageGroup group = members.get(Table.minor(code, sequence));
        if (group == null) {
            return false;
        }
        add(group, code, sequence);
        letGo(group);
        return true;
    }

    private void letGo(MessageGroup group) {
        group.held--;
        if (group.held == 0) {
            group.owner = null;
            unblock(group);
            forgetWhenEmpty(group);
        }
    }

    private void unblock(MessageGroup group) {
        for (Line line : group.lines) {
            unblock(line);
        }
    }

    private void forgetWhenEmpty(MessageGroup group) {
        if (group.held == 0 && group.delayed == 0 && group.lines.isEmpty()) {
            groups.remove(group.key);
        }
    }

    // ---- what waits for its time ----

    /** A message that was held waits for its time, and its group with it, if it is of any that is known. */
    void delayHeld(int code, long sequence) {
        MessageGroup group = members.get(Table.minor(code, sequence));
        if (group != null) {
            group.delayed++;
            letGo(group);
        }
    }

    /** A message that no one holds waits for its time, and its group with it. */
    void delay(long key, int code, long sequence) {
        MessageGroup group = group(key);
        group.delayed++;
        members.put(Table.minor(code, sequence), group);
        unknown.remove(Table.minor(code, sequence));
    }

    /** A message that waited for its time is the next of its group again; false when it is of none that is known. */
    boolean resume(int code, long sequence) {
        MessageGroup group = members.get(Table.minor(code, sequence));
        if (group == null) {
            return false;
        }
        add(group, code, sequence);
        endDelay(group);
        return true;
    }

    /** A message that waited for its time does so no longer: it is held, or ends. */
    void endDelay(int code, long sequence) {
        MessageGroup group = members.remove(Table.minor(code, sequence));
        if (group != null) {
            endDelay(group);
        }
    }

    private void endDelay(MessageGroup group) {
        group.delayed--;
        if (group.delayed == 0) {
            unblock(group);
        }
        forgetWhenEmpty(group);
    }

    // ---- what waits ----

    /** A message waits for the owner of its group; false when too many do. */
    boolean await(long key, int code, long sequence) {
        if (members.containsKey(Table.minor(code, sequence))) {
            return true;
        }
        if (waiting >= WAITING_MAX) {
            return false;
        }
        MessageGroup group = Objects.requireNonNull(groups.get(key));
        members.put(Table.minor(code, sequence), group);
        add(group, code, sequence);
        return true;
    }

    private void add(MessageGroup group, int code, long sequence) {
        Line line = group.line(code);
        if (line == null) {
            line = new Line(group, code);
            group.lines.add(line);
        } else if (line.blockedBy == null) {
            ready.remove(line.order());
        }
        line.sequences.add(sequence);
        waiting++;
        if (line.blockedBy == null) {
            ready.put(line.order(), line);
        }
    }

    /** A message waits no longer, if it did. */
    void take(int code, long sequence) {
        MessageGroup group = waiting == 0 ? null : members.get(Table.minor(code, sequence));
        Line line = group == null ? null : group.line(code);
        if (group == null || line == null || !line.sequences.contains(sequence)) {
            return;
        }
        if (line.blockedBy == null) {
            ready.remove(line.order());
        }
        members.remove(Table.minor(code, sequence));
        line.sequences.remove(sequence);
        waiting--;
        if (line.sequences.isEmpty()) {
            unblock(line);
            group.lines.remove(line);
            forgetWhenEmpty(group);
        } else if (line.blockedBy == null) {
            ready.put(line.order(), line);
        }
    }

    int waiting() {
        return waiting;
    }

    boolean isWaiting(int code, long sequence) {
        MessageGroup group = members.get(Table.minor(code, sequence));
        Line line = group == null ? null : group.line(code);
        return line != null && line.sequences.contains(sequence);
    }

    /** The lines of a lane whose messages may go, as far as is known, by the first of them. */
    Collection<Line> ready(int code) {
        return ready.subMap(Outflow.order(code, 0), Outflow.orderEnd(code)).values();
    }

    /**
     * Whether nothing of this line may go to a consumer of {@code asking} just now. When its owner can take no more, no one looks at the
     * line again until {@link #unblock(Consumer)} or until the group is anyone's.
     */
    boolean mustWait(Line line, Group asking, DispatcherEffects effects) {
        Consumer owner = owner(line.group);
        if (owner == null) {
            return false;
        }
        boolean able = canTake(owner, effects);
        if (!able && line.blockedBy == null) {
            toBlock.add(line);
        }
        return !able || owner.group() != asking;
    }

    /** After lines were looked at: those whose owner can take no more are looked at no more. */
    void block() {
        for (int index = 0; index < toBlock.size(); index++) {
            Line line = toBlock.get(index);
            Consumer owner = owner(line.group);
            if (owner != null && line.blockedBy == null && !line.sequences.isEmpty()) {
                ready.remove(line.order());
                line.blockedBy = owner;
                blocked.computeIfAbsent(owner, key -> new LinkedHashSet<>()).add(line);
            }
        }
        toBlock.clear();
    }

    private void unblock(Line line) {
        Consumer owner = line.blockedBy;
        if (owner != null) {
            line.blockedBy = null;
            LinkedHashSet<Line> lines = Objects.requireNonNull(blocked.get(owner));
            lines.remove(line);
            if (lines.isEmpty()) {
                blocked.remove(owner);
            }
            if (!line.sequences.isEmpty()) {
                ready.put(line.order(), line);
            }
        }
    }

    /** A consumer may be able to take more. */
    void unblock(Consumer owner) {
        LinkedHashSet<Line> lines = blocked.get(owner);
        if (lines != null) {
            new ArrayList<>(lines).forEach(this::unblock);
        }
    }

    // ---- after a restart ----

    /** A consumer has claimed a message, of whatever group. */
    void claimed(int code, long sequence) {
        unknown.add(Table.minor(code, sequence));
    }

    /** It is done: nobody needs to look at it. */
    void forget(int code, long sequence) {
        unknown.remove(Table.minor(code, sequence));
    }

    /** There are groups: before the next message of one goes out, each claimed message must be looked at. */
    void seen() {
        seen = true;
    }

    /** The place of a claimed message that must be looked at, or -1. */
    long toLookAt() {
        return seen && !unknown.isEmpty() ? unknown.first() : -1;
    }

    /** A claimed message was looked at. */
    void lookedAt(long place, long key, @Nullable Consumer holder) {
        if (unknown.remove(place) && key != GroupKey.NONE && holder != null) {
            hold(key, Table.priority(place), Table.sequence(place), holder);
        }
    }
}
