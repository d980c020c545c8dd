package dev.sluice.server.gateway;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a server: those of its connections, and the one its shard runs on. Who shares a thread with whom is decided here.
 * On two cores the shard shares the one loop of the connections: the clients beside the server need the other core, and a message that
 * is not handed from thread to thread twice costs a third less. With more cores it has a loop of its own, so that sockets are read
 * while the disk writes.
 */
public final class EventLoops implements AutoCloseable {
    private static final long CLOSE_MILLIS_MAX = 5_000;

    private final int count;
    private final boolean inProcess;
    private final EventLoopGroup connections;
    private final EventLoopGroup shard;

    private EventLoops(int count, boolean inProcess, boolean shared) {
        this.count = count;
        this.inProcess = inProcess;
        IoHandlerFactory handlers = inProcess ? LocalIoHandler.newFactory() : Transport.ioHandlers();
        connections = new MultiThreadIoEventLoopGroup(
                count, new EventThreads(shared ? "sluice-server" : "sluice-gateway"), handlers);
        shard = shared
                ? connections
                : new MultiThreadIoEventLoopGroup(1, new EventThreads("sluice-shard"), LocalIoHandler.newFactory());
    }

    /**
     * Starts {@code count} loops for connections from the network.
     *
     * @param shared whether the shard runs on one of them
     */
    public static EventLoops forNetwork(int count, boolean shared) {
        return new EventLoops(count, false, shared);
    }

    /** Starts a loop for connections from within this JVM; the shard runs on it. */
    public static EventLoops inProcess() {
        return new EventLoops(1, true, true);
    }

    /** Where the shard runs. */
    public EventExecutor shard() {
        return shard.next();
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
        if (shard != connections) {
            end(shard);
        }
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MILLIS_MAX);
    }
}
