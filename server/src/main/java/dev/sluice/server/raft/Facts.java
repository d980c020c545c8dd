package dev.sluice.server.raft;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * What a member says of itself.
 *
 * @param clusterId names the cluster that its data is of; 0 when it has none yet
 * @param shards how many its data is divided into
 * @param founders the first members of that cluster; empty when it has none yet
 */
public record Facts(MemberAddress self, long clusterId, int shards, List<MemberAddress> founders) {
    static final long NO_CLUSTER = 0;

    boolean hasCluster() {
        return clusterId != NO_CLUSTER;
    }

    /** Whether the member with this id was there at the beginning of the cluster. */
    boolean isFounder(String id) {
        return founders.stream().anyMatch(founder -> founder.id().equals(id));
    }

    void write(DataOutput out) throws IOException {
        MemberAddress.write(List.of(self), out);
        out.writeLong(clusterId);
        out.writeInt(shards);
        MemberAddress.write(founders, out);
    }

    static Facts read(DataInput in) throws IOException {
        return new Facts(MemberAddress.readAll(in).get(0), in.readLong(), in.readInt(), MemberAddress.readAll(in));
    }
}
