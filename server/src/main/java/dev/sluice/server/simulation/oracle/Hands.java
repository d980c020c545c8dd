package dev.sluice.server.simulation.oracle;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;

/** A consumer as its application knows it: what it has got and not settled. */
public final class Hands {
    final String name;
    final Place place;
    final Set<Course> held = new LinkedHashSet<>();
    final TreeMap<String, Long> newest = new TreeMap<>();
    private final Taste taste;
    private final Client client;

    /** The client of a consumer. */
    public interface Client {
        /** Whether it runs and takes what it holds for its own. */
        boolean claims();

        /**
         * Whether it was away for so long that the servers may have given what it holds to others. They must wait until it hands out
         * nothing by itself any more, and may do so from then on, however long it takes the client to see that its connection is gone.
         */
        boolean isAway();
    }

    Hands(String name, Place place, Taste taste, Client client) {
        this.name = name;
        this.place = place;
        this.taste = taste;
        this.client = client;
    }

    boolean likes(Sent message) {
        return taste.likes(message) && place.taste.likes(message);
    }

    Taste taste() {
        return taste;
    }

    boolean claims() {
        return client.claims();
    }

    /** Whether its client was away for so long that others may have what it holds. */
    public boolean isAway() {
        return client.isAway();
    }

    @Override
    public String toString() {
        return name;
    }
}
