package dev.sluice.server.core;

import java.util.Objects;
import java.util.TreeSet;

/** When branches are out of time, the earliest first. Owner: the replicated machine. */
final class Deadlines {
    private final TreeSet<Deadline> deadlines = new TreeSet<>();

    private record Deadline(long millis, long branchId) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(millis, other.millis);
            return byTime != 0 ? byTime : Long.compare(branchId, other.branchId);
        }
    }

    /** A branch that is not prepared and may have a deadline. */
    void watch(Branch branch) {
        if (branch.state() == Branch.State.ACTIVE && branch.deadlineMillis != 0) {
            deadlines.add(new Deadline(branch.deadlineMillis, branch.id()));
        }
    }

    /** It is prepared, or has ended. */
    void forget(Branch branch) {
        deadlines.remove(new Deadline(branch.deadlineMillis, branch.id()));
    }

    /** When the next one is out of time; {@link Long#MAX_VALUE} for never. */
    long nextMillis() {
        return deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.first().millis;
    }

    /** Takes out the branch that is out of time next. */
    long poll() {
        return Objects.requireNonNull(deadlines.pollFirst()).branchId;
    }
}
