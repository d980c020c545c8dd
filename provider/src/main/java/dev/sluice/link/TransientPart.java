package dev.sluice.link;

import io.netty.buffer.ByteBuf;

/**
 * An encoded frame without a number: a Publish, or a part of one with a large body. {@code stageId} is 0 when the body is in the
 * envelope; otherwise the chunks of the stage come before its Publish, which is the last.
 */
public record TransientPart(ByteBuf frame, long stageId, boolean first, boolean last) implements LinkCall {
    int bytes() {
        return frame.readableBytes();
    }

    @Override
    public void enter(LinkMachine machine) {
        machine.submitTransient(this);
    }

    @Override
    public void refuse(LinkException why) {
        // At most once: there is no reply.
    }
}
