package dev.sluice.server.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a server: those of its connections, and those its shards run on. Who shares a thread with whom is decided here.
 * On two cores the only shard shares the one loop of the connections: the clients beside the server need the other core, and a message that
 * is not handed from thread to thread twice costs a third less. With more cores it has a loop of its own, so that sockets are read
 * while the disk writes; and so has each of several shards, wherever they run.
 */
public final class EventLoops implements AutoCloseable, Network {
    private static final long CLOSE_MILLIS_MAX = 5_000;

    private final int count;
    private final boolean inProcess;
    private final EventLoopGroup connections;
    private final EventLoopGroup shards;
    private final List<EventExecutor> ofShards = new ArrayList<>();

    private EventLoops(int count, boolean inProcess, int shardCount, boolean shared) {
        this.count = count;
        this.inProcess = inProcess;
        IoHandlerFactory handlers = inProcess ? LocalIoHandler.newFactory() : Transport.ioHandlers();
        connections = new MultiThreadIoEventLoopGroup(
                count, new EventThreads(shared ? "sluice-server" : "sluice-gateway"), handlers);
        shards = shared
                ? connections
                : new MultiThreadIoEventLoopGroup(
                        shardCount, new EventThreads("sluice-shard"), LocalIoHandler.newFactory());
        for (int number = 0; number < shardCount; number++) {
            ofShards.add(shards.next());
        }
    }

    /**
     * Starts {@code count} loops for connections from the network.
     *
     * @param shards how many shards there are
     * @param shared whether a shard that is the only one runs on one of them
     */
    public static EventLoops forNetwork(int count, int shards, boolean shared) {
        return new EventLoops(count, false, shards, shared && shards == 1);
    }

    /** Starts a loop for connections from within this JVM; a shard that is the only one runs on it. */
    public static EventLoops inProcess(int shards) {
        return new EventLoops(1, true, shards, shards == 1);
    }

    /** Where a shard runs. */
    public EventExecutor shard(int number) {
        return ofShards.get(number);
    }

    @Override
    public Bootstrap passingOn(Channel client) {
        // Inside the JVM there are no sockets: the loops of the network have them.
        EventLoop loop = client instanceof LocalChannel ? connections.next() : client.eventLoop();
        return new Bootstrap()
                .group(loop)
                .channel(Transport.socket())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
    }

    EventLoopGroup connections() {
        return connections;
    }

    int count() {
        return count;
    }

    boolean isInProcess() {
        return inProcess;
    }

    /** Ends the threads. */
    @Override
    public void close() {
        end(connections);
        if (shards != connections) {
            end(shards);
        }
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MILLIS_MAX);
    }
}
