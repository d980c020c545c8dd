package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.agrona.collections.Long2LongHashMap;

/**
 * What is due later, each at one time: messages of a subscription that are not to be delivered before, and subscriptions that have some.
 * Owner: the shard thread.
 */
final class Delays {
    private static final long MISSING = Long.MIN_VALUE;

    private final TreeSet<Delayed> byTime = new TreeSet<>();
    private final Long2LongHashMap times = new Long2LongHashMap(MISSING);

    /** A message by its place, or a subscription by its number, and when it is due. */
    private record Delayed(long dueMillis, long place) implements Comparable<Delayed> {
        @Override
        public int compareTo(Delayed other) {
            int byTime = Long.compare(dueMillis, other.dueMillis);
            return byTime != 0 ? byTime : Long.compare(place, other.place);
        }
    }

    boolean isEmpty() {
        return byTime.isEmpty();
    }

    boolean contains(long place) {
        return times.containsKey(place);
    }

    int size() {
        return byTime.size();
    }

    /** It is due then, and at no other time; {@link Long#MAX_VALUE} for never. */
    void set(long place, long dueMillis) {
        var unused = remove(place);
        if (dueMillis != Long.MAX_VALUE) {
            times.put(place, dueMillis);
            byTime.add(new Delayed(dueMillis, place));
        }
    }

    /** All are due at other times. */
    void setAll(LongUnaryOperator dueMillis) {
        for (Delayed each : new ArrayList<>(byTime)) {
            set(each.place, dueMillis.applyAsLong(each.place));
        }
    }

    /** It waits no longer; false when it did not. */
    boolean remove(long place) {
        if (byTime.isEmpty()) {
            return false;
        }
        long dueMillis = times.remove(place);
        return dueMillis != MISSING && byTime.remove(new Delayed(dueMillis, place));
    }

    /** When the next one is due; {@link Long#MAX_VALUE} for never. */
    long nextMillis() {
        return byTime.isEmpty() ? Long.MAX_VALUE : byTime.first().dueMillis;
    }

    /** Takes one that is due; -1 when none is. */
    long pollDue(long nowMillis) {
        if (nextMillis() > nowMillis) {
            return -1;
        }
        long place = byTime.first().place;
        var unused = remove(place);
        return place;
    }
}
