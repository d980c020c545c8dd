package dev.sluice.server.simulation;

import dev.sluice.base.Completion;
import dev.sluice.server.gateway.Gateway;
import dev.sluice.server.gateway.GatewayConfig;
import dev.sluice.server.gateway.Routes;
import dev.sluice.server.raft.EngineLog;
import dev.sluice.server.raft.RaftLog;
import dev.sluice.server.shard.Shard;
import dev.sluice.server.simulation.raft.RaftDisk;
import dev.sluice.server.simulation.raft.RaftGroup;
import dev.sluice.server.simulation.raft.RaftMemberModel;
import dev.sluice.server.simulation.stage.Disk;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.LoopThread;
import dev.sluice.server.simulation.stage.Network;
import dev.sluice.server.simulation.stage.SimulatedChannel;
import dev.sluice.server.simulation.stage.SlabStock;
import dev.sluice.server.simulation.stage.StoreModel;
import io.netty.bootstrap.Bootstrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A server of the cluster: its machine with the disk, and one run after the other of the real shards and gateway on it. */
final class ServerNode {
    private static final int CONNECTIONS = 10_000;
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    final Host host;
    final Disk disk;
    private final int number;
    private final Surroundings around;
    private final List<RaftDisk> logs = new ArrayList<>();
    private final List<StoreModel.Rows> rows = new ArrayList<>();
    private final int[] leaders;
    private List<Shard> shards = List.of();
    private List<SlabStock.Pool> pools = List.of();
    private boolean wanted;

    /** What all servers of a cluster have in common. */
    record Surroundings(
            Network network, List<RaftGroup> groups, Settings settings, SlabStock memory, Reports reports) {}

    /** Where a server says what it does. */
    interface Reports {
        /** Something happened. */
        void said(String what);

        /** A shard stopped by itself, which it never should. */
        void failed(String server, @Nullable Throwable why);
    }

    ServerNode(int number, Host host, Surroundings around) {
        this.number = number;
        this.host = host;
        this.around = around;
        disk = new Disk(host);
        leaders = new int[around.groups.size()];
        for (int shard = 0; shard < leaders.length; shard++) {
            logs.add(new RaftDisk());
            rows.add(new StoreModel.Rows());
        }
    }

    String name() {
        return host.name();
    }

    StoreModel.Rows rows(int shard) {
        return rows.get(shard);
    }

    /** Whether its process should run now. */
    boolean isWanted() {
        return wanted;
    }

    // ---- a run ----

    void start() {
        wanted = true;
        host.start();
        LoopThread loop = new LoopThread(host);
        List<Shard> begun = new ArrayList<>();
        List<RaftLog> opened = new ArrayList<>();
        List<SlabStock.Pool> taken = new ArrayList<>();
        for (int number = 0; number < leaders.length; number++) {
            leaders[number] = RaftMemberModel.Listener.UNKNOWN;
            int shard = number;
            SlabStock.Pool pool = around.memory.new Pool();
            taken.add(pool);
            begun.add(Shard.begin(
                    around.settings.shard(shard, leaders.length),
                    loop,
                    wake -> {
                        RaftLog log = new RaftLog(wake, disk::roomBytes);
                        opened.add(log);
                        return new Shard.Resources(log, new StoreModel(rows.get(shard), disk, wake), pool);
                    },
                    host,
                    () -> shardFailed(shard)));
        }
        shards = begun;
        pools = taken;
        // Behind the starts of the shards.
        loop.execute(() -> open(loop, opened));
    }

    private void open(LoopThread loop, List<RaftLog> opened) {
        // They have started, or say here why not.
        shards.forEach(Shard::awaitStarted);
        Gateway.Shards behind = new Gateway.Shards(
                shards.stream().map(Shard::inbox).toList(),
                new NodeRoutes(),
                client -> new Bootstrap()
                        .group(loop)
                        .channelFactory(() -> new SimulatedChannel(around.network, host, loop))
                        .disableResolver());
        Gateway gateway = Gateway.withoutDoors(
                new GatewayConfig(CONNECTIONS, CONNECTIONS, HANDSHAKE, around.settings.heartbeat(), true),
                behind,
                (user, password) -> false);
        for (int shard = 0; shard < leaders.length; shard++) {
            int ofShard = shard;
            EngineLog engine = new EngineLog(opened.get(shard));
            RaftGroup group = around.groups.get(shard);
            var unused = new RaftMemberModel(
                    number,
                    new RaftMemberModel.Parts(
                            host,
                            group,
                            logs.get(shard),
                            disk,
                            engine,
                            new ShardRows(shard, loop),
                            leader -> led(ofShard, leader, gateway, loop)));
        }
        around.network.listen(
                host,
                end -> loop.enter(() -> {
                    SimulatedChannel channel = new SimulatedChannel(around.network, host, loop, end);
                    gateway.serve(channel);
                    var unused = loop.register(channel);
                    channel.begin();
                }));
    }

    /** The rows of a shard, in one run. */
    private final class ShardRows implements RaftMemberModel.Rows {
        private final int shard;
        private final LoopThread loop;

        ShardRows(int shard, LoopThread loop) {
            this.shard = shard;
            this.loop = loop;
        }

        @Override
        public int entriesKept() {
            return around.settings.disks().entriesKept();
        }

        @Override
        public RaftMemberModel.Copied read() {
            StoreModel.Rows copy = rows.get(shard).copy();
            return new RaftMemberModel.Copied(copy, copy.all().appliedIndex());
        }

        @Override
        public void exchange(RaftMemberModel.Copied copy, Consumer<Boolean> done) {
            Completion renewal = shards.get(shard).beginRenewal(copy.appliedIndex(), wake -> {
                rows.set(shard, copy.rows());
                around.reports.said(name() + " goes on from rows that were copied, at entry " + copy.appliedIndex()
                        + " of shard " + shard);
                return new StoreModel(copy.rows(), disk, wake);
            });
            // Behind it.
            loop.execute(() -> done.accept(renewal.failure() == null));
        }
    }

    private void led(int shard, int leader, Gateway gateway, LoopThread loop) {
        if (leaders[shard] != leader) {
            leaders[shard] = leader;
            around.reports.said(name() + " takes " + (leader < 0 ? "nobody" : Character.toString('a' + leader))
                    + " for the leader of shard " + shard);
            loop.enter(gateway::routesChanged);
        }
    }

    /** Where the shards are served, as this server knows it. */
    private final class NodeRoutes implements Routes {
        @Override
        public Route of(int shard) {
            if (shards.get(shard).inbox().isServing()) {
                return Route.HERE;
            }
            int leader = leaders[shard];
            return leader < 0 || leader == number
                    ? Route.UNKNOWN
                    : Route.to(around.settings.names().of(leader));
        }

        @Override
        public long clusterId() {
            return Settings.CLUSTER_ID;
        }

        @Override
        public String members() {
            return IntStream.range(0, around.settings.nodes())
                    .mapToObj(node -> around.settings.names().of(node))
                    .map(node -> node.getHostString() + ":" + node.getPort())
                    .collect(Collectors.joining(","));
        }
    }

    private void shardFailed(int shard) {
        around.reports.failed(name(), shards.get(shard).failure());
    }

    /** Whether one of its disks was lost, and it is not a member again. */
    boolean isStranger() {
        return logs.stream().anyMatch(RaftDisk::isStranger);
    }

    /** The disk is lost while it does not run; it is another, empty one from now on. */
    void loseDisk() {
        for (int shard = 0; shard < leaders.length; shard++) {
            logs.set(shard, logs.get(shard).replaced());
            rows.set(shard, new StoreModel.Rows());
        }
    }

    /** Ends the run: as a process that is killed, or (and then the disk loses what was not synced) as a machine without power. */
    void kill(boolean power, boolean lossy) {
        wanted = false;
        around.network.ended(host, power, lossy);
        host.kill();
        around.groups.forEach(group -> group.stopped(number));
        pools.forEach(SlabStock.Pool::end);
        pools = List.of();
        if (power) {
            logs.forEach(log -> log.crash(host.timeline()));
        }
    }
}
