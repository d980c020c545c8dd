package dev.sluice.server.raft;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;

/**
 * What a member of a cluster is told.
 *
 * @param self its name
 * @param members all of them, itself included
 * @param clusterId names the cluster's data
 * @param directory where the Raft logs are kept
 */
public record RaftOptions(String self, List<Peer> members, long clusterId, Path directory) {
    /** A member, and where its Raft server listens. */
    public record Peer(String name, String host, int port) {
        RaftPeer peer() {
            return RaftPeer.newBuilder()
                    .setId(name)
                    .setAddress(host + ":" + port)
                    .build();
        }
    }

    Peer own() {
        return members.stream()
                .filter(member -> member.name.equals(self))
                .findFirst()
                .orElseThrow();
    }

    List<RaftPeer> peers() {
        return members.stream().map(Peer::peer).toList();
    }

    RaftGroupId group(int shards, int shard) {
        return group(clusterId, shards, shard);
    }

    /** Members that were told of another number of shards have other groups: they never mix. */
    static RaftGroupId group(long clusterId, int shards, int shard) {
        String name = "sluice/" + Long.toHexString(clusterId) + "/" + shards + "/" + shard;
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }
}
