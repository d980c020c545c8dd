package dev.sluice.net;

import dev.sluice.wire.FrameException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** One socket of a link, or the attempt to get one. Dead as soon as the link lets go of it: then nothing more is heard of it. Owned by the event loop. */
final class Socket extends ChannelInboundHandlerAdapter {
    private final Host host;
    private @Nullable Channel channel;
    private @Nullable FrameBuffer buffer;
    private boolean dead;

    Socket(Host host) {
        this.host = host;
    }

    boolean isDead() {
        return dead;
    }

    @Nullable Channel channel() {
        return channel;
    }

    /** Lets go of it, and closes it after what was written. */
    void abandon() {
        dead = true;
        Channel open = channel;
        if (open != null) {
            // Behind the writes of this turn, the goodbye among them.
            open.flush();
            var unused = open.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        buffer = new FrameBuffer(context.alloc());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        FrameBuffer frames = buffer;
        if (dead || frames == null) {
            in.release();
            return;
        }
        host.beginTurn();
        try {
            frames.add(in, host::received);
        } catch (FrameException broken) {
            host.malformed(broken);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        host.endTurn();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost("the server closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lost(String.valueOf(cause.getMessage()));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (buffer != null) {
            buffer.close();
        }
    }

    private void lost(String why) {
        if (!dead) {
            abandon();
            host.beginTurn();
            host.lost(why);
            host.endTurn();
        }
    }

    /** The link around it. */
    interface Host {
        void beginTurn();

        void received(ByteBuf frames);

        void malformed(FrameException broken);

        void lost(String why);

        void endTurn();
    }
}
