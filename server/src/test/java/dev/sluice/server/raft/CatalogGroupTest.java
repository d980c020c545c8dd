package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.log.LogException;
import dev.sluice.wire.BucketMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The catalog of three members on Ratis. */
@Execution(ExecutionMode.CONCURRENT)
class CatalogGroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private CountingCluster cluster;

    @BeforeEach
    void found() throws Exception {
        cluster = CountingCluster.found(directory);
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    private static long version(CountingMember member) {
        BucketMap map = member.catalog().map();
        return map == null ? 0 : map.version();
    }

    private void awaitVersion(long version) {
        cluster.members.forEach((name, member) -> Awaitility.await(name + " has version " + version)
                .atMost(PATIENCE)
                .until(() -> version(member) == version));
    }

    /** Puts a map of this version, at whoever leads. */
    private void put(long version) {
        BucketMap[] map = {BucketMap.initial(1)};
        while (map[0].version() < version) {
            map[0] = map[0].with(7, 0);
        }
        Awaitility.await("version " + version + " is put")
                .atMost(PATIENCE)
                .until(() -> cluster.members.values().stream().anyMatch(member -> isPut(member, map[0])));
    }

    private static boolean isPut(CountingMember member, BucketMap map) {
        try {
            String refusal = member.catalog().put(map).get(5, TimeUnit.SECONDS);
            // An attempt before may have had no answer.
            return refusal.isEmpty() || version(member) == map.version();
        } catch (ExecutionException | TimeoutException notHere) {
            return false;
        } catch (InterruptedException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static void delete(Path tree) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(tree)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    private Path group(String name) {
        RaftOptions options = cluster.options(name);
        Identity identity = Identity.open(options.directory(), name, options.own(), 1);
        return options.directory()
                .resolve(RaftOptions.group(identity.facts(), RaftOptions.CATALOG)
                        .getUuid()
                        .toString());
    }

    @Test
    void aMemberKnowsTheMapBeforeThereIsALeaderAndWhatItMissedSoonAfter() throws Exception {
        awaitVersion(BucketMap.FIRST_VERSION);
        put(2);
        awaitVersion(2);
        cluster.close();

        CountingMember alone = cluster.start("a");
        assertThat(version(alone)).isEqualTo(2);
        CountingMember other = cluster.start("b");
        assertThat(version(other)).isEqualTo(2);
        put(3);
        assertThat(version(cluster.start("c"))).isGreaterThanOrEqualTo(2);
        awaitVersion(3);
    }

    @Test
    void aMemberThatLostItsDataTakesTheMapFromTheOthersAndVotesAgain() throws Exception {
        awaitVersion(BucketMap.FIRST_VERSION);
        put(2);
        awaitVersion(2);
        cluster.stop("c");
        delete(directory.resolve("c"));
        Path emptied = Files.createDirectory(directory.resolve("c"));
        CountingMember unused = cluster.start("c");
        awaitVersion(2);
        assertThat(emptied.resolve("raft").resolve("catalog")).exists();

        String id = Identity.open(
                        cluster.options("c").directory(),
                        "c",
                        cluster.options("c").own(),
                        1)
                .id();
        Awaitility.await("all know who is a member")
                .atMost(PATIENCE)
                .until(() -> cluster.members.values().stream().allMatch(member -> {
                    ShardMembers all = member.catalogMembers();
                    return all.all().size() == 3 && all.has(id);
                }));
        cluster.stop("a");
        put(3);
        awaitVersion(3);
    }

    @Test
    void aMemberThatForgotWhatItVotedDoesNotStart() throws Exception {
        awaitVersion(BucketMap.FIRST_VERSION);
        cluster.stop("c");
        delete(group("c"));
        assertThatThrownBy(() -> cluster.start("c"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("no Raft log of the catalog");
        cluster.stop("c");

        // As the data of a version that knew no catalog.
        Files.delete(cluster.options("c").directory().resolve("catalog"));
        assertThatThrownBy(() -> cluster.start("c"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("an earlier version made the data");
    }
}
