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
    MemberAddress own() {
        return members.stream()
                .filter(member -> member.name().equals(self))
                .findFirst()
                .orElseThrow();
    }

    List<MemberAddress> others() {
        return members.stream().filter(member -> !member.name().equals(self)).toList();
    }

    /** Members that were told of another number of shards have other groups: they never mix. */
    static RaftGroupId group(Facts facts, int shard) {
        String name = "sluice/" + Long.toHexString(facts.clusterId()) + "/" + facts.shards() + "/" + shard;
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
}
