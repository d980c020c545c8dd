package dev.sluice.server.core;

import dev.sluice.server.selector.Selector;

/** A look at a queue without taking anything: what was pending when it began, in the order of delivery. Owner: the shard thread. */
public final class Browser {
    private final long connection;
    private final long id;
    private final Subscription subscription;
    private final Group view;
    private final long[] ends = new long[Lane.CODES];
    private long credit;
    private long sent;

    Browser(long connection, long id, Outflow outflow, Selector selector) {
        this.connection = connection;
        this.id = id;
        this.subscription = outflow.subscription();
        this.view = new Group(outflow, selector);
        for (int code = 0; code < Lane.CODES; code++) {
            Lane lane = subscription.address().lane(code);
            ends[code] = lane == null ? 0 : lane.nextSequence();
        }
    }

    /** The connection that browses. */
    public long connection() {
        return connection;
    }

    /** The client's number for it. */
    public long id() {
        return id;
    }

    Subscription subscription() {
        return subscription;
    }

    Group view() {
        return view;
    }

    long end(int code) {
        return ends[code];
    }

    void credit(long total) {
        credit = Math.max(credit, total);
    }

    boolean hasCredit() {
        return sent < credit;
    }

    void countSent() {
        sent++;
    }
}
