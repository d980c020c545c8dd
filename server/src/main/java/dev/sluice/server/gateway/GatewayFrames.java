package dev.sluice.server.gateway;

import dev.sluice.wire.ServerFrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** What the gateway itself says to a client; all else are words of the shard. Nothing is flushed. Owned by the connection's event loop. */
final class GatewayFrames {
    private static final int FRAME_BYTES = 256;

    private final ServerFrameWriter writer = new ServerFrameWriter();
    private String membersTold = "";

    /** Why it must go. */
    void refused(ChannelHandlerContext to, Refusal refusal) {
        ByteBuf frame = begin(to);
        writer.refusedFrame(0, refusal.code(), refusal.limit(), refusal.actual(), refusal.text());
        write(to, frame);
    }

    /** Which server serves its shard. */
    void redirect(ChannelHandlerContext to, long clusterId, String server) {
        ByteBuf frame = begin(to);
        writer.redirectFrame(clusterId, server);
        write(to, frame);
    }

    /** Which servers there are, when that is known, and news to a client that goes its own ways. */
    void members(ChannelHandlerContext to, Handshake.Ways ways, Routes routes) {
        String members = routes.members();
        if (ways.knowsOthers() && !members.isEmpty() && !members.equals(membersTold)) {
            membersTold = members;
            ByteBuf frame = begin(to);
            writer.membersFrame(members);
            write(to, frame);
        }
    }

    void heartbeat(ChannelHandlerContext to, long serverTimeMillis) {
        ByteBuf frame = begin(to);
        writer.serverHeartbeatFrame(serverTimeMillis);
        write(to, frame);
    }

    private ByteBuf begin(ChannelHandlerContext to) {
        ByteBuf frame = to.alloc().directBuffer(FRAME_BYTES);
        writer.into(frame);
        return frame;
    }

    private static void write(ChannelHandlerContext to, ByteBuf frame) {
        Transport.unwatched(to.write(frame, to.voidPromise()));
    }
}
