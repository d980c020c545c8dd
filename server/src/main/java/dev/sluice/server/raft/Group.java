package dev.sluice.server.raft;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** The Raft group of a shard, as far as its leadership can be given away. Any thread. A fake stands in for Ratis in tests. */
interface Group {
    /**
     * A member that may take the leadership, as the leader sees it.
     *
     * @param missing how many entries it does not have
     * @param silentMillis for how long it has not answered
     */
    record Follower(String member, long missing, long silentMillis) {
        /** What is on its way under load is no more. */
        private static final long MISSING_MAX = 64;

        /** Longer than between two heartbeats. */
        private static final long SILENT_MILLIS_MAX = 1_200;

        boolean isReachable() {
            return silentMillis <= SILENT_MILLIS_MAX;
        }

        boolean isCaughtUp() {
            return missing <= MISSING_MAX;
        }
    }

    /** Whether this member leads as far as Ratis is concerned, and has applied all entries before. */
    boolean leads();

    /** The latest term that is known. */
    long term();

    /** Who leads as far as is known here; empty when that is not known. */
    String leader();

    /** The others; empty when this member does not lead. */
    List<Follower> followers();

    /** The last entry that the disk of this member has, when it leads and another member has later ones; empty when none has. */
    OptionalLong overtakenAt();

    /** Gives the leadership to another member. Ends empty when that leads, else with the reason; then this member leads still, or there is an election. */
    CompletableFuture<String> give(String member, Duration within);

    /** Begins a connection anew to a member that does not answer; what is under way to it is sent again there. Takes a few seconds at most. */
    void reconnect(String member);

    /** Leads no more, whoever comes next. */
    void stepDown();
}
