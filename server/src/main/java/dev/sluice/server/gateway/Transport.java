package dev.sluice.server.gateway;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The kind of sockets of this machine, and the memory for what goes through them. Stateless. */
final class Transport {
    private static final int PAGE_BYTES = 8 * 1024;
    /** Chunks of 1 MiB: an idle server takes hardly more than one, and any frame but the largest fits. */
    private static final int PAGES_EXPONENT = 7;

    private static final int SMALL_CACHED = 256;
    private static final int NORMAL_CACHED = 32;

    private Transport() {}

    static boolean isNative() {
        return Epoll.isAvailable();
    }

    static IoHandlerFactory ioHandlers() {
        return isNative() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    static Class<? extends ServerChannel> serverSocket() {
        return isNative() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    static Class<? extends Channel> socket() {
        return isNative() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** One arena for each event loop and one for the shard, all direct. */
    static ByteBufAllocator allocator(int eventLoops) {
        return new PooledByteBufAllocator(
                true, 0, eventLoops + 1, PAGE_BYTES, PAGES_EXPONENT, SMALL_CACHED, NORMAL_CACHED, true);
    }

    /** The end of what was begun is not waited for: a failure comes to the connection as an exception, or as its end. */
    static void unwatched(Future<?> begun) {
        assert begun != null;
    }

    /** Whether who has this address is on this machine. */
    static boolean isOfThisMachine(SocketAddress address) {
        return address instanceof LocalAddress
                || (address instanceof InetSocketAddress internet
                        && internet.getAddress().isLoopbackAddress());
    }
}
