package dev.sluice.server.raft;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Members that come and go, shard by shard. What was done stays when a later shard fails: calling it again does the rest. Used by one thread;
 * the members' Raft ports must be reached from here.
 */
public final class ClusterAdmin {
    private static final int MEMBERS_MIN = 3;

    /** A member that lacks more entries than this is not trusted to have what another takes away. */
    private static final long ENTRIES_BEHIND_MAX = 1_000;

    /** An election takes one to three seconds. */
    private static final int ATTEMPTS_MAX = 10;

    private static final long PAUSE_NANOS = 500_000_000;

    /** As long as a member takes at most to answer what it is to give away. */
    private static final long GIVING_MILLIS = 6_000;

    private final List<MemberAddress> members;
    private final Progress progress;
    private final Pauses pauses = new Pauses();

    /** Hears what was done. */
    @FunctionalInterface
    public interface Progress {
        /** A shard, or the catalog, has the new members. */
        void done(int shard, List<MemberAddress> members) throws IOException;
    }

    /** For a cluster some of whose members are known; their ids are their names. */
    public ClusterAdmin(List<MemberAddress> members, Progress progress) {
        this.members = List.copyOf(members);
        this.progress = progress;
    }

    /**
     * Adds a member that runs, and fills it: returns when it has all.
     *
     * @param added where it is; its id is its name
     * @throws IOException when it cannot be added, with the reason
     */
    public void add(MemberAddress added) throws IOException {
        Facts facts = facts();
        MemberAddress self;
        try (MemberClient client = MemberClient.of(added.raft())) {
            Facts own = client.facts();
            self = own.self();
            if (own.clusterId() != facts.clusterId()) {
                throw new IOException("'" + added.name() + "' is "
                        + (own.hasCluster() ? "a member of another cluster" : "told of no member of this cluster")
                        + ": start it on an empty directory, with --cluster naming them and itself");
            }
        }
        if (!self.name().equals(added.name())) {
            throw new IOException("the member at " + added.clients() + " calls itself '" + self.name() + "', not '"
                    + added.name() + "'");
        }
        change(facts, all -> {
            all.removeIf(member -> member.name().equals(self.name()));
            all.add(self);
            return all;
        });
    }

    /**
     * Removes a member; it may be gone already. What it leads it gives to others first.
     *
     * @throws IOException when too few would be left, or one of those lacks what it may be needed for; nothing was changed for that shard then
     */
    public void remove(String name) throws IOException {
        Facts facts = facts();
        for (int shard = RaftOptions.CATALOG; shard < facts.shards(); shard++) {
            List<MemberAddress> left = new ArrayList<>(of(shard).all());
            if (left.removeIf(member -> member.name().equals(name))) {
                checkLeft(shard, name, left);
            }
        }
        change(facts, all -> {
            all.removeIf(member -> member.name().equals(name));
            return all;
        });
    }

    private static void checkLeft(int shard, String name, List<MemberAddress> left) throws IOException {
        if (left.size() < MEMBERS_MIN) {
            throw new IOException("without '" + name + "' " + RaftOptions.nameOf(shard) + " would have " + left.size()
                    + " members, and 3 are the fewest that survive the loss of one: add another first. To replace the"
                    + " machine of a member, start its successor with the same name and address on an empty directory");
        }
        List<RaftStatus> statuses = new ArrayList<>();
        for (MemberAddress member : left) {
            try {
                statuses.add(RaftStatus.of(member, shard));
            } catch (IOException away) {
                throw new IOException(
                        "'" + member.name() + "' does not answer (" + away.getMessage() + "), and without '" + name
                                + "' " + RaftOptions.nameOf(shard) + " would depend on it: start it first",
                        away);
            }
        }
        long furthest = statuses.stream().mapToLong(RaftStatus::last).max().orElse(0);
        for (RaftStatus status : statuses) {
            if (furthest - status.last() > ENTRIES_BEHIND_MAX) {
                throw new IOException(
                        "'" + status.member() + "' is " + (furthest - status.last()) + " entries behind in "
                                + RaftOptions.nameOf(shard) + ": wait until it has caught up (cluster status)");
            }
        }
    }

    private void change(Facts facts, UnaryOperator<List<MemberAddress>> change) throws IOException {
        for (int shard = RaftOptions.CATALOG; shard < facts.shards(); shard++) {
            progress.done(shard, change(facts, shard, change));
        }
    }

    private List<MemberAddress> change(Facts facts, int shard, UnaryOperator<List<MemberAddress>> change)
            throws IOException {
        String fault = "its leader changes";
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            ShardMembers now = of(shard);
            List<MemberAddress> after = List.copyOf(change.apply(new ArrayList<>(now.all())));
            MemberAddress leader = Objects.requireNonNull(now.leading());
            boolean stays = after.stream().anyMatch(member -> member.id().equals(leader.id()));
            if (after.equals(now.all()) || (stays && Membership.change(facts, shard, now, after))) {
                return after;
            }
            if (!stays) {
                fault = giveAway(shard, leader, after);
            }
            boolean unused = pauses.take(PAUSE_NANOS);
        }
        throw new IOException(RaftOptions.nameOf(shard) + " keeps its members: " + fault);
    }

    /**
     * Ratis ends the group of a leader that its new members leave out, and nobody would lead before an election: so it goes to one that stays.
     * Answers why it did not.
     */
    private static String giveAway(int shard, MemberAddress leader, List<MemberAddress> heirs) {
        List<String> faults = new ArrayList<>();
        try (MemberClient client = MemberClient.of(leader.raft(), GIVING_MILLIS)) {
            for (MemberAddress heir : heirs) {
                String fault = client.leadership(Leadership.TRANSFER + " " + shard + " " + heir.name());
                if (fault.isEmpty()) {
                    return "its leader changes";
                }
                faults.add(heir.name() + ": " + fault);
            }
        } catch (IOException away) {
            faults.add(away.getMessage());
        }
        return "'" + leader.name() + "' leads it and cannot give it away (" + String.join("; ", faults) + ")";
    }

    private Facts facts() throws IOException {
        @Nullable IOException last = null;
        for (MemberAddress member : members) {
            try (MemberClient client = MemberClient.of(member.raft())) {
                Facts facts = client.facts();
                if (facts.hasCluster()) {
                    return facts;
                }
            } catch (IOException away) {
                last = away;
            }
        }
        throw new IOException("no member of the cluster answers", last);
    }

    /** Waits for an election, if there is one. */
    private ShardMembers of(int shard) throws IOException {
        @Nullable IOException last = null;
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            for (MemberAddress member : members) {
                try (MemberClient client = MemberClient.of(member.raft())) {
                    ShardMembers found = client.members(shard);
                    if (found.leading() != null) {
                        return found;
                    }
                } catch (IOException away) {
                    last = away;
                }
            }
            boolean unused = pauses.take(PAUSE_NANOS);
        }
        throw new IOException(
                RaftOptions.nameOf(shard) + " has no leader that a member knows: most members must run", last);
    }
}
