package dev.sluice.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.SluiceDestination;
import dev.sluice.wire.Frames;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.EnvelopeEncoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Makes envelopes of messages. Immutable; any thread may use it, on messages of its own. */
public final class MessageEncoder {
    private static final int PARTS = 9;
    private static final int FIXED_BYTES =
            MessageHeaderEncoder.ENCODED_LENGTH + EnvelopeEncoder.BLOCK_LENGTH + PARTS * Integer.BYTES;
    private static final byte[] NOTHING = {};

    private final ByteBufAllocator allocator;

    /** Envelopes come from {@code allocator}. */
    public MessageEncoder(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Encodes a message that was stamped; its later changes do not show. A BytesMessage or StreamMessage is reset by it.
     *
     * @throws MessageFormatException when header and properties are longer than an envelope may be
     * @throws jakarta.jms.InvalidDestinationException when JMSReplyTo is no destination of ours
     */
    public Encoded encode(SluiceMessage message) throws JMSException {
        message.endWriting();
        MessageHeader header = message.header();
        MessageProperties properties = message.properties();
        Destination replyTo = header.replyTo();
        SluiceDestination reply = replyTo == null ? null : SluiceDestination.of(replyTo);

        byte[] correlation = header.correlationBytes();
        byte[] type = utf8(header.type());
        byte[] replyName = reply == null ? null : utf8(reply.name());
        byte[] group = utf8(properties.groupId());
        EncodedBody entries = properties.encode();
        EncodedBody body = message.encodedBody();

        long bytes = (long) FIXED_BYTES
                + length(correlation)
                + length(type)
                + length(replyName)
                + length(group)
                + entries.length();
        if (bytes > Wire.ENVELOPE_BYTES_MAX) {
            throw new MessageFormatException("header and properties of the message take " + bytes
                    + " bytes, more than the limit of " + Wire.ENVELOPE_BYTES_MAX + "; put large values into the body");
        }
        boolean inline = body.large() == null
                && body.length() <= Wire.INLINE_BODY_BYTES_MAX
                && body.length() <= Wire.ENVELOPE_BYTES_MAX - bytes;
        int inlineBytes = inline ? body.length() : 0;

        ByteBuf envelope = allocator.buffer((int) bytes + inlineBytes);
        boolean done = false;
        try {
            envelope.writerIndex((int) bytes + inlineBytes);
            UnsafeBuffer view = new UnsafeBuffer(NOTHING);
            Frames.view(view, envelope, envelope.readerIndex(), envelope.readableBytes());
            EnvelopeEncoder encoder = new EnvelopeEncoder();
            encoder.wrapAndApplyHeader(view, 0, new MessageHeaderEncoder());
            putFields(encoder, message, reply);
            putFlags(encoder, message, correlation, reply, body);
            put(encoder, correlation, type, replyName, group);
            encoder.putUserId(NOTHING, 0, 0)
                    .putContentType(NOTHING, 0, 0)
                    .putProtocolSection(NOTHING, 0, 0)
                    .putProperties(entries.array(), entries.offset(), entries.length())
                    .putBody(body.array(), body.offset(), inlineBytes);
            Encoded encoded = new Encoded(envelope, inline ? null : new OutgoingBody(body));
            done = true;
            return encoded;
        } finally {
            if (!done) {
                envelope.release();
            }
        }
    }

    private static void putFields(EnvelopeEncoder encoder, SluiceMessage message, @Nullable SluiceDestination reply) {
        MessageHeader header = message.header();
        Stamp.Times times = header.times();
        MessageId id = header.id();
        Integer groupSequence = message.properties().groupSequence();
        encoder.keyHigh(id == null ? 0 : id.keyHigh())
                .keyLow(id == null ? 0 : id.keyLow())
                .messageNumber(id == null ? 0 : id.number())
                .timestamp(times.timestamp())
                .expiration(times.expiration())
                .deliveryTime(times.deliveryTime())
                .groupSequence(groupSequence == null ? 0 : groupSequence)
                .priority((short) header.priority())
                .bodyKind(message.bodyKind())
                .replyToKind(reply == null ? AddressKind.QUEUE : reply.kind().addressKind())
                .replyToFlags()
                .clear()
                .temporary(reply != null && reply.kind().isTemporary());
    }

    private static void putFlags(
            EnvelopeEncoder encoder,
            SluiceMessage message,
            byte @Nullable [] correlation,
            @Nullable SluiceDestination reply,
            EncodedBody body) {
        MessageHeader header = message.header();
        encoder.flags()
                .clear()
                .idDisabled(header.id() == null)
                .timestampDisabled(header.times().timestamp() == 0)
                .correlationBytes(header.isCorrelatedByBytes())
                .hasCorrelation(correlation != null)
                .hasType(header.type() != null)
                .hasReplyTo(reply != null)
                .hasGroup(message.properties().groupId() != null)
                .hasGroupSequence(message.properties().groupSequence() != null)
                .bodyNull(body.isNull())
                .persistent(header.deliveryMode() == DeliveryMode.PERSISTENT);
    }

    private static void put(
            EnvelopeEncoder encoder,
            byte @Nullable [] correlation,
            byte @Nullable [] type,
            byte @Nullable [] replyName,
            byte @Nullable [] group) {
        encoder.putCorrelation(orNothing(correlation), 0, length(correlation))
                .putJmsType(orNothing(type), 0, length(type))
                .putReplyTo(orNothing(replyName), 0, length(replyName))
                .putGroupId(orNothing(group), 0, length(group));
    }

    private static byte @Nullable [] utf8(@Nullable String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte[] orNothing(byte @Nullable [] bytes) {
        return bytes == null ? NOTHING : bytes;
    }

    /** A message ready to be sent: its envelope, which the caller releases, and its body where that does not fit in there. */
    public record Encoded(ByteBuf envelope, @Nullable OutgoingBody body) {}
}
