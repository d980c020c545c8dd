package dev.sluice.server.raft;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has this member lead no more what its disk does not take, while other members' disks do: Ratis commits nothing that the leader itself has not
 * synced, and a disk that hangs says nothing. Of one thread.
 */
final class Stalls {
    private static final Logger LOG = LoggerFactory.getLogger(Stalls.class);

    /** Longer than a busy disk takes for what may be under way. */
    static final Duration STALL_MAX = Duration.ofSeconds(5);

    private final Map<Integer, Stall> stalls = new TreeMap<>();

    private record Stall(long syncedIndex, long sinceNanos) {}

    /** Looks at the shards of this member; to be called again and again. */
    void round(List<? extends Group> groups, long nowNanos) {
        for (int shard = 0; shard < groups.size(); shard++) {
            OptionalLong synced = groups.get(shard).overtakenAt();
            Stall before = stalls.remove(shard);
            if (synced.isEmpty()) {
                continue;
            }
            if (before == null || before.syncedIndex != synced.getAsLong()) {
                stalls.put(shard, new Stall(synced.getAsLong(), nowNanos));
            } else if (nowNanos - before.sinceNanos < STALL_MAX.toNanos()) {
                stalls.put(shard, before);
            } else {
                LOG.warn(
                        "shard={} the disk of this member has taken nothing after entry {} for {} s, and those of others have: another is to lead",
                        shard,
                        before.syncedIndex,
                        STALL_MAX.toSeconds());
                groups.get(shard).stepDown();
            }
        }
    }
}
