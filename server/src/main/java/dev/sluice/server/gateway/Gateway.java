package dev.sluice.server.gateway;

import dev.sluice.base.SharedLong;
import dev.sluice.server.shard.Inbox;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side that clients connect to: the addresses it listens on, and the connections. Owned by the one who starts the server;
 * its threads are those of its event loops.
 */
public final class Gateway {
    static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private static final int BACKLOG = 1024;
    private static final int READ_BYTES_MIN = 512;
    private static final int READ_BYTES_INITIAL = 2 * 1024;
    private static final int READ_BYTES_MAX = 128 * 1024;
    /** Of one connection, before others have their turn: a batch of the shard, and so a sync, gets so much at once. */
    private static final int READS_PER_TURN = 4;

    private static final long CLOSE_MILLIS_MAX = 5_000;

    /** Of all gateways of this JVM: a shard tells the connections of several apart by it. */
    private static final SharedLong LAST_ID = new SharedLong(0);

    /** Null when others accept the connections. */
    private final @Nullable EventLoops doors;

    private final Connection.Hub hub;
    private final ChannelGroup listeners = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    private Gateway(@Nullable EventLoops doors, Connection.Hub hub) {
        this.doors = doors;
        this.hub = hub;
    }

    /** Loads what this machine's sockets need, which a start does when it was not done before. */
    public static void prepare() {
        LOG.debug("epoll={}", Transport.isNative());
    }

    /** Makes a gateway on these loops, before shards that have these inboxes; {@link #listen} opens the doors. */
    public static Gateway start(GatewayConfig config, EventLoops loops, List<Inbox> inboxes, PasswordCheck passwords) {
        return start(config, loops, new Shards(inboxes, Routes.ALL_HERE, loops), passwords);
    }

    /**
     * The shards behind a gateway.
     *
     * @param inboxes the ways in of this server, by shard
     * @param routes where each is served
     * @param network makes connections to other servers
     */
    public record Shards(List<Inbox> inboxes, Routes routes, Network network) {}

    /** As above, on a server that is not the only one. */
    public static Gateway start(GatewayConfig config, EventLoops loops, Shards shards, PasswordCheck passwords) {
        return new Gateway(loops, hub(config, shards, passwords));
    }

    /** One that listens nowhere: {@link #serve} is given its connections. */
    public static Gateway withoutDoors(GatewayConfig config, Shards shards, PasswordCheck passwords) {
        return new Gateway(null, hub(config, shards, passwords));
    }

    private static Connection.Hub hub(GatewayConfig config, Shards shards, PasswordCheck passwords) {
        Logins logins = new Logins(passwords, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        Doorkeeper doorkeeper = new Doorkeeper(config.connections(), config.unauthenticatedPerAddress());
        return new Connection.Hub(config, shards, logins, doorkeeper);
    }

    /**
     * Listens on an internet address, or inside this JVM on a {@link io.netty.channel.local.LocalAddress}, as its loops are.
     *
     * @return the address with the port that was taken
     * @throws IOException when the address is in use or not of this machine
     */
    public SocketAddress listen(SocketAddress address) throws IOException {
        EventLoops loops = Objects.requireNonNull(doors, "a gateway without doors");
        boolean local = loops.isInProcess();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.connections())
                .channel(local ? LocalServerChannel.class : Transport.serverSocket())
                .childOption(ChannelOption.ALLOCATOR, Transport.allocator(loops.count()))
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_INITIAL, READ_BYTES_MAX)
                                .maxMessagesPerRead(READS_PER_TURN))
                .childHandler(new Initializer());
        if (!local) {
            bootstrap
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        listeners.add(bound.channel());
        return bound.channel().localAddress();
    }

    private final class Initializer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            serve(channel);
        }
    }

    /** Serves a connection that was accepted and is not active yet. */
    public void serve(Channel channel) {
        connections.add(channel);
        channel.pipeline().addLast(new Connection(LAST_ID.add(1), hub));
    }

    /** How many connections there are. */
    public long connections() {
        return hub.doorkeeper().connections();
    }

    /** Closes the doors; connections stay. */
    public void stopListening() {
        listeners.close().awaitUninterruptibly(CLOSE_MILLIS_MAX);
    }

    /** Somewhere a shard is served by another server than before. */
    public void routesChanged() {
        eachConnection(Connection::routesChanged);
    }

    /** Reads nothing more; what was taken is answered still. */
    public void stopReading() {
        eachConnection(Connection::stopReading);
    }

    /** Tells the clients and closes everything; the loops are their owner's to end. */
    public void close() {
        stopListening();
        eachConnection(Connection::shutDown);
        boolean gone = connections.newCloseFuture().awaitUninterruptibly(CLOSE_MILLIS_MAX);
        if (!gone) {
            LOG.warn("connections={} did not end in {} ms and are cut", connections.size(), CLOSE_MILLIS_MAX);
        }
        connections.close().awaitUninterruptibly(CLOSE_MILLIS_MAX);
        hub.logins().close();
    }

    private void eachConnection(Consumer<Connection> action) {
        for (Channel channel : connections) {
            channel.eventLoop().execute(() -> {
                Connection connection = channel.pipeline().get(Connection.class);
                if (connection != null) {
                    action.accept(connection);
                }
            });
        }
    }
}
