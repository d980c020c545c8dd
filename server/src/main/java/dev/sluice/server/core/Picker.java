package dev.sluice.server.core;

import dev.sluice.server.core.DispatcherEffects.DeadLetterRoom;
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
    /** Nothing is to be looked for just now. */
    private boolean stopped;

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
        stopped = false;
        for (int priority = Address.PRIORITIES - 1; priority >= 0 && !group.isLoading(); priority--) {
            int first = transientFirst ? priority | Lane.TRANSIENT : priority;
            for (int code = first, turns = 0; turns < 2; turns++, code ^= Lane.TRANSIENT) {
                if ((codes & (1 << code)) != 0) {
                    StoredMessage message = next(outflow, group, code);
                    if (message != null || group.isLoading() || stopped) {
                        return message;
                    }
                }
            }
        }
        return null;
    }

    /**
     * Whether what was delivered as often as it may be can go to the dead-letter queue. When that is to be soon, nothing is looked for until
     * then; when there is no space, it is passed, and what is behind it goes on: what is consumed makes space.
     */
    private boolean mayMove(Outflow outflow) {
        DeadLetterRoom room = endings.room(outflow, nowMillis);
        stopped = room == DeadLetterRoom.SOON;
        return room == DeadLetterRoom.THERE;
    }

    private @Nullable StoredMessage next(Outflow outflow, Group group, int code) {
        Lane lane = Objects.requireNonNull(outflow.subscription().address().lane(code));
        long waitStart = outflow.resumption().waitStart(group, code);
        long waitEnd = outflow.resumption().waitEnd(group, code, effects);
        if (outflow.hasReturned()) {
            StoredMessage message = nextReturned(outflow, group, lane, new Wait(waitStart, waitEnd));
            if (message != null || group.isLoading() || stopped) {
                return message;
            }
        }
        Progress progress = outflow.subscription().progressFor(code);
        long sequence = group.cursor(code);
        for (; ; sequence++) {
            sequence = progress.nextPending(sequence, lane.nextSequence());
            group.cursor(code, sequence);
            if (sequence >= lane.nextSequence() || outflow.isFullOfDelays()) {
                return null;
            }
            boolean passes = outflow.holder(code, sequence) != null || outflow.isDelayed(code, sequence);
            boolean waits = sequence >= waitStart && sequence < waitEnd && !isEarly(outflow, code, sequence);
            if (passes || (waits && outflow.putAside(code, sequence))) {
                continue;
            }
            boolean over = outflow.deliveries().isOver(code, sequence);
            if (over && !mayMove(outflow)) {
                if (stopped) {
                    return null;
                }
                outflow.pass(code, sequence);
                continue;
            }
            StoredMessage message = finder.find(group.ahead(), lane, sequence);
            if (message == null) {
                return null;
            }
            if (isExpired(message)) {
                endings.expire(outflow, code, sequence);
            } else if (isEarly(outflow, code, sequence)) {
                delay(outflow, message);
            } else if (group.matches(message)) {
                if (over) {
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

    /** What is in a lane from {@code start} to before {@code end} waits for someone who may have lost it. */
    private record Wait(long start, long end) {}

    private @Nullable StoredMessage nextReturned(Outflow outflow, Group group, Lane lane, Wait wait) {
        while (true) {
            List<StoredMessage> aside = new ArrayList<>(0);
            StoredMessage found = findReturned(outflow, group, lane, wait, aside);
            outflow.block();
            aside.forEach(message -> putAside(outflow, message));
            // What was seen before it and now waits for its time has its group wait, too: each time at least one such
            // message.
            if (found == null || aside.isEmpty() || mayGo(outflow, group, found)) {
                return found;
            }
            if (group.isLoading() || stopped) {
                return null;
            }
        }
    }

    /** What of it is next as things stand; {@code aside} gets what is before it and not to be delivered now. */
    private @Nullable StoredMessage findReturned(
            Outflow outflow, Group group, Lane lane, Wait wait, List<StoredMessage> aside) {
        int code = lane.code();
        Behind behind = outflow.behind(code, wait.start, wait.end);
        // The cursor comes to what is not before it, in order.
        for (long sequence = behind.next(); sequence >= 0 && sequence < group.cursor(code); sequence = behind.next()) {
            if (group.isUnwanted(code, sequence) || outflow.mustWait(behind, group, effects)) {
                continue;
            }
            StoredMessage message = finder.find(group.behind(), lane, sequence);
            if (message == null) {
                return null;
            }
            if (isExpired(message) || isEarly(outflow, code, sequence)) {
                aside.add(message);
            } else if (!group.matches(message)) {
                group.unwanted(code, sequence);
            } else if (outflow.deliveries().isOver(code, sequence)) {
                aside.add(message);
                if (!mayMove(outflow) && stopped) {
                    return null;
                }
            } else if (!outflow.resumption().leaves(group, message)) {
                if (mayGo(outflow, group, message) || group.isLoading()) {
                    return group.isLoading() ? null : message;
                }
                aside.add(message);
            }
        }
        return null;
    }

    /** Seen among what came back, and not to be delivered now. */
    private void putAside(Outflow outflow, StoredMessage message) {
        int code = message.code();
        if (isExpired(message)) {
            endings.expire(outflow, code, message.sequence());
        } else if (isEarly(outflow, message.code(), message.sequence())) {
            delay(outflow, message);
        } else if (outflow.deliveries().isOver(code, message.sequence())) {
            if (mayMove(outflow)) {
                endings.deadLetter(outflow, message, nowMillis);
            } else if (!stopped) {
                outflow.pass(code, message.sequence());
            }
        } else {
            // Where too many wait already, it stays with what came back.
            var unused = outflow.await(GroupKey.of(message), code, message.sequence());
        }
    }

    /** Whether its last delivery failed so short a time ago that it must wait. */
    private boolean isEarly(Outflow outflow, int code, long sequence) {
        return outflow.dueMillis(code, sequence) > nowMillis;
    }

    private static void delay(Outflow outflow, StoredMessage message) {
        int code = message.code();
        outflow.delay(GroupKey.of(message), code, message.sequence(), outflow.dueMillis(code, message.sequence()));
    }

    private boolean isExpired(StoredMessage message) {
        return message.isExpired(nowMillis);
    }
}
