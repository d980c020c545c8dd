package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.log.BatchLog;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leadership given from one to another of three members on Ratis, each with one shard that does nothing but propose and count. */
class HandOverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Map<String, CountingMember> members = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

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
                CountingMember member = new CountingMember();
                members.put(one.name(), member);
                started.add(founding.submit(() -> {
                    member.start(options, 0);
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
        members.values().forEach(CountingMember::close);
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

    private CountingMember member(String name) {
        return Objects.requireNonNull(members.get(name));
    }

    @Test
    void whoIsGivenTheLeadershipHasAllAndLeads() throws InterruptedException {
        CountingMember before = member(leader());
        before.propose();
        Transfers.Outcome outcome = before.transfers()
                .giveAll(new Leaders(1), Set.of(), Duration.ofSeconds(5))
                .get(0);
        assertThat(outcome.fault()).isEmpty();
        CountingMember after = member(outcome.to());
        after.awaitLeadership();
        assertThat(before.leadership()).isEqualTo(BatchLog.FOLLOWS);
        after.propose();
        members.values().forEach(member -> member.awaitApplied(2));
    }

    @Test
    void whenTheNextLeaderDoesNotAnswerTheLeaderGoesOn() throws Exception {
        CountingMember leading = member(leader());
        leading.propose();
        leading.awaitApplied(1);
        String away = away(leading);
        long leadership = leading.leadership();
        try (ServerSocket silent =
                new ServerSocket(Objects.requireNonNull(ports.get(away)), 1, InetAddress.getLoopbackAddress())) {
            assertThat(silent.isBound()).isTrue();
            Transfers.Outcome outcome = leading.transfers().give(0, away, Duration.ofSeconds(2));
            assertThat(outcome.isGiven()).isFalse();
            leading.propose();
            leading.awaitApplied(2);
            assertThat(leading.leadership()).isEqualTo(leadership);
        }
    }

    @Test
    void whatEverRatisRefusesThereIsALeaderAgain() throws InterruptedException {
        CountingMember leading = member(leader());
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
        CountingMember next = member(leader());
        assertThat(next.leadership()).isGreaterThan(leadership);
        next.propose();
        members.values().forEach(member -> member.awaitApplied(1));
    }

    /** A follower, which is no more. */
    private String away(CountingMember leading) {
        String away = members.keySet().stream()
                .filter(name -> member(name) != leading)
                .findFirst()
                .orElseThrow();
        member(away).close();
        members.remove(away);
        return away;
    }
}
