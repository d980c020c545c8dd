package dev.sluice.server.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a client's bytes to the server that leads its shard, and back. It looks at nothing; who cannot take more holds the other end
 * back; when one end is gone so is the other. Owned by the event loop of the client, which need not be its own.
 */
final class Pipe {
    private static final int CONNECT_MILLIS_MAX = 2_000;

    private final Channel client;
    private final Runnable onEnd;
    private @Nullable Channel leader;
    private boolean closed;

    /** {@code onEnd} is called on the client's event loop when the leader's end is gone. */
    Pipe(Channel client, Runnable onEnd) {
        this.client = client;
        this.onEnd = onEnd;
    }

    /** Connects; the answer comes on the client's event loop: null, or why there is no connection. */
    void connect(InetSocketAddress address, Bootstrap bootstrap, Consumer<@Nullable Throwable> answer) {
        var connecting = bootstrap
                .option(ChannelOption.ALLOCATOR, client.alloc())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new Back())
                .connect(address);
        Transport.unwatched(connecting.addListener(done -> client.eventLoop().execute(() -> {
            if (done.isSuccess()) {
                connected(connecting.channel());
            }
            answer.accept(done.isSuccess() ? null : done.cause());
        })));
    }

    private void connected(Channel channel) {
        if (closed) {
            Transport.unwatched(channel.close());
        } else {
            leader = channel;
            channel.config().setAutoRead(true);
        }
    }

    /** From the client to the leader; takes the bytes over. */
    void write(ByteBuf bytes) {
        Channel to = leader;
        if (to == null || closed) {
            bytes.release();
        } else {
            Transport.unwatched(to.write(bytes, to.voidPromise()));
        }
    }

    /** What was written goes out; the client is not read while the leader cannot take more. */
    void flush() {
        Channel to = leader;
        if (to != null) {
            to.flush();
            if (!to.isWritable()) {
                read(client, to);
            }
        }
    }

    /** The client's end, for its pipeline: takes all that is read. */
    ChannelInboundHandlerAdapter there() {
        return new There();
    }

    /** Ends the leader's end, once it has what was written. */
    void close() {
        closed = true;
        Channel to = leader;
        if (to != null) {
            Transport.unwatched(
                    to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> Transport.unwatched(to.close())));
        }
    }

    /** One end is read while the other takes more: on its own loop, and as it is then, since the two may have different ones. */
    private static void read(Channel from, Channel to) {
        from.eventLoop().execute(() -> from.config().setAutoRead(to.isWritable()));
    }

    /** The client's end. */
    private final class There extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            write((ByteBuf) message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            Channel from = leader;
            if (from != null) {
                read(from, client);
            }
        }
    }

    /** The leader's end. On its own event loop. */
    private final class Back extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Transport.unwatched(client.write(message, client.voidPromise()));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            client.flush();
            if (!client.isWritable()) {
                read(context.channel(), client);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            read(client, context.channel());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            client.eventLoop().execute(onEnd);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Gateway.LOG.debug("a connection to a leader was lost: {}", cause.getMessage());
            Transport.unwatched(context.close());
        }
    }
}
