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
    /** Whether a browser has shown it. A delayed one is in the queue when a leader says so, late when there was none. */
    boolean shown;

    /** An acknowledgement is on its way, or was when its client was killed. */
    boolean acknowledging;

    /** Whether anyone ever asked for it to be consumed. */
    boolean touched;

    boolean done;
    /** When its send, and when its acknowledgement has returned; 0 for not yet. */
    long sentMillis;

    long doneMillis;
    /** From when on it may come, and until when; 0 for any time. */
    long fromMillis;

    long untilMillis;

    /** It failed too often, and is in the dead-letter queue. */
    boolean dead;

    /** It is a dead letter, which come in no order. */
    boolean isLetter;

    @Nullable Hands doneBy;
    /** The transaction that has taken it. */
    @Nullable Deal deal;

    Course(Sent message, Place place) {
        this.message = message;
        this.place = place;
    }

    /** Whether someone has consumed it, or tries to. */
    boolean isTouched() {
        return done || acknowledging || deal != null || touched;
    }

    @Override
    public String toString() {
        return "message " + message.id() + " of " + message.lane() + " at " + place.name;
    }
}
