package dev.sluice.net;

import dev.sluice.link.ModelServer;
import dev.sluice.wire.Frames;
import dev.sluice.wire.Wire;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A model server behind a real listener. Its state is touched on its one thread only: ask by {@link #ask}. */
final class ModelHost implements AutoCloseable {
    private static final int EVERYTHING = 1_000_000;

    final ModelServer model = new ModelServer();
    private final EventLoopGroup group;
    private final Channel listener;
    private @Nullable Channel client;
    /** Closes the socket after so many more reads; negative for never. */
    private int readsLeft = -1;

    private boolean answers = true;

    private ModelHost(EventLoopGroup group, Class<? extends io.netty.channel.ServerChannel> type, SocketAddress address)
            throws InterruptedException {
        this.group = group;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(type)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Connection());
                    }
                });
        listener = bootstrap.bind(address).sync().channel();
    }

    static ModelHost onLoopback() throws InterruptedException {
        return new ModelHost(
                new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()),
                NioServerSocketChannel.class,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    static ModelHost inProcess() throws InterruptedException {
        return new ModelHost(
                new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory()),
                LocalServerChannel.class,
                LocalAddress.ANY);
    }

    SocketAddress address() {
        return listener.localAddress();
    }

    /** On the server's thread. */
    <T> T ask(Callable<T> question) throws Exception {
        return group.next().submit(question).get();
    }

    void run(Runnable action) throws Exception {
        var unused = group.next().submit(action).get();
    }

    /** Whether commands are confirmed and messages sent by themselves. */
    void answers(boolean on) throws Exception {
        run(() -> {
            answers = on;
            reply();
        });
    }

    void killAfterReads(int reads) throws Exception {
        run(() -> readsLeft = reads);
    }

    /** Sends what the model has to say. */
    void reply() {
        if (answers) {
            model.confirm(EVERYTHING);
            model.dispatch(EVERYTHING);
            if (model.transientBytes > 0) {
                model.writer().sendCreditFrame(model.transientBytes);
            }
        }
        ByteBuf out = model.take();
        Channel to = client;
        if (to != null && out.isReadable()) {
            var unused = to.writeAndFlush(out);
        } else {
            out.release();
        }
    }

    void send(ByteBuf bytes) {
        Channel to = client;
        if (to != null) {
            var unused = to.writeAndFlush(bytes);
        }
    }

    @Override
    public void close() {
        var unused = listener.close();
        var unusedToo = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private final class Connection extends ChannelInboundHandlerAdapter {
        private final ByteBuf in = Unpooled.buffer();

        @Override
        public void channelActive(ChannelHandlerContext context) {
            client = context.channel();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf read = (ByteBuf) message;
            in.writeBytes(read);
            read.release();
            if (context.channel() != client) {
                return;
            }
            model.receive(in.readSlice(Frames.completeBytes(in, Wire.FRAME_BYTES_MAX)));
            in.discardReadBytes();
            if (readsLeft == 0) {
                readsLeft = -1;
                lost();
                var unused = context.close();
                return;
            }
            readsLeft--;
            reply();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (context.channel() == client) {
                lost();
            }
            in.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unused = context.close();
        }

        private void lost() {
            client = null;
            model.socketLost();
        }
    }
}
