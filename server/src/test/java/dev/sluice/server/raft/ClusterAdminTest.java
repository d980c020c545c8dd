package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.log.BatchLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members are removed from a cluster of four on Ratis. */
class ClusterAdminTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private CountingCluster cluster;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeEach
    void start() throws Exception {
        cluster = CountingCluster.found(directory, NAMES);
        cluster.members.values().forEach(CountingMember::lead);
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    private CountingMember member(String name) {
        return Objects.requireNonNull(cluster.members.get(name));
    }

    private String leader() {
        return Awaitility.await("a leader")
                .atMost(PATIENCE)
                .until(
                        () -> cluster.members.entrySet().stream()
                                .filter(each -> each.getValue().leadership() != BatchLog.FOLLOWS)
                                .map(Map.Entry::getKey)
                                .findFirst()
                                .orElse(""),
                        name -> !name.isEmpty());
    }

    private String catalogLeader() {
        return Awaitility.await("a leader of the catalog")
                .atMost(PATIENCE)
                .until(
                        () -> {
                            String leader = member("a").catalogMembers().leader();
                            return leader == null ? "" : MemberAddress.nameOf(leader);
                        },
                        name -> !name.isEmpty());
    }

    private ClusterAdmin admin(List<Integer> done) {
        List<MemberAddress> all =
                NAMES.stream().map(name -> cluster.options(name).own()).toList();
        return new ClusterAdmin(all, (shard, members) -> done.add(shard));
    }

    @Test
    void whoLeadsAndIsRemovedGivesThatAwayFirst() throws Exception {
        String gone = catalogLeader();
        String before = leader();
        if (!before.equals(gone)) {
            assertThat(member(before)
                            .transfers()
                            .give(0, gone, Duration.ofSeconds(5))
                            .fault())
                    .isEmpty();
        }
        member(gone).awaitLeadership();
        List<Integer> done = new ArrayList<>();
        admin(done).remove(gone);
        assertThat(done).containsExactly(RaftOptions.CATALOG, 0);
        assertThat(member(gone).leadership()).isEqualTo(BatchLog.FOLLOWS);
        String after = leader();
        assertThat(after).isNotEqualTo(gone);
        Awaitility.await("it knows who has the catalog")
                .atMost(PATIENCE)
                .until(() -> member(after).catalogMembers().all().size() == 3);
        member(after).propose();
        member(after).awaitApplied(1);
    }
}
