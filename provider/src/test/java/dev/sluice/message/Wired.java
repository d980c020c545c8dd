package dev.sluice.message;

import dev.sluice.SluiceQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/** Sends messages to themselves: stamped, encoded, decoded. */
final class Wired {
    static final SluiceQueue QUEUE = new SluiceQueue("orders");
    static final MessageId ID = new MessageId(0x0123456789abcdefL, -1, 42);
    static final Stamp STAMP = new Stamp(ID, QUEUE, true, 4, new Stamp.Times(1000, 2000, 1500));

    private static final MessageEncoder ENCODER = new MessageEncoder(UnpooledByteBufAllocator.DEFAULT);

    private Wired() {}

    @SuppressWarnings("unchecked")
    static <M extends SluiceMessage> M received(M sent) throws JMSException {
        return (M) received(sent, Deserialization.NONE);
    }

    static SluiceMessage received(SluiceMessage sent, Deserialization deserialization) throws JMSException {
        STAMP.applyTo(sent);
        return carried(sent, deserialization, 1);
    }

    /** As {@link #received}, with the stamp that it has. */
    static SluiceMessage carried(SluiceMessage sent, Deserialization deserialization, int deliveryCount)
            throws JMSException {
        MessageEncoder.Encoded encoded = ENCODER.encode(sent);
        try {
            return new MessageDecoder(deserialization)
                    .decode(encoded.envelope(), deliveryCount, stored(encoded.body()), QUEUE);
        } finally {
            boolean unused = encoded.envelope().release();
        }
    }

    static ByteBuf envelope(SluiceMessage sent) throws JMSException {
        STAMP.applyTo(sent);
        return ENCODER.encode(sent).envelope();
    }

    private static @Nullable StoredBody stored(@Nullable OutgoingBody body) {
        if (body == null) {
            return null;
        }
        ByteBuf all = Unpooled.directBuffer();
        for (long position = 0; position < body.bytes(); ) {
            int piece = (int) Math.min(256 * 1024, body.bytes() - position);
            body.read(position, all, piece);
            position += piece;
        }
        body.release();
        return new InMemory(all);
    }

    /** A body as a link would hand it over. */
    record InMemory(ByteBuf bytesOfBody) implements StoredBody {
        @Override
        public long bytes() {
            return bytesOfBody.readableBytes();
        }

        @Override
        public void read(long position, byte[] target, int offset, int length) {
            bytesOfBody.getBytes((int) position, target, offset, length);
        }

        @Override
        public void close() {
            boolean unused = bytesOfBody.refCnt() > 0 && bytesOfBody.release();
        }
    }
}
