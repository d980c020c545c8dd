package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.store.SlabPool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leadership given from one to another of three members on Ratis, each with one shard that does nothing but propose and count. */
class HandOverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LENGTH = 8;

    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** A member; its shard's turns are taken by a thread of its own. */
    private static final class Member implements AutoCloseable {
        private final SlabPool pool = new SlabPool(4096, 0);
        private final RaftLog log = new RaftLog(() -> {}, () -> Long.MAX_VALUE);
        private final ScheduledExecutorService shard = Executors.newSingleThreadScheduledExecutor();
        private final Slab slab = pool.take(4096);
        private @Nullable RaftMember raft;
        private int offset = BatchLog.HEADER_BYTES;
        private long leadership = BatchLog.FOLLOWS;
        private int applied;

        void start(RaftOptions options, RaftMember.Belonging belonging) {
            log.start(0, pool, (index, timestampMillis, of, at, length) -> {});
            List<Path> terms = List.of(options.directory().resolveSibling("terms"));
            raft = RaftMember.start(
                    belonging, new RaftMember.Shards(List.of(log), terms, new NothingToCopy(), new Leaders(1)));
            var unused = shard.scheduleWithFixedDelay(this::turn, 0, 1, TimeUnit.MILLISECONDS);
        }

        private void turn() {
            leadership = log.leadership();
            applied += log.poll((index, timestampMillis, of, at, length) -> {});
        }

        private <T> T onShard(Callable<T> call) {
            try {
                return shard.submit(call).get();
            } catch (InterruptedException | ExecutionException fault) {
                throw new IllegalStateException(fault);
            }
        }

        long leadership() {
            return onShard(() -> leadership);
        }

        int applied() {
            return onShard(() -> applied);
        }

        void propose() {
            int now = onShard(() -> {
                log.propose(slab, offset, LENGTH, 100);
                offset += LENGTH + BatchLog.HEADER_BYTES;
                return offset;
            });
            assertThat(now).isLessThan(4096);
        }

        void proposeIfItLeads() {
            boolean unused = onShard(() -> {
                boolean leads = log.leadership() != BatchLog.FOLLOWS;
                if (leads) {
                    log.propose(slab, offset, LENGTH, 100);
                    offset += LENGTH + BatchLog.HEADER_BYTES;
                }
                return leads;
            });
        }

        List<Transfers.Post> posts() {
            return Objects.requireNonNull(raft).posts();
        }

        Group group() {
            return posts().get(0).group();
        }

        Transfers transfers() {
            return new Transfers(posts(), Clock.SYSTEM);
        }

        @Override
        public void close() {
            shard.shutdownNow();
            log.close();
            if (raft != null) {
                raft.close();
                raft = null;
            }
        }
    }

    /** No member is ever so late that it needs a copy. */
    private static final class NothingToCopy implements CopiedRows {
        @Override
        public Source read(int shard) {
            throw new IllegalStateException("nothing is copied here");
        }

        @Override
        public Target replace(int shard) {
            throw new IllegalStateException("nothing is copied here");
        }
    }

    @BeforeEach
    void start() throws Exception {
        List<MemberAddress> all = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                all.add(new MemberAddress(name, "127.0.0.1:" + socket.getLocalPort(), "127.0.0.1:1"));
                ports.put(name, socket.getLocalPort());
            }
        }
        // Each waits for the others the first time.
        ExecutorService founding = Executors.newFixedThreadPool(all.size());
        try {
            List<Future<?>> started = new ArrayList<>();
            for (MemberAddress one : all) {
                Path own = Files.createDirectory(directory.resolve(one.name()));
                RaftOptions options = new RaftOptions(one.name(), all, 1, own.resolve("raft"), 128 << 20);
                Member member = new Member();
                members.put(one.name(), member);
                started.add(founding.submit(() -> {
                    member.start(options, RaftMember.belong(options));
                    return member;
                }));
            }
            for (Future<?> one : started) {
                Object unused = one.get(30, TimeUnit.SECONDS);
            }
        } finally {
            founding.shutdownNow();
        }
    }

    @AfterEach
    void end() {
        members.values().forEach(Member::close);
    }

    private String leader() {
        String[] found = {""};
        Awaitility.await("a leader")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    members.forEach((name, member) -> {
                        if (member.leadership() != BatchLog.FOLLOWS) {
                            found[0] = name;
                        }
                    });
                    return !found[0].isEmpty();
                });
        return found[0];
    }

    private Member member(String name) {
        return Objects.requireNonNull(members.get(name));
    }

    private void awaitApplied(Member member, int count) {
        Awaitility.await(count + " batches")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> member.applied() == count);
    }

    @Test
    void whoIsGivenTheLeadershipHasAllAndLeads() throws InterruptedException {
        Member before = member(leader());
        before.propose();
        Transfers.Outcome outcome = before.transfers()
                .giveAll(new Leaders(1), Set.of(), Duration.ofSeconds(5))
                .get(0);
        assertThat(outcome.fault()).isEmpty();
        Member after = member(outcome.to());
        Awaitility.await(outcome.to() + " leads")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> after.leadership() != BatchLog.FOLLOWS);
        assertThat(before.leadership()).isEqualTo(BatchLog.FOLLOWS);
        after.propose();
        members.values().forEach(member -> awaitApplied(member, 2));
    }

    @Test
    void whenTheNextLeaderDoesNotAnswerTheLeaderGoesOn() throws Exception {
        Member leading = member(leader());
        leading.propose();
        awaitApplied(leading, 1);
        String away = away(leading);
        long leadership = leading.leadership();
        try (ServerSocket silent =
                new ServerSocket(Objects.requireNonNull(ports.get(away)), 1, InetAddress.getLoopbackAddress())) {
            assertThat(silent.isBound()).isTrue();
            Transfers.Outcome outcome = leading.transfers().give(0, away, Duration.ofSeconds(2));
            assertThat(outcome.isGiven()).isFalse();
            leading.propose();
            awaitApplied(leading, 2);
            assertThat(leading.leadership()).isEqualTo(leadership);
        }
    }

    @Test
    void whatEverRatisRefusesThereIsALeaderAgain() throws InterruptedException {
        Member leading = member(leader());
        String away = away(leading);
        long leadership = leading.leadership();
        Transfers transfers = leading.transfers();
        // Not in a pause: what is proposed meanwhile is refused, which ends the leadership on this side.
        var giving = leading.group().give(away, Duration.ofMillis(300));
        leading.proposeIfItLeads();
        Awaitility.await("the leadership has ended on this side")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> leading.leadership() == BatchLog.FOLLOWS);
        assertThat(giving.join()).isNotEmpty();
        transfers.mend();
        transfers.mend();
        Member next = member(leader());
        assertThat(next.leadership()).isGreaterThan(leadership);
        next.propose();
        members.values().forEach(member -> awaitApplied(member, 1));
    }

    /** A follower, which is no more. */
    private String away(Member leading) {
        String away = members.keySet().stream()
                .filter(name -> member(name) != leading)
                .findFirst()
                .orElseThrow();
        member(away).close();
        members.remove(away);
        return away;
    }
}
