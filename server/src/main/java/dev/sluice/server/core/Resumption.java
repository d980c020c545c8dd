package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the order that each consumer sees when messages were lost on the way to one of them, with a connection or with the server, and
 * others have had later ones. Who was to get a lost message is not known for certain, only that it was someone who came back and
 * has had nothing beyond it. So for a while what may have been lost waits for such a one, and goes to anyone when
 * there is none. Owner: the shard thread.
 */
final class Resumption {
    /** Those who take more do so at once; who does not by then holds up nobody any longer. */
    private static final long MILLIS = 10_000;
    /** Messages of a subscription that may wait; any more go to anyone. */
    private static final int WAITING_MAX = 8192;

    private static final long[] NONE = {};

    private final List<Group> groups;
    private final List<Deferred> deferred = new ArrayList<>(0);
    /** Behind the last message of each lane that some consumer has had; nothing is on when it is empty. */
    private long[] ends = NONE;

    private long untilMillis;
    private long checkMillis;

    /** A message that a group leaves to another one. */
    private record Deferred(Group group, int code, long sequence) {}

    Resumption(List<Group> groups) {
        this.groups = groups;
    }

    /** A consumer came back; of each lane, it and others have had what is before these. True when it was not on before. */
    boolean resumed(long[] sentEnds, long nowMillis) {
        boolean begins = ends.length == 0;
        untilMillis = nowMillis + MILLIS;
        if (begins) {
            ends = new long[Lane.CODES];
            checkMillis = untilMillis;
        }
        for (int code = 0; code < Lane.CODES; code++) {
            ends[code] = Math.max(ends[code], sentEnds[code]);
        }
        return begins;
    }

    /** When to {@link #check}. */
    long checkMillis() {
        return checkMillis;
    }

    /** Ends it when its time is over; true then. */
    boolean check(long nowMillis) {
        if (nowMillis < untilMillis) {
            checkMillis = untilMillis;
            return false;
        }
        ends = NONE;
        for (Group group : groups) {
            group.consumers().forEach(Consumer::resumptionOver);
        }
        for (Deferred each : deferred) {
            each.group.wanted(each.code, each.sequence);
        }
        deferred.clear();
        return true;
    }

    /** Whether it is on, and the message may have been lost. */
    boolean covers(int code, long sequence) {
        return ends.length > 0 && sequence < ends[code];
    }

    /** From here on, and before {@link #waitEnd}, one of the group has lost messages that cannot take them just now. */
    long waitStart(Group group, int code) {
        return ends.length == 0 ? 0 : group.lowestLost(code);
    }

    /** From here on a consumer of the group can take what comes next, or nothing was lost. */
    long waitEnd(Group group, int code, DispatcherEffects effects) {
        return ends.length == 0 ? 0 : Math.min(ends[code], group.lowestTaken(code, effects));
    }

    boolean hasRoom(int waiting) {
        return waiting < WAITING_MAX;
    }

    /** Whether the message, which any consumer of {@code asking} might get, is left to another group: one of its own has had nothing beyond it. */
    boolean leaves(Group asking, StoredMessage message) {
        int code = message.code();
        if (!covers(code, message.sequence())
                || deferred.size() >= WAITING_MAX
                || asking.lowestLost(code) <= message.sequence()) {
            return false;
        }
        for (Group group : groups) {
            if (group != asking && group.lowestLost(code) <= message.sequence() && group.matches(message)) {
                asking.unwanted(code, message.sequence());
                deferred.add(new Deferred(asking, code, message.sequence()));
                return true;
            }
        }
        return false;
    }
}
