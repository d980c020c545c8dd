package dev.sluice.server;

import dev.sluice.server.raft.RaftLeadership;
import dev.sluice.server.raft.RaftLeadership.Moved;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Changes who leads the shards of a cluster. What cannot be done is said by a {@link ConfigException} or an {@link IOException}. Of one thread. */
public final class ClusterLeadership {
    private final String text;
    private final List<Member> members;

    /** The cluster of {@code a=host:port,b=…}; a {@link ConfigException} says what is wrong with that. */
    public ClusterLeadership(String members) {
        this.text = members;
        this.members = Member.parse(members);
    }

    /** Gives a shard to a member; empty when that leads it already. */
    public List<Moved> transfer(int shard, String to) throws IOException {
        check("--to", to);
        ClusterStatus status = status();
        int shards = shards(status);
        if (shard < 0 || shard >= shards) {
            throw new ConfigException(
                    "--shard",
                    shard + " is not one of the cluster's; it has " + shards + ", from 0 to " + (shards - 1));
        }
        String from = status.leaderOf(shard);
        if (from == null) {
            throw new IOException("shard " + shard + " has no leader at this moment; try again");
        }
        return from.equals(to) ? List.of() : List.of(calls(shards).transfer(shard, from, to));
    }

    /** Spreads who leads what by the work there is. */
    public List<Moved> balance() throws IOException, InterruptedException {
        return calls(shards(status())).balance();
    }

    /**
     * Has a member lead nothing until it is told otherwise, also when it starts again; or the other way.
     *
     * @return whether that is done; when not, it still leads something, which it gives away as soon as another member can take it
     */
    public boolean drain(String member, boolean drained) throws IOException {
        check("MEMBER", member);
        return calls(shards(status())).drain(member, drained);
    }

    /** What the members are at now. */
    public ClusterStatus status() {
        return ClusterStatus.of(text);
    }

    private void check(String option, String name) {
        if (members.stream().noneMatch(member -> member.name().equals(name))) {
            throw new ConfigException(
                    option,
                    "there is no member '" + name + "'; the members are "
                            + members.stream().map(Member::name).collect(Collectors.joining(", ")));
        }
    }

    /** How many there are; without a majority nothing can be done. */
    private int shards(ClusterStatus status) throws IOException {
        List<ClusterStatus.Answer> silent = status.members().stream()
                .filter(answer -> answer.fault() != null)
                .toList();
        int answering = members.size() - silent.size();
        if (answering <= members.size() / 2) {
            throw new IOException("only " + answering + " of " + members.size()
                    + " members answer, and that is no majority; away: "
                    + silent.stream()
                            .map(answer -> answer.member() + " (" + answer.fault() + ")")
                            .collect(Collectors.joining(", ")));
        }
        return status.members().stream()
                .mapToInt(answer -> answer.shards().size())
                .max()
                .orElse(0);
    }

    private RaftLeadership calls(int shards) {
        return new RaftLeadership(members.stream().map(Member::address).toList(), shards);
    }
}
