package dev.sluice.server.raft;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Has connections made anew to members that do not answer. Those of Ratis 3.2 have no heartbeats: after a cut of the network TCP tries one again
 * when it has waited for as long as the cut was, though a new one would work at once. Of one thread.
 */
final class Reconnections {
    /** Longer than what is under way to a member on a narrow link takes, since all of it is sent again. */
    static final Duration SILENCE_MAX = Duration.ofSeconds(10);

    private final Map<String, Long> triedNanos = new TreeMap<>();

    /** Looks at the shards that this member leads; to be called again and again. */
    void round(List<? extends Group> groups, long nowNanos) {
        for (Group group : groups) {
            for (Group.Follower follower : group.followers()) {
                // All shards share one connection.
                if (follower.silentMillis() >= SILENCE_MAX.toMillis() && isTime(follower.member(), nowNanos)) {
                    triedNanos.put(follower.member(), nowNanos);
                    group.reconnect(follower.member());
                }
            }
        }
    }

    private boolean isTime(String member, long nowNanos) {
        Long tried = triedNanos.get(member);
        return tried == null || nowNanos - tried >= SILENCE_MAX.toNanos();
    }
}
