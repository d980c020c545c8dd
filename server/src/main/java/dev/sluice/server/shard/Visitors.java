package dev.sluice.server.shard;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.ServerFrameWriter;
import io.netty.buffer.ByteBuf;

/** Sends away who comes to a shard that another server leads. Stateless; on the shard thread. */
final class Visitors {
    private static final int REFUSAL_BYTES = 256;

    private Visitors() {}

    /** Tells a new connection to try again; what is left of an old one is dropped, as it was told before. */
    static void turnAway(Inbound entry) {
        if (entry instanceof Inbound.Frames incoming) {
            incoming.frames().release();
        } else if (entry instanceof Inbound.Hello hello) {
            ByteBuf out = hello.outlet().allocate(REFUSAL_BYTES);
            ServerFrameWriter writer = new ServerFrameWriter();
            writer.into(out);
            writer.refusedFrame(
                    0,
                    RefusalCode.SHUTTING_DOWN,
                    0,
                    0,
                    "this server does not lead the shard; try again, here or elsewhere");
            hello.outlet().write(out);
            hello.outlet().close();
        }
    }
}
