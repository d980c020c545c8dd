package dev.sluice.server;

import dev.sluice.server.raft.RaftStatus;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a cluster say of themselves.
 *
 * @param members in the order in which they are named
 */
public record ClusterStatus(List<Answer> members) {
    /**
     * What one member said.
     *
     * @param shards what each shard is there; empty when it did not answer
     * @param fault why it did not answer, or null
     */
    public record Answer(
            String member,
            String address,
            List<RaftStatus> shards,
            @Nullable String fault) {}

    /** Asks each member of {@code a=host:port,b=…}; a {@link ConfigException} says what is wrong with that. */
    public static ClusterStatus of(String members) {
        List<Member> all = Member.parse(members);
        return new ClusterStatus(all.stream().map(ClusterStatus::answer).toList());
    }

    private static Answer answer(Member member) {
        String address = member.host() + ":" + member.port();
        try {
            return new Answer(member.name(), address, RaftStatus.of(member.address()), null);
        } catch (IOException fault) {
            return new Answer(member.name(), address, List.of(), String.valueOf(fault.getMessage()));
        }
    }

    /** The member that leads a shard in the latest term of which one is known, or null. */
    public @Nullable String leaderOf(int shard) {
        return members.stream()
                .flatMap(answer -> answer.shards().stream())
                .filter(status -> status.shard() == shard && status.leads())
                .max(Comparator.comparingLong(RaftStatus::term))
                .map(RaftStatus::member)
                .orElse(null);
    }
}
