package dev.sluice.server.raft;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who has a shard, as one member knows it.
 *
 * @param leader the id of the one that leads; null when it is not known
 * @param all those whose votes count; empty where that is not known
 */
public record ShardMembers(@Nullable String leader, List<MemberAddress> all) {
    void write(DataOutput out) throws IOException {
        out.writeUTF(leader == null ? "" : leader);
        MemberAddress.write(all, out);
    }

    static ShardMembers read(DataInput in) throws IOException {
        String leader = in.readUTF();
        return new ShardMembers(leader.isEmpty() ? null : leader, MemberAddress.readAll(in));
    }

    /** The one that leads; null when it is not among them, or not known. */
    @Nullable MemberAddress leading() {
        return all.stream()
                .filter(member -> member.id().equals(leader))
                .findFirst()
                .orElse(null);
    }

    /** Whether the one with this id is among them. */
    public boolean has(String id) {
        return all.stream().anyMatch(member -> member.id().equals(id));
    }
}
