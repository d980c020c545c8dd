package dev.sluice.server.simulation.oracle;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;

/** Where messages wait to be consumed: a queue, or a subscription of a topic. */
final class Place {
    final String name;
    final TreeMap<Long, Course> courses = new TreeMap<>();
    final Set<Hands> consumers = new LinkedHashSet<>();
    /** What the subscription wants. */
    final Taste taste;
    /** Whether some of its consumers do not want all of it. */
    boolean selective;
    /** What was delivered so often goes to a dead-letter queue; 0 for nothing. */
    int limit;
    /** Its connection is no more: nothing is owed to it. */
    boolean over;
    /** Messages after this one are owed to it. */
    long since;

    /** Of each lane that is a group's: the last message that came, to whomever. */
    final TreeMap<String, Long> newest = new TreeMap<>();
    /** Messages up to this one may come late: someone gave some back, or was away for too long. */
    long disturbedThrough;

    /** As {@link #disturbedThrough}, for messages of groups. */
    long groupsDisturbedThrough;

    /** Consumers that give back what they have, and have not heard that it was taken. */
    int returning;

    /** Until then the servers may send something to a client that was killed. */
    long troubledUntilMillis;

    Place(String name, Taste taste, long since) {
        this.name = name;
        this.taste = taste;
        this.since = since;
    }
}
