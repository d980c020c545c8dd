package dev.sluice.server.demo;

import dev.sluice.base.SharedLong;
import dev.sluice.server.ClusterStatus;
import dev.sluice.server.raft.RaftStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Three members of a cluster in processes of their own, on this machine and in a temporary directory. Started and killed by one thread; closed
 * by any, once or more, after which nothing of it is left.
 */
final class DemoCluster implements AutoCloseable {
    static final int SHARDS = 2;
    private static final int START_SECONDS = 180;
    private static final long POLL_MILLIS = 50;

    private final Path directory;
    private final String members;
    private final Map<String, DemoServer> servers = new LinkedHashMap<>();
    private final SharedLong closed = new SharedLong(0);

    DemoCluster() throws IOException {
        directory = Files.createTempDirectory("sluice-cluster-demo-");
        Set<Integer> taken = new HashSet<>();
        Map<String, Integer> ports = new LinkedHashMap<>();
        StringBuilder all = new StringBuilder();
        for (String name : new String[] {"a", "b", "c"}) {
            int port = freePort(taken);
            ports.put(name, port);
            all.append(all.isEmpty() ? "" : ",")
                    .append(name)
                    .append("=127.0.0.1:")
                    .append(port);
            all.append(':').append(freePort(taken));
        }
        members = all.toString();
        for (Map.Entry<String, Integer> member : ports.entrySet()) {
            Path own = Files.createDirectory(directory.resolve(member.getKey()));
            servers.put(
                    member.getKey(),
                    new DemoServer(
                            own,
                            member.getValue(),
                            List.of(
                                    "--node",
                                    member.getKey(),
                                    "--cluster",
                                    members,
                                    "--shards",
                                    Integer.toString(SHARDS))));
        }
    }

    private static int freePort(Set<Integer> taken) throws IOException {
        int port = DemoServer.freePort();
        while (!taken.add(port)) {
            port = DemoServer.freePort();
        }
        return port;
    }

    Path directory() {
        return directory;
    }

    /** All members. */
    String url() {
        return servers.values().stream()
                .map(server -> "127.0.0.1:" + server.port())
                .collect(Collectors.joining(",", "sluice://", ""));
    }

    /** Starts all, and waits until every shard has a leader. */
    ClusterStatus start() throws IOException, InterruptedException {
        // No member opens its port for clients at the first start before all were started.
        for (DemoServer server : servers.values()) {
            server.begin();
        }
        for (DemoServer server : servers.values()) {
            long unused = server.awaitStarted();
        }
        return awaitLeaders();
    }

    private ClusterStatus awaitLeaders() throws IOException, InterruptedException {
        ClusterStatus status = status();
        for (int shard = 0; shard < SHARDS; shard++) {
            status = awaitLeader(shard, "");
        }
        return status;
    }

    ClusterStatus status() {
        return ClusterStatus.of(members);
    }

    /** Waits until a shard has a leader, another than {@code not}. */
    ClusterStatus awaitLeader(int shard, String not) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < deadline) {
            ClusterStatus status = status();
            @Nullable String leader = status.leaderOf(shard);
            if (leader != null && !leader.equals(not)) {
                return status;
            }
            awaitMoment();
        }
        throw new IOException("shard " + shard + " has no leader after " + START_SECONDS + " s:\n" + lastWords());
    }

    private void awaitMoment() throws InterruptedException {
        // For the end of one that runs: nobody sleeps here.
        for (DemoServer server : servers.values()) {
            if (server.awaitEnd(POLL_MILLIS)) {
                return;
            }
        }
    }

    /** The shard whose log has grown most since {@code before}. */
    static int busiest(ClusterStatus before, ClusterStatus now) {
        int busiest = 0;
        for (int shard = 1; shard < SHARDS; shard++) {
            busiest = entries(now, shard) - entries(before, shard) > entries(now, busiest) - entries(before, busiest)
                    ? shard
                    : busiest;
        }
        return busiest;
    }

    private static long entries(ClusterStatus status, int shard) {
        return status.members().stream()
                .flatMap(answer -> answer.shards().stream())
                .filter(found -> found.shard() == shard)
                .mapToLong(RaftStatus::last)
                .max()
                .orElse(0);
    }

    DemoServer server(String member) {
        return Objects.requireNonNull(servers.get(member));
    }

    /** The end of what each said, for people. */
    String lastWords() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Map.Entry<String, DemoServer> server : servers.entrySet()) {
            all.append("member ").append(server.getKey()).append(":\n");
            all.append(server.getValue().lastWords()).append('\n');
        }
        return all.toString();
    }

    /** Ends the processes and removes the directory. */
    @Override
    public void close() throws IOException {
        if (closed.replace(0, 1)) {
            for (DemoServer server : servers.values()) {
                server.close();
            }
            DemoServer.delete(directory);
        }
    }
}
