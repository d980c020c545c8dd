package dev.sluice.server.simulation.raft;

import org.jspecify.annotations.Nullable;

/** An entry of a Raft log. An object of its own for each that was proposed, so that two of them are told apart. */
final class LogEntry {
    private final long term;
    private final Proposer proposer;
    private final byte @Nullable [] data;

    /** Who proposed it: which member, in which run, as which of its calls. */
    record Proposer(int member, long run, long call) {}

    /** {@code data} is null for the one that a term begins with. */
    LogEntry(long term, Proposer proposer, byte @Nullable [] data) {
        this.term = term;
        this.proposer = proposer;
        this.data = data;
    }

    long term() {
        return term;
    }

    Proposer proposer() {
        return proposer;
    }

    byte @Nullable [] data() {
        return data;
    }
}
