package dev.sluice.bench.parts;

import dev.sluice.message.MessageEncoder;
import dev.sluice.message.SluiceBytesMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The message of all benchmarks: a body of 1 KiB and three properties, encoded as the client does it. */
final class Sample {
    static final int BODY_BYTES = 1_024;

    private Sample() {}

    /** Its envelope, in direct memory. */
    static UnsafeBuffer envelope() {
        try {
            return encoded();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static UnsafeBuffer encoded() throws JMSException {
        SluiceBytesMessage message = new SluiceBytesMessage();
        message.setJMSDeliveryMode(DeliveryMode.PERSISTENT);
        message.setStringProperty("region", "eu");
        message.setIntProperty("n", 42);
        message.setDoubleProperty("price", 17.5);
        message.writeBytes(new byte[BODY_BYTES]);
        MessageEncoder.Encoded encoded = new MessageEncoder(UnpooledByteBufAllocator.DEFAULT).encode(message);
        ByteBuf envelope = encoded.envelope();
        ByteBuffer bytes = ByteBuffer.allocateDirect(envelope.readableBytes());
        envelope.readBytes(bytes);
        envelope.release();
        return new UnsafeBuffer(bytes);
    }
}
