package dev.sluice.server;

import dev.sluice.base.Clock;
import dev.sluice.base.Completion;
import dev.sluice.base.SharedRef;
import dev.sluice.server.admin.Users;
import dev.sluice.server.admin.UsersFile;
import dev.sluice.server.gateway.EventLoops;
import dev.sluice.server.gateway.Gateway;
import dev.sluice.server.gateway.GatewayConfig;
import dev.sluice.server.gateway.PasswordCheck;
import dev.sluice.server.gateway.Routes;
import dev.sluice.server.log.LogException;
import dev.sluice.server.raft.RaftMember;
import dev.sluice.server.store.LmdbStore;
import dev.sluice.server.store.StoreException;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: data directory, shards and gateway, put together here and nowhere else. Started by one call; stopped from any
 * thread, once. What was confirmed to a client is on the disk whether it is stopped or killed.
 */
public final class SluiceServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SluiceServer.class);

    private static final SecureRandom IN_MEMORY_IDS = new SecureRandom();

    private final @Nullable DataDirectory directory;
    private final Completion ended = new Completion();
    private final SharedRef<Boolean> stopping = new SharedRef<>();
    private final SharedRef<Running> running = new SharedRef<>();
    private final SharedRef<Throwable> failure = new SharedRef<>();

    private record Running(
            EventLoops loops,
            Shards shards,
            Gateway gateway,
            SocketAddress address,
            @Nullable RaftMember member,
            @Nullable Resolving resolving) {}

    private SluiceServer(@Nullable DataDirectory directory) {
        this.directory = directory;
    }

    /**
     * Begins to load, on a thread of its own, what a start on this JVM will need and what takes long: native libraries. Nothing depends on
     * it; the start waits for what is not there yet.
     */
    public static void prepare() {
        Thread thread = new Thread(
                () -> {
                    LmdbStore.prepare();
                    Gateway.prepare();
                },
                "sluice-prepare");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Starts a server that listens on the network, and returns when it accepts clients.
     *
     * @throws StartException when it cannot, with the reason for the operator
     */
    public static SluiceServer start(ServerConfig config) {
        LOG.info("starting {}", ConfigText.summary(config));
        InetSocketAddress address = address(config);
        if (address.isUnresolved()) {
            throw new StartException("bind: there is no address '" + address.getHostString() + "'");
        }
        return durable(config, address);
    }

    private static InetSocketAddress address(ServerConfig config) {
        ServerConfig.Listener listener = config.listener();
        if (!config.cluster().isSet()) {
            return new InetSocketAddress(listener.bind(), listener.port());
        }
        Member own = config.cluster().own();
        boolean told =
                !listener.bind().equals(ServerConfig.defaults().listener().bind());
        return new InetSocketAddress(told ? listener.bind() : own.host(), own.port());
    }

    /** Starts a durable server that only this JVM reaches, at {@code address}. */
    static SluiceServer startEmbedded(ServerConfig config, LocalAddress address) {
        return durable(config, address);
    }

    /** Starts a server without a disk that only this JVM reaches, at {@code address}. */
    static SluiceServer startInMemory(ServerConfig config, LocalAddress address) {
        SluiceServer server = new SluiceServer(null);
        server.run(config, Math.max(1, config.storage().shards()), (user, password) -> false, address);
        return server;
    }

    private static SluiceServer durable(ServerConfig config, SocketAddress address) {
        Path data = config.storage().data();
        // Before a new directory has a number of shards that it cannot be started with.
        ShardPlan.check(config, Math.max(1, config.storage().shards()));
        ServerConfig.Cluster cluster = config.cluster();
        DataDirectory directory =
                lock(data, new DataDirectory.Expected(config.storage().shards(), cluster.isSet()));
        SluiceServer server = new SluiceServer(directory);
        try {
            Users users = new Users(new UsersFile(config.access().usersFile(data)));
            server.run(config, directory.shards(), users::matches, address);
            return server;
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        } finally {
            if (server.running.value() == null) {
                server.unlock();
            }
        }
    }

    private static DataDirectory lock(Path data, DataDirectory.Expected expected) {
        try {
            return DataDirectory.lock(data, expected);
        } catch (IOException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private void run(ServerConfig config, int shardCount, PasswordCheck passwords, SocketAddress address) {
        long begun = Clock.SYSTEM.nanoTime();
        EventLoops loops = address instanceof LocalAddress
                ? EventLoops.inProcess(shardCount)
                : networkLoops(config.listener(), shardCount);
        try {
            ClusterPlan cluster = config.cluster().isSet() ? clusterPlan(config, shardCount) : null;
            long clusterId = cluster == null ? clusterId() : cluster.clusterId();
            ShardPlan plan = new ShardPlan(config, shardCount, clusterId, directory != null, cluster);
            Shards shards = startShards(plan, loops);
            Routes routes = cluster == null ? Routes.ALL_HERE : cluster.routes(shards.inboxes());
            Gateway.Shards behind = new Gateway.Shards(shards.inboxes(), routes, loops);
            Gateway gateway = Gateway.start(gatewayConfig(config), loops, behind, passwords);
            RaftMember member = cluster == null ? null : startMember(cluster, plan, shards, gateway);
            SocketAddress listening = listen(shards, gateway, member, address);
            Resolving resolving = resolving(config, shards, gateway, behind);
            running.set(new Running(loops, shards, gateway, listening, member, resolving));
            LOG.info(
                    "listening address={} shards={} startedIn={}ms",
                    listening,
                    shardCount,
                    (Clock.SYSTEM.nanoTime() - begun) / 1_000_000);
        } finally {
            if (running.value() == null) {
                loops.close();
            }
        }
        if (failure.value() != null) {
            // It failed before there was anything to stop.
            stopAside();
        }
    }

    private static EventLoops networkLoops(ServerConfig.Listener listener, int shards) {
        int cores = Runtime.getRuntime().availableProcessors();
        int count = listener.eventLoopsOf(cores);
        return EventLoops.forNetwork(count, shards, count == 1 && cores <= 2);
    }

    private Shards startShards(ShardPlan plan, EventLoops loops) {
        try {
            return Shards.start(plan, loops, this::shardFailed);
        } catch (LogException | StoreException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ClusterPlan clusterPlan(ServerConfig config, int shards) {
        try {
            return ClusterPlan.of(config, shards);
        } catch (LogException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static RaftMember startMember(ClusterPlan cluster, ShardPlan plan, Shards shards, Gateway gateway) {
        cluster.onLeaderChange(gateway::routesChanged);
        try {
            return cluster.start(plan, shards);
        } catch (LogException e) {
            shards.stop();
            gateway.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private long clusterId() {
        return directory == null ? IN_MEMORY_IDS.nextLong() : directory.clusterId();
    }

    private static @Nullable Resolving resolving(
            ServerConfig config, Shards shards, Gateway gateway, Gateway.Shards behind) {
        boolean started = false;
        try {
            Resolving resolving = shards.count() == 1
                    ? null
                    : Resolving.start(behind, config.sessions().grace());
            started = true;
            return resolving;
        } finally {
            if (!started) {
                shards.stop();
                gateway.close();
            }
        }
    }

    private static SocketAddress listen(
            Shards shards, Gateway gateway, @Nullable RaftMember member, SocketAddress address) {
        try {
            return gateway.listen(address);
        } catch (IOException e) {
            shards.stop();
            if (member != null) {
                member.close();
            }
            gateway.close();
            throw new StartException(whyNotListening(address, e), e);
        }
    }

    private static String whyNotListening(SocketAddress address, IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        if (address instanceof InetSocketAddress internet && reason.contains("in use")) {
            return "port " + internet.getPort() + " of " + internet.getHostString()
                    + " is in use by another program, perhaps another server;"
                    + " choose another with --port, or 0 for any that is free";
        }
        return reason;
    }

    private static GatewayConfig gatewayConfig(ServerConfig config) {
        ServerConfig.Listener listener = config.listener();
        return new GatewayConfig(
                listener.connections(),
                listener.unauthenticatedPerAddress(),
                listener.handshakeTimeout(),
                ShardPlan.heartbeat(config),
                config.access().allowAnonymousLoopback());
    }

    /** The port that clients connect to; 0 for a server that only this JVM reaches. */
    public int port() {
        Running now = running.value();
        return now != null && now.address instanceof InetSocketAddress internet ? internet.getPort() : 0;
    }

    /** Whether it has ended, or is about to. */
    boolean isStopping() {
        return stopping.value() != null;
    }

    /** Stops: no new clients, those there are told, what was begun is finished and stored. Returns when that is done. */
    public void stop() {
        if (stopping.setOnce(Boolean.TRUE)) {
            try {
                stopNow();
            } finally {
                unlock();
                ended.succeed(0);
            }
        }
        awaitUninterruptibly();
    }

    private void stopNow() {
        Running now = running.value();
        if (now == null) {
            return;
        }
        LOG.info("stopping address={} connections={}", now.address, now.gateway.connections());
        now.gateway.stopListening();
        if (now.member != null) {
            // While clients are still served, here and by pipes to the others: they hear of the next leader, not of an
            // end.
            now.member.handOver();
        }
        now.gateway.stopReading();
        if (now.resolving != null) {
            now.resolving.close();
        }
        now.shards.stop();
        if (now.member != null) {
            now.member.close();
        }
        now.gateway.close();
        now.loops.close();
        LOG.info("stopped address={}", now.address);
    }

    private void awaitUninterruptibly() {
        boolean interrupted = false;
        while (!ended.isDone()) {
            try {
                ended.awaitDone();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /**
     * Waits until the server has ended.
     *
     * @return why it ended by itself, or null when it was stopped
     */
    public @Nullable Throwable awaitEnd() throws InterruptedException {
        ended.awaitDone();
        return failure.value();
    }

    /** Why it ended by itself, or null. */
    public @Nullable Throwable failure() {
        return failure.value();
    }

    /** How many shards it has. */
    int shards() {
        Running now = running.value();
        return now == null ? 0 : now.shards.count();
    }

    /** On a shard's thread, which may not wait for itself. */
    private void shardFailed() {
        // Before it is looked whether it runs: who starts it looks for a failure after that.
        failure.set(new IllegalStateException("a shard failed at its start"));
        Running now = running.value();
        if (now != null) {
            failure.set(now.shards.failure());
        }
        if (now != null) {
            stopAside();
        }
    }

    private void stopAside() {
        Thread stopper = new Thread(this::stop, "sluice-stop");
        stopper.start();
    }

    private void unlock() {
        if (directory != null) {
            directory.close();
        }
    }
}
