package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the message that is next for the consumers of a group: by priority, then in order, what came back before what is new. What it sees
 * on its way that has expired, or failed too often, it ends; what failed and is not due again waits for its time. Owner: the shard thread.
 */
final class Picker {
    private final Finder finder;
    private final Endings endings;
    private final DispatcherEffects effects;
    private long nowMillis;

    Picker(Finder finder, Endings endings, DispatcherEffects effects) {
        this.finder = finder;
        this.endings = endings;
        this.effects = effects;
    }

    void nowMillis(long now) {
        nowMillis = now;
    }

    /** The next message that a consumer of the group may have, which no one holds; null when there is none, or one must be read first. */
    @Nullable StoredMessage next(Outflow outflow, Group group) {
        if (!knowsClaims(outflow, group)) {
            return null;
        }
        Address address = outflow.subscription().address();
        int codes = address.laneCodes();
        boolean transientFirst = address.isOverflowing();
        for (int priority = Address.PRIORITIES - 1; priority >= 0 && !group.isLoading(); priority--) {
            int first = transientFirst ? priority | Lane.TRANSIENT : priority;
            for (int code = first, turns = 0; turns < 2; turns++, code ^= Lane.TRANSIENT) {
                if ((codes & (1 << code)) != 0) {
                    StoredMessage message = next(outflow, group, code);
                    if (message != null || group.isLoading()) {
                        return message;
                    }
                }
            }
        }
        return null;
    }

    private @Nullable StoredMessage next(Outflow outflow, Group group, int code) {
        Lane lane = Objects.requireNonNull(outflow.subscription().address().lane(code));
        long waitStart = outflow.resumption().waitStart(group, code);
        long waitEnd = outflow.resumption().waitEnd(group, code, effects);
        if (outflow.hasReturned()) {
            StoredMessage message = nextReturned(outflow, group, lane, outflow.behind(code, waitStart, waitEnd));
            if (message != null || group.isLoading()) {
                return message;
            }
        }
        Progress progress = outflow.subscription().progressFor(code);
        long sequence = group.cursor(code);
        for (; ; sequence++) {
            sequence = progress.nextPending(sequence, lane.nextSequence());
            group.cursor(code, sequence);
            if (sequence >= lane.nextSequence()) {
                return null;
            }
            boolean passed = outflow.holder(code, sequence) != null || outflow.isDelayed(code, sequence);
            if (passed || (sequence >= waitStart && sequence < waitEnd && outflow.putAside(code, sequence))) {
                continue;
            }
            StoredMessage message = finder.find(group.ahead(), lane, sequence);
            if (message == null) {
                return null;
            }
            if (isExpired(message)) {
                endings.expire(outflow, code, sequence);
            } else if (isEarly(outflow, message)) {
                delay(outflow, message);
            } else if (group.matches(message)) {
                if (outflow.isOver(code, sequence)) {
                    endings.deadLetter(outflow, message, nowMillis);
                    continue;
                }
                if (outflow.resumption().leaves(group, message) && outflow.putAside(code, sequence)) {
                    continue;
                }
                if (mayGo(outflow, group, message)) {
                    group.cursor(code, sequence + 1);
                    return message;
                }
                if (group.isLoading() || !outflow.await(GroupKey.of(message), code, sequence)) {
                    return null;
                }
            }
        }
    }

    /** Whether the message may go to a consumer of {@code group}: to any, or to the one that has its message group. */
    private boolean mayGo(Outflow outflow, Group group, StoredMessage message) {
        long key = GroupKey.of(message);
        MessageGroups groups = key == GroupKey.NONE ? null : outflow.messageGroups();
        if (groups == null) {
            return true;
        }
        groups.seen();
        return knowsClaims(outflow, group) && !groups.mustWait(key, group, effects);
    }

    /** Whether it is known of which message groups those are that were claimed after a restart; asked where there are any. */
    private boolean knowsClaims(Outflow outflow, Group group) {
        MessageGroups groups = outflow.messageGroups();
        if (groups == null) {
            return true;
        }
        for (long place = groups.toLookAt(); place >= 0; place = groups.toLookAt()) {
            int code = Table.priority(place);
            Lane lane = Objects.requireNonNull(outflow.subscription().address().lane(code));
            StoredMessage message = finder.find(group.behind(), lane, Table.sequence(place));
            if (message == null) {
                return false;
            }
            long key = GroupKey.of(message);
            groups.lookedAt(place, key, outflow.holder(code, message.sequence()));
            if (key != GroupKey.NONE && outflow.isDelayed(code, message.sequence())) {
                groups.delay(key, code, message.sequence());
            }
        }
        return true;
    }

    private @Nullable StoredMessage nextReturned(Outflow outflow, Group group, Lane lane, Behind behind) {
        int code = lane.code();
        List<StoredMessage> aside = new ArrayList<>(0);
        StoredMessage found = null;
        // The cursor comes to what is not before it, in order.
        for (long sequence = behind.next(); sequence >= 0 && sequence < group.cursor(code); sequence = behind.next()) {
            if (group.isUnwanted(code, sequence) || outflow.mustWait(behind, group, effects)) {
                continue;
            }
            StoredMessage message = finder.find(group.behind(), lane, sequence);
            if (message == null) {
                break;
            }
            if (isExpired(message) || isEarly(outflow, message)) {
                aside.add(message);
            } else if (!group.matches(message)) {
                group.unwanted(code, sequence);
            } else if (outflow.isOver(code, sequence)) {
                aside.add(message);
            } else if (!outflow.resumption().leaves(group, message)) {
                if (mayGo(outflow, group, message) || group.isLoading()) {
                    found = group.isLoading() ? null : message;
                    break;
                }
                aside.add(message);
            }
        }
        outflow.block();
        aside.forEach(message -> putAside(outflow, message));
        return found;
    }

    /** Seen among what came back, and not to be delivered now. */
    private void putAside(Outflow outflow, StoredMessage message) {
        int code = message.code();
        if (isExpired(message)) {
            endings.expire(outflow, code, message.sequence());
        } else if (isEarly(outflow, message)) {
            delay(outflow, message);
        } else if (outflow.isOver(code, message.sequence())) {
            endings.deadLetter(outflow, message, nowMillis);
        } else {
            // Where too many wait already, it stays with what came back.
            var unused = outflow.await(GroupKey.of(message), code, message.sequence());
        }
    }

    /** Whether its last delivery failed so short a time ago that it must wait. */
    private boolean isEarly(Outflow outflow, StoredMessage message) {
        return outflow.dueMillis(message.code(), message.sequence()) > nowMillis;
    }

    private static void delay(Outflow outflow, StoredMessage message) {
        int code = message.code();
        outflow.delay(GroupKey.of(message), code, message.sequence(), outflow.dueMillis(code, message.sequence()));
    }

    private boolean isExpired(StoredMessage message) {
        return message.isExpired(nowMillis);
    }
}
