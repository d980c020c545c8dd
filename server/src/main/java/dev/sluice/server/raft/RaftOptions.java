package dev.sluice.server.raft;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * What a member of a cluster is told.
 *
 * @param self its name
 * @param members all that it was told of, itself included; their ids are their names
 * @param shards how many its data is divided into
 * @param directory where the Raft logs are kept
 * @param logBytes so much of each is kept for members that were away
 */
public record RaftOptions(String self, List<MemberAddress> members, int shards, Path directory, long logBytes) {
    /** In place of a shard's number: what the members agree on beside the shards. */
    public static final int CATALOG = -1;

    /** What people call a shard, or the catalog. */
    static String nameOf(int shard) {
        return shard == CATALOG ? "the catalog" : "shard " + shard;
    }

    MemberAddress own() {
        return members.stream()
                .filter(member -> member.name().equals(self))
                .findFirst()
                .orElseThrow();
    }

    List<MemberAddress> others() {
        return members.stream().filter(member -> !member.name().equals(self)).toList();
    }

    /**
     * Members that were told of another number of shards have other groups: they never mix.
     *
     * @param shard or {@link #CATALOG}
     */
    static RaftGroupId group(Facts facts, int shard) {
        String name = "sluice/" + Long.toHexString(facts.clusterId()) + "/"
                + (shard == CATALOG ? "catalog" : facts.shards() + "/" + shard);
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
}
