package dev.sluice.server;

import dev.sluice.server.raft.ClusterAdmin;
import dev.sluice.server.raft.MemberAddress;
import java.io.IOException;
import java.util.List;

/** Changes the members of a cluster that runs; see {@link ClusterAdmin}. Used by one thread. */
public final class ClusterMembers {
    private final ClusterAdmin admin;

    private ClusterMembers(ClusterAdmin admin) {
        this.admin = admin;
    }

    /** Hears what was done. */
    @FunctionalInterface
    public interface Progress {
        /** A shard has these members now. */
        void done(int shard, List<String> names) throws IOException;
    }

    /** Of {@code a=host:port,b=…}; a {@link ConfigException} says what is wrong with that. */
    public static ClusterMembers of(String members, Progress progress) {
        List<MemberAddress> all =
                Member.parse(members).stream().map(Member::address).toList();
        return new ClusterMembers(new ClusterAdmin(
                all,
                (shard, now) -> progress.done(
                        shard, now.stream().map(MemberAddress::name).toList())));
    }

    /**
     * Adds {@code d=host:port}, which runs.
     *
     * @throws IOException when it cannot be added, with the reason
     */
    public void add(String member) throws IOException {
        admin.add(Member.parseOne(member).address());
    }

    /**
     * Removes a member.
     *
     * @throws IOException when it may not be removed, with the reason
     */
    public void remove(String name) throws IOException {
        admin.remove(name);
    }
}
