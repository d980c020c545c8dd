package dev.sluice.server;

import dev.sluice.server.gateway.Routes;
import dev.sluice.server.raft.Leaders;
import dev.sluice.server.raft.RaftLog;
import dev.sluice.server.raft.RaftMember;
import dev.sluice.server.raft.RaftOptions;
import dev.sluice.server.shard.Inbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What makes a server a member of a cluster: the logs of its shards, its Raft server, and where clients find what it does not lead. One for
 * each run of a server.
 */
final class ClusterPlan {
    private final ServerConfig.Cluster cluster;
    private final Path data;
    private final int shards;
    private final Leaders leaders;
    private final Map<Integer, RaftLog> logs = new ConcurrentHashMap<>();
    private final Map<String, InetSocketAddress> addresses = new HashMap<>();

    ClusterPlan(ServerConfig config, int shards) {
        this.cluster = config.cluster();
        this.data = config.storage().data();
        this.shards = shards;
        this.leaders = new Leaders(shards);
        for (Member member : cluster.all()) {
            addresses.put(member.name(), new InetSocketAddress(plain(member.host()), member.port()));
        }
    }

    /** Names the data of a cluster of these members: the same on each of them, and another for other members. */
    static long dataId(List<Member> members) {
        String text = members.stream()
                .map(member -> member.name() + "=" + member.host() + ":" + member.port() + ":" + member.raftPort())
                .sorted()
                .collect(Collectors.joining(","));
        UUID id = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
        return id.getMostSignificantBits() ^ id.getLeastSignificantBits();
    }

    private static String plain(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Opens the log of a shard; on its thread. */
    RaftLog log(int shard, Runnable wake) {
        FileStore disk;
        try {
            disk = Files.getFileStore(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RaftLog log = new RaftLog(wake, () -> usable(disk));
        logs.put(shard, log);
        return log;
    }

    private static long usable(FileStore disk) {
        try {
            return disk.getUsableSpace();
        } catch (IOException unknown) {
            return 0;
        }
    }

    /** Starts the Raft server, once all logs are open and started. */
    RaftMember start() {
        List<RaftOptions.Peer> peers = cluster.all().stream()
                .map(member -> new RaftOptions.Peer(member.name(), member.host(), member.raftPort()))
                .toList();
        RaftOptions options = new RaftOptions(cluster.node(), peers, dataId(cluster.all()), data.resolve("raft"));
        List<RaftLog> inOrder = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            inOrder.add(java.util.Objects.requireNonNull(logs.get(shard)));
        }
        List<Path> terms = IntStream.range(0, shards)
                .mapToObj(shard -> ShardPlan.directory(data, shard).resolve("terms"))
                .toList();
        return RaftMember.start(options, inOrder, terms, leaders);
    }

    /** Who is called when a shard has another leader. */
    void onLeaderChange(Runnable listener) {
        leaders.onChange(listener);
    }

    /** Where clients find the shards. */
    Routes routes(List<Inbox> inboxes) {
        return shard -> {
            if (inboxes.get(shard).isServing()) {
                return Routes.Route.HERE;
            }
            @Nullable String leader = leaders.of(shard);
            InetSocketAddress address = leader == null || leader.equals(cluster.node()) ? null : addresses.get(leader);
            return address == null ? Routes.Route.UNKNOWN : Routes.Route.to(address);
        };
    }
}
