package dev.sluice.server;

import dev.sluice.server.raft.MemberClient;
import dev.sluice.server.raft.RaftStatus;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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
     * @param catalog what the catalog is there; null when it did not answer
     * @param fault why it did not answer, or null
     */
    public record Answer(
            String member,
            String address,
            List<RaftStatus> shards,
            @Nullable Catalog catalog,
            @Nullable String fault) {}

    /**
     * What the catalog is at a member.
     *
     * @param version of its map of buckets; 0 when it knows none yet
     */
    public record Catalog(long version, RaftStatus status) {}

    /** Asks each member of {@code a=host:port,b=…}; a {@link ConfigException} says what is wrong with that. */
    public static ClusterStatus of(String members) {
        List<Member> all = Member.parse(members);
        return new ClusterStatus(all.stream().map(ClusterStatus::answer).toList());
    }

    private static Answer answer(Member member) {
        String address = member.host() + ":" + member.port();
        try {
            List<RaftStatus> shards = RaftStatus.of(member.address());
            RaftStatus catalog = RaftStatus.ofCatalog(member.address());
            try (MemberClient client = MemberClient.of(member.address().raft())) {
                return new Answer(member.name(), address, shards, new Catalog(client.catalogVersion(), catalog), null);
            }
        } catch (IOException fault) {
            return new Answer(member.name(), address, List.of(), null, String.valueOf(fault.getMessage()));
        }
    }

    /** The member that leads the catalog, or null. */
    public @Nullable String leaderOfCatalog() {
        return leader(catalogs().map(Catalog::status));
    }

    /** The latest version of the map of buckets that a member has; 0 when none has any. */
    public long catalogVersion() {
        return catalogs().mapToLong(Catalog::version).max().orElse(0);
    }

    private Stream<Catalog> catalogs() {
        return members.stream().map(Answer::catalog).filter(Objects::nonNull);
    }

    /** The member that leads a shard in the latest term of which one is known, or null. */
    public @Nullable String leaderOf(int shard) {
        return leader(
                members.stream().flatMap(answer -> answer.shards().stream()).filter(status -> status.shard() == shard));
    }

    private static @Nullable String leader(Stream<RaftStatus> all) {
        return all.filter(RaftStatus::leads)
                .max(Comparator.comparingLong(RaftStatus::term))
                .map(RaftStatus::member)
                .orElse(null);
    }
}
