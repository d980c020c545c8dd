package dev.sluice.server.simulation.oracle;

import org.jspecify.annotations.Nullable;

/** What becomes of one message at one place. */
final class Course {
    final Sent message;
    final Place place;

    @Nullable Hands holder;
    /** How often an application got it, and how many of these deliveries failed for sure. */
    int handed;

    int failed;
    /** An acknowledgement is on its way, or was when its client was killed. */
    boolean acknowledging;

    boolean done;

    @Nullable Hands doneBy;
    /** The transaction that has taken it. */
    @Nullable Deal deal;

    Course(Sent message, Place place) {
        this.message = message;
        this.place = place;
    }

    @Override
    public String toString() {
        return "message " + message.id() + " of " + message.lane() + " at " + place.name;
    }
}
