package dev.sluice.jms;

import dev.sluice.SluiceDestination;
import dev.sluice.base.Clock;
import dev.sluice.base.SharedLong;
import dev.sluice.link.DeliverySink.Delivery;
import dev.sluice.link.DeliverySink.SpooledBody;
import dev.sluice.link.Link;
import dev.sluice.link.Link.BodySource;
import dev.sluice.message.Acknowledgement;
import dev.sluice.message.Deserialization;
import dev.sluice.message.ForeignMessages;
import dev.sluice.message.MessageDecoder;
import dev.sluice.message.MessageEncoder;
import dev.sluice.message.MessageId;
import dev.sluice.message.OutgoingBody;
import dev.sluice.message.SluiceBytesMessage;
import dev.sluice.message.SluiceMapMessage;
import dev.sluice.message.SluiceMessage;
import dev.sluice.message.SluiceObjectMessage;
import dev.sluice.message.SluiceStreamMessage;
import dev.sluice.message.SluiceTextMessage;
import dev.sluice.message.Stamp;
import dev.sluice.message.StoredBody;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of one connection: makes new ones, stamps and encodes what is sent, decodes what came. Thread-safe. */
final class Messages {
    /** What the estimate of the server's clock is off by on a quick network. */
    private static final long CLOCK_ERROR_MILLIS = 25;

    private final Link link;
    private final SharedLong numbers = new SharedLong(0);
    private final Deserialization deserialization;
    private final MessageEncoder encoder = new MessageEncoder(PooledByteBufAllocator.DEFAULT);
    private final MessageDecoder decoder;

    /** {@code allowed}: what an ObjectMessage may be made of. */
    Messages(Link link, List<String> allowed) {
        this.link = link;
        this.deserialization =
                new Deserialization(allowed, () -> Thread.currentThread().getContextClassLoader());
        this.decoder = new MessageDecoder(deserialization);
    }

    /** A message ready for the link, which takes it over. */
    record Outgoing(ByteBuf envelope, @Nullable BodySource body) {
        /** Instead of handing it to the link. */
        void release() {
            envelope.release();
            if (body != null) {
                body.release();
            }
        }
    }

    Message message() {
        return new SluiceMessage();
    }

    BytesMessage bytes() {
        return new SluiceBytesMessage();
    }

    MapMessage map() {
        return new SluiceMapMessage();
    }

    ObjectMessage object() {
        return new SluiceObjectMessage(deserialization);
    }

    StreamMessage stream() {
        return new SluiceStreamMessage();
    }

    TextMessage text() {
        return new SluiceTextMessage();
    }

    /** Sets the header of {@code message} as the standard says for a send, and encodes it; another provider's message too. */
    Outgoing encode(Message message, SluiceDestination destination, SendOptions options) throws JMSException {
        long timestamp = Clock.SYSTEM.wallMillis();
        long now = serverTime(timestamp);
        long deliveryTime = later(now, options.delayMillis());
        long expiration = options.timeToLiveMillis() == 0 ? 0 : later(now, options.timeToLiveMillis());
        MessageId id = options.idDisabled() ? null : new MessageId(link.keyHigh(), link.keyLow(), numbers.add(1));
        Stamp stamp = new Stamp(
                id,
                destination,
                options.isPersistent(),
                options.priority(),
                new Stamp.Times(options.timestampDisabled() ? 0 : timestamp, expiration, deliveryTime));
        stamp.applyTo(message);
        SluiceMessage own = ForeignMessages.copyOf(message);
        if (own != message) {
            stamp.applyTo(own);
        }
        MessageEncoder.Encoded encoded = encoder.encode(own);
        OutgoingBody body = encoded.body();
        return new Outgoing(encoded.envelope(), body == null ? null : new LongBody(body));
    }

    // The server's clock is known by what it last said of it. Where that differs by no more than this knowledge errs,
    // the times of a message follow from its timestamp.
    private long serverTime(long timestamp) {
        long server = link.serverTimeMillis();
        return Math.abs(server - timestamp) <= CLOCK_ERROR_MILLIS ? timestamp : server;
    }

    private static long later(long now, long millis) {
        return millis > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + millis;
    }

    /** The message of a delivery; the envelope stays the caller's, the spooled body becomes the message's. */
    Message decode(Delivery delivery, Destination destination, Acknowledgement acknowledgement) throws JMSException {
        SpooledBody spooled = delivery.body();
        try {
            SluiceMessage message = decoder.decode(
                    delivery.envelope(),
                    delivery.deliveryCount(),
                    spooled == null ? null : new Spooled(spooled),
                    destination);
            message.acknowledgement(acknowledgement);
            return message;
        } catch (MalformedException malformed) {
            throw JmsErrors.because("a message that came cannot be read", malformed);
        }
    }

    /** A body on its way out, for the link. */
    private record LongBody(OutgoingBody body) implements BodySource {
        @Override
        public long bytes() {
            return body.bytes();
        }

        @Override
        public void read(long position, ByteBuf target, int length) {
            body.read(position, target, length);
        }

        @Override
        public void release() {
            body.release();
        }
    }

    /** A body that came in a file, for the message. */
    private record Spooled(SpooledBody body) implements StoredBody {
        @Override
        public long bytes() {
            return body.bytes();
        }

        @Override
        public void read(long position, byte[] target, int offset, int length) throws IOException {
            body.read(position, target, offset, length);
        }

        @Override
        public void close() {
            body.close();
        }
    }
}
