package dev.sluice.bench;

/** A shape of load that is compared between brokers: who sends and receives what, and how. */
enum Workload {
    /** One synchronous persistent producer: what a single send costs. */
    W1(1, 0, true, false, 1_024, 0),
    /** Sixteen of them: how well durable sends share a sync. */
    W2(16, 0, true, false, 1_024, 0),
    /** Four persistent producers and four consumers on one queue. */
    W3(4, 4, true, false, 1_024, 0),
    /** The same, small and non-persistent. */
    W4(4, 4, false, false, 256, 0),
    /** One persistent producer that sends on without waiting, with a bounded number unconfirmed. */
    W5(1, 0, true, true, 1_024, 0),
    /** Four persistent producers and four consumers on one queue, in transactions of a hundred messages. */
    W8(4, 4, true, false, 1_024, 100);

    private final int producers;
    private final int consumers;
    private final boolean persistent;
    private final boolean asynchronous;
    private final int bodyBytes;
    private final int commitEvery;

    Workload(int producers, int consumers, boolean persistent, boolean asynchronous, int bodyBytes, int commitEvery) {
        this.producers = producers;
        this.consumers = consumers;
        this.persistent = persistent;
        this.asynchronous = asynchronous;
        this.bodyBytes = bodyBytes;
        this.commitEvery = commitEvery;
    }

    int producers() {
        return producers;
    }

    int consumers() {
        return consumers;
    }

    boolean persistent() {
        return persistent;
    }

    boolean asynchronous() {
        return asynchronous;
    }

    int bodyBytes() {
        return bodyBytes;
    }

    /** Messages in a transaction; 0 for none. */
    int commitEvery() {
        return commitEvery;
    }
}
