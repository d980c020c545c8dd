package dev.sluice.net;

import dev.sluice.wire.FrameException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a link, or the attempt to get one. The event loop reads it, and leaves what came to the owner of the link's turn, who owns
 * all the rest. Dead as soon as the link lets go of it: then nothing more is heard of it.
 */
final class Socket extends ChannelInboundHandlerAdapter {
    private final Host host;
    private @Nullable Channel channel;
    private @Nullable SocketOutput output;
    private @Nullable FrameBuffer buffer;
    private boolean dead;

    Socket(Host host) {
        this.host = host;
    }

    // ---- the owner of the turn ----

    /** With its channel, not connected yet. */
    Channel opened(SocketOutput opened) {
        output = opened;
        channel = opened.channel();
        buffer = new FrameBuffer(opened.channel().alloc());
        return opened.channel();
    }

    boolean isDead() {
        return dead;
    }

    /** Takes over whole frames. */
    void write(ByteBuf frames) {
        if (output == null) {
            frames.release();
        } else {
            output.write(frames);
        }
    }

    void flush() {
        if (output != null) {
            output.flush();
        }
    }

    /** Reads from the socket, or does not. */
    void reading(boolean on) {
        Channel open = channel;
        if (open != null) {
            // On its loop, always: Netty defers part of a stop elsewhere, which would then come after the next start.
            open.eventLoop().execute(() -> open.config().setAutoRead(on));
        }
    }

    /** Lets go of it, and closes it after what was written. */
    void abandon() {
        dead = true;
        if (output != null) {
            // The goodbye may be in it.
            output.flush();
            output.close();
        }
        if (buffer != null) {
            buffer.close();
        }
    }

    private void received(ByteBuf in) {
        FrameBuffer frames = buffer;
        if (dead || frames == null) {
            in.release();
            return;
        }
        try {
            frames.add(in, host::received);
        } catch (FrameException broken) {
            host.malformed(broken);
        }
    }

    private void ended(String why) {
        if (!dead) {
            abandon();
            host.lost(why);
        }
    }

    // ---- the event loop ----

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        host.happened(() -> received(in));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        host.workOff();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost("the server closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lost(String.valueOf(cause.getMessage()));
    }

    private void lost(String why) {
        host.happened(() -> ended(why));
        host.workOff();
    }

    /** The link around it. */
    interface Host {
        /** On the event loop: runs it within the next turn. */
        void happened(Runnable event);

        /** Takes turns, if no other thread does. */
        void workOff();

        void received(ByteBuf frames);

        void malformed(FrameException broken);

        void lost(String why);
    }
}
