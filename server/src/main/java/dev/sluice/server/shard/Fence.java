package dev.sluice.server.shard;

import java.util.ArrayDeque;

/**
 * Has an answer wait until this server is known to lead. A leader that was stopped and wakes does not know at once that another one led since,
 * and what it has may be of before: it would say that a session is not there which is, or hand a message out again. So what is asked is answered when an
 * entry of this leadership is applied that was proposed after the question. On one server nothing waits. Owner: the shard thread.
 */
final class Fence {
    private static final int WAITING_MAX = 1024;

    private final Batch batch;
    private final boolean isNeeded;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private record Waiting(long batch, Runnable answer) {}

    /** {@code isNeeded}: whether others may lead. */
    Fence(Batch batch, boolean isNeeded) {
        this.batch = batch;
        this.isNeeded = isNeeded;
    }

    /** Runs it, which must not fail, at once where only this server can lead, else with {@link #open}. The batch has room for a command. */
    void pass(Runnable answer) {
        if (!isNeeded) {
            answer.run();
            return;
        }
        if (batch.isEmpty()) {
            // For the sake of the entry: no message's time comes by it, if that of transactions does.
            batch.encoder().tick(0);
        }
        waiting.add(new Waiting(batch.number(), answer));
    }

    /** Whether so many wait that what would be asked next has to. */
    boolean isFull() {
        return waiting.size() >= WAITING_MAX;
    }

    /** Runs what waited for long enough; returns how many. */
    int open() {
        int count = 0;
        for (Waiting first = waiting.peekFirst(); first != null && batch.isApplied(first.batch); ) {
            waiting.removeFirst();
            first.answer.run();
            count++;
            first = waiting.peekFirst();
        }
        return count;
    }
}
