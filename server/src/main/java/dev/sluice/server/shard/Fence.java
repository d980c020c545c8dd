package dev.sluice.server.shard;

import java.util.ArrayDeque;

/**
 * Has an answer wait until this server is known to lead. A leader that was stopped and wakes does not know at once that another one led since,
 * and what it has may be of before: it would say that a session is not there which is, or hand a message out again. So what is asked is answered when an
 * entry of this leadership is applied that was proposed after the question. On one server nothing waits. Owner: the shard thread.
 */
final class Fence {
    private final Batch batch;
    private final boolean isNeeded;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private record Waiting(long batch, Runnable answer) {}

    /** {@code isNeeded}: whether others may lead. */
    Fence(Batch batch, boolean isNeeded) {
        this.batch = batch;
        this.isNeeded = isNeeded;
    }

    /** Runs it at once where only this server can lead, else with {@link #open}. The batch has room for a command. */
    void pass(Runnable answer) {
        if (!isNeeded) {
            answer.run();
            return;
        }
        if (batch.isEmpty()) {
            // An entry that changes nothing.
            batch.encoder().tick(0);
        }
        waiting.add(new Waiting(batch.number(), answer));
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
