package dev.sluice.net;

import dev.sluice.base.Shared;
import dev.sluice.base.SharedLong;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The few threads that all links of this JVM share; they end with the last link. Thread-safe. */
final class IoThreads {
    /** A loop serves many links; two are enough for a client, and one where the server needs the other core. */
    private static final int LOOPS =
            Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors() / 2));

    /** While it lasts, calls that met the end of their link are still answered. */
    private static final long QUIET_MILLIS = 100;

    private static final long SHUTDOWN_MILLIS = 2_000;

    private static final SharedLong THREADS = new SharedLong(0);

    private static final Shared<EventLoopGroup> SOCKETS =
            new Shared<>(() -> group(LOOPS, NioIoHandler.newFactory()), IoThreads::end);
    private static final Shared<EventLoopGroup> IN_PROCESS =
            new Shared<>(() -> group(1, LocalIoHandler.newFactory()), IoThreads::end);
    private static final Shared<EventExecutor> SPOOL = new Shared<>(
            () -> new DefaultEventExecutor((ThreadFactory) task -> daemon("sluice-spool", task)), IoThreads::end);

    private final Shared<EventLoopGroup> loops;
    private final boolean local;

    private IoThreads(Shared<EventLoopGroup> loops, boolean local) {
        this.loops = loops;
        this.local = local;
    }

    /** Those that reach this kind of server. */
    static IoThreads reaching(SocketAddress server) {
        boolean local = server instanceof LocalAddress;
        return new IoThreads(local ? IN_PROCESS : SOCKETS, local);
    }

    /** Whether any thread may write to the sockets of {@link #open}, and not only their event loop. */
    boolean mayWriteDirectly() {
        return !local;
    }

    /** Opens a socket that is not connected. */
    SocketOutput open() {
        if (local) {
            return new SocketOutput(new LocalChannel(), null);
        }
        try {
            SocketChannel socket = SocketChannel.open();
            return new SocketOutput(new NioSocketChannel(socket), socket);
        } catch (IOException e) {
            throw new ChannelException("no socket: " + e.getMessage(), e);
        }
    }

    EventLoopGroup acquireLoops() {
        return loops.acquire();
    }

    void releaseLoops() {
        loops.release();
    }

    /** The thread that writes large bodies to files. */
    static EventExecutor acquireSpool() {
        return SPOOL.acquire();
    }

    static void releaseSpool() {
        SPOOL.release();
    }

    private static EventLoopGroup group(int threads, IoHandlerFactory handlers) {
        return new MultiThreadIoEventLoopGroup(
                threads, (ThreadFactory) task -> new Loop("sluice-io-" + THREADS.add(1), task), handlers);
    }

    /** The thread of an event loop of links. */
    private static final class Loop extends FastThreadLocalThread {
        Loop(String name, Runnable task) {
            super(task, name);
            setDaemon(true);
        }
    }

    /** Whether the caller is an event loop of any link, which must not wait for another. */
    static boolean isLoop() {
        return Thread.currentThread() instanceof Loop;
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new FastThreadLocalThread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static void end(EventExecutorGroup group) {
        var unused = group.shutdownGracefully(QUIET_MILLIS, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
    }
}
