package dev.sluice.server;

import dev.sluice.base.SharedRef;
import dev.sluice.server.gateway.Routes;
import dev.sluice.server.log.LogException;
import dev.sluice.server.raft.Leaders;
import dev.sluice.server.raft.MemberAddress;
import dev.sluice.server.raft.RaftLog;
import dev.sluice.server.raft.RaftMember;
import dev.sluice.server.raft.RaftOptions;
import dev.sluice.server.shard.Inbox;
import dev.sluice.server.store.LmdbStore;
import dev.sluice.wire.BucketMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes a server a member of a cluster: the logs of its shards, its Raft server, and where clients find what it does not lead. One for
 * each run of a server.
 */
final class ClusterPlan {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterPlan.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Path data;
    private final boolean balance;
    private final int shards;
    private final RaftMember.Belonging belonging;
    private final Leaders leaders;
    private final BucketMap first;
    private final Map<Integer, RaftLog> logs = new ConcurrentHashMap<>();
    private final Map<Integer, LmdbStore> stores = new ConcurrentHashMap<>();
    private final SharedRef<RaftMember> member = new SharedRef<>();

    private ClusterPlan(ServerConfig config, int shards, RaftMember.Belonging belonging) {
        this.data = config.storage().data();
        this.balance = config.cluster().balance();
        this.shards = shards;
        this.belonging = belonging;
        this.leaders = new Leaders(shards);
        this.first = BucketMap.initial(shards);
    }

    /** Finds out which cluster this is a member of; the first time it waits for other members. */
    static ClusterPlan of(ServerConfig config, int shards) {
        ServerConfig.Cluster cluster = config.cluster();
        Path data = config.storage().data();
        List<MemberAddress> members =
                cluster.all().stream().map(Member::address).toList();
        RaftOptions options =
                new RaftOptions(cluster.node(), members, shards, data.resolve("raft"), cluster.logBytes());
        try {
            return new ClusterPlan(config, shards, RaftMember.belong(options));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while it waited for the other members", stopped);
        }
    }

    /** Names the data: the same on each member. */
    long clusterId() {
        return belonging.clusterId();
    }

    /** Opens the log of a shard, whose store is opened already; on its thread. */
    RaftLog log(int shard, LmdbStore store, Runnable wake) {
        FileStore disk;
        try {
            disk = Files.getFileStore(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RaftLog log = new RaftLog(wake, () -> usable(disk));
        logs.put(shard, log);
        stores.put(shard, store);
        return log;
    }

    private static long usable(FileStore disk) {
        try {
            return disk.getUsableSpace();
        } catch (IOException unknown) {
            return 0;
        }
    }

    /** Starts the Raft server, once all logs are open and started. Returns when this member knows which shard has which bucket: then it can serve clients. */
    RaftMember start(ShardPlan plan, Shards running) {
        List<RaftLog> inOrder = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            inOrder.add(Objects.requireNonNull(logs.get(shard)));
        }
        List<Path> terms = IntStream.range(0, shards)
                .mapToObj(shard -> ShardPlan.terms(data, shard))
                .toList();
        MemberRows rows = new MemberRows(plan, running, stores);
        RaftMember started = RaftMember.start(belonging, new RaftMember.Shards(inOrder, terms, rows, leaders));
        member.set(started);
        boolean known = false;
        try {
            awaitBuckets(started, running);
            // Before, it would serve nobody.
            started.lead(balance);
            known = true;
            return started;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while it waited for the catalog", stopped);
        } finally {
            if (!known) {
                started.close();
            }
        }
    }

    private static void awaitBuckets(RaftMember started, Shards running) throws InterruptedException {
        boolean told = false;
        while (!started.awaitBuckets(LOOK)) {
            Throwable failure = running.failure();
            if (failure != null) {
                throw new LogException("a shard has failed: " + failure.getMessage(), failure);
            }
            if (!told) {
                LOG.info("catalog=unknown waiting for=most members, or to be made a member");
                told = true;
            }
        }
    }

    /** Which shard has which bucket, as this member knows; of no consequence before it has heard: then it serves nobody. */
    BucketMap buckets() {
        RaftMember started = member.value();
        BucketMap known = started == null ? null : started.buckets();
        return known == null ? first : known;
    }

    /** Who is called when a shard has another leader. */
    void onLeaderChange(Runnable listener) {
        leaders.onChange(listener);
    }

    /** Where clients find the shards. */
    Routes routes(List<Inbox> inboxes) {
        return new ClusterRoutes(inboxes, clusterId(), member);
    }
}
