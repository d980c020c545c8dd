package dev.sluice.message;

import static dev.sluice.wire.EnvelopeReader.Part.BODY;
import static dev.sluice.wire.EnvelopeReader.Part.CORRELATION;
import static dev.sluice.wire.EnvelopeReader.Part.GROUP_ID;
import static dev.sluice.wire.EnvelopeReader.Part.JMS_TYPE;
import static dev.sluice.wire.EnvelopeReader.Part.PROPERTIES;
import static dev.sluice.wire.EnvelopeReader.Part.REPLY_TO;
import static dev.sluice.wire.EnvelopeReader.Part.USER_ID;

import dev.sluice.SluiceDestination;
import dev.sluice.wire.EnvelopeReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.BodyKind;
import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.EnvelopeFlagsDecoder;
import io.netty.buffer.ByteBuf;
import jakarta.jms.Destination;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Makes messages of envelopes. Immutable; any thread may use it. What it makes is read-only and keeps nothing of the envelope's buffer. */
public final class MessageDecoder {
    private final Deserialization deserialization;

    /** {@code deserialization} is for the bodies of ObjectMessages. */
    public MessageDecoder(Deserialization deserialization) {
        this.deserialization = deserialization;
    }

    /**
     * The message in the readable bytes of {@code envelope}, which stay the caller's. Properties and body are decoded only when the
     * application reads them; if they turn out malformed, it is told then.
     *
     * @param deliveryCount 1 for the first delivery
     * @param body the body where it did not fit the envelope; the message takes it over, or it is closed
     * @throws MalformedException when these bytes are no envelope; the message says why
     */
    public SluiceMessage decode(
            ByteBuf envelope, int deliveryCount, @Nullable StoredBody body, Destination destination) {
        LargeBody large = body == null ? null : new LargeBody(body);
        boolean done = false;
        try {
            int bytes = envelope.readableBytes();
            if (bytes > Wire.ENVELOPE_BYTES_MAX) {
                throw new MalformedException(
                        "an envelope of " + bytes + " bytes is longer than the limit of " + Wire.ENVELOPE_BYTES_MAX);
            }
            byte[] copy = new byte[bytes];
            envelope.getBytes(envelope.readerIndex(), copy);
            EnvelopeReader reader = new EnvelopeReader().wrap(new UnsafeBuffer(copy), 0, bytes);
            SluiceMessage message = create(reader.fields().bodyKind());
            readHeader(reader, message.header(), destination);
            message.header().redelivered(deliveryCount > 1);
            readProperties(reader, copy, message.properties(), deliveryCount);
            message.receivedBody(body(reader, copy, large));
            done = true;
            return message;
        } finally {
            if (!done && large != null) {
                large.release();
            }
        }
    }

    private SluiceMessage create(BodyKind kind) {
        return switch (kind) {
            case TEXT -> new SluiceTextMessage();
            case BYTES -> new SluiceBytesMessage();
            case MAP -> new SluiceMapMessage();
            case STREAM -> new SluiceStreamMessage();
            case OBJECT -> new SluiceObjectMessage(deserialization);
            case NONE -> new SluiceMessage();
            case NULL_VAL -> throw new MalformedException("the envelope has no body kind");
        };
    }

    private static void readHeader(EnvelopeReader reader, MessageHeader header, Destination destination) {
        EnvelopeDecoder fields = reader.fields();
        EnvelopeFlagsDecoder flags = reader.flags();
        header.stamp(new Stamp(
                flags.idDisabled() ? null : new MessageId(fields.keyHigh(), fields.keyLow(), fields.messageNumber()),
                destination,
                flags.persistent(),
                fields.priority(),
                new Stamp.Times(
                        flags.timestampDisabled() ? 0 : fields.timestamp(),
                        fields.expiration(),
                        fields.deliveryTime())));
        if (flags.hasCorrelation()) {
            if (flags.correlationBytes()) {
                header.correlationBytes(reader.bytes(CORRELATION));
            } else {
                header.correlation(reader.text(CORRELATION));
            }
        }
        if (flags.hasType()) {
            header.type(reader.text(JMS_TYPE));
        }
        if (flags.hasReplyTo()) {
            String name = reader.text(REPLY_TO);
            String fault = SluiceDestination.nameFault(name);
            if (fault != null) {
                throw new MalformedException("the envelope's JMSReplyTo: " + fault);
            }
            header.replyTo(SluiceDestination.of(
                    SluiceDestination.Kind.of(
                            fields.replyToKind(), fields.replyToFlags().temporary()),
                    name));
        }
    }

    private static void readProperties(EnvelopeReader reader, byte[] copy, MessageProperties properties, int count) {
        EnvelopeFlagsDecoder flags = reader.flags();
        int length = reader.length(PROPERTIES);
        properties.received(
                length == 0 ? EncodedBody.EMPTY : new EncodedBody(copy, reader.offset(PROPERTIES), length, null),
                count);
        if (flags.hasGroup() || flags.hasGroupSequence()) {
            properties.receivedGroup(
                    flags.hasGroup() ? reader.text(GROUP_ID) : null,
                    flags.hasGroupSequence() ? (Integer) reader.fields().groupSequence() : null);
        }
        if (reader.length(USER_ID) > 0) {
            properties.receivedUser(reader.text(USER_ID));
        }
    }

    private static EncodedBody body(EnvelopeReader reader, byte[] copy, @Nullable LargeBody large) {
        boolean isNull = reader.flags().bodyNull();
        int length = reader.length(BODY);
        if (large != null) {
            if (isNull || length > 0) {
                throw new MalformedException("the envelope has a body of its own, and another one came beside it");
            }
            return EncodedBody.of(large);
        }
        if (isNull && length > 0) {
            throw new MalformedException("the envelope's body is null and has " + length + " bytes");
        }
        return isNull ? EncodedBody.NULL : new EncodedBody(copy, reader.offset(BODY), length, null);
    }
}
