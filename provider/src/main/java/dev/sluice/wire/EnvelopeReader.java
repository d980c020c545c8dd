package dev.sluice.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.EnvelopeFlagsDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Looks into an encoded envelope in place. A flyweight with one owner; after {@link #wrap} every part is known to lie within the
 * envelope, so nothing here reads outside it. Fields that a later version appends are passed over.
 */
public final class EnvelopeReader {
    /** The parts of variable length, in their order. */
    public enum Part {
        /** JMSCorrelationID, UTF-8 or the application's bytes. */
        CORRELATION(0),
        /** JMSType, UTF-8. */
        JMS_TYPE(1),
        /** The name of JMSReplyTo, UTF-8. */
        REPLY_TO(2),
        /** JMSXGroupID, UTF-8. */
        GROUP_ID(3),
        /** JMSXUserID, UTF-8. */
        USER_ID(4),
        /** Content type, UTF-8. */
        CONTENT_TYPE(5),
        /** What other protocols keep. */
        PROTOCOL_SECTION(6),
        /** Properties: a map count, then names and typed values. */
        PROPERTIES(7),
        /** The body. */
        BODY(8);

        private final int index;

        Part(int index) {
            this.index = index;
        }
    }

    private static final int PARTS = Part.values().length;
    private static final int BODY_KINDS = 6;

    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final int[] offsets = new int[PARTS];
    private final int[] lengths = new int[PARTS];
    private @Nullable DirectBuffer buffer;

    /**
     * Checks the envelope of {@code length} bytes at {@code offset} and looks at it from now on.
     *
     * @throws MalformedException when it is not one; the message says why
     */
    @CanIgnoreReturnValue
    public EnvelopeReader wrap(DirectBuffer source, int offset, int length) {
        source.boundsCheck(offset, length);
        int header = MessageHeaderDecoder.ENCODED_LENGTH;
        if (length < header + EnvelopeDecoder.BLOCK_LENGTH) {
            throw new MalformedException("an envelope of " + length + " bytes is shorter than its fixed part of "
                    + (header + EnvelopeDecoder.BLOCK_LENGTH));
        }
        int blockLength = source.getShort(offset, LITTLE_ENDIAN) & 0xffff;
        int template = source.getShort(offset + 2, LITTLE_ENDIAN) & 0xffff;
        int schema = source.getShort(offset + 4, LITTLE_ENDIAN) & 0xffff;
        int version = source.getShort(offset + 6, LITTLE_ENDIAN) & 0xffff;
        if (template != EnvelopeDecoder.TEMPLATE_ID || schema != EnvelopeDecoder.SCHEMA_ID || version == 0) {
            throw new MalformedException(
                    "not an envelope: schema " + schema + " template " + template + " version " + version);
        }
        if (blockLength < EnvelopeDecoder.BLOCK_LENGTH || blockLength > length - header) {
            throw new MalformedException("the fixed part of an envelope of " + length + " bytes has " + blockLength
                    + " bytes; it needs " + EnvelopeDecoder.BLOCK_LENGTH);
        }
        int position = offset + header + blockLength;
        int limit = offset + length;
        for (int part = 0; part < PARTS; part++) {
            int partLength = limit - position < Integer.BYTES ? -1 : source.getInt(position, LITTLE_ENDIAN);
            position += Integer.BYTES;
            if (partLength < 0 || partLength > limit - position) {
                throw new MalformedException(
                        "the envelope's part " + Part.values()[part] + " goes beyond its " + length + " bytes");
            }
            offsets[part] = position;
            lengths[part] = partLength;
            position += partLength;
        }
        decoder.wrap(source, offset + header, blockLength, version);
        buffer = source;
        checkValues(source, offset + header);
        return this;
    }

    private void checkValues(DirectBuffer source, int block) {
        int priority = decoder.priority();
        int bodyKind = source.getByte(block + EnvelopeDecoder.bodyKindEncodingOffset()) & 0xff;
        int replyToKind = source.getByte(block + EnvelopeDecoder.replyToKindEncodingOffset()) & 0xff;
        if (priority > 9) {
            throw new MalformedException("the envelope's priority is " + priority + "; the highest is 9");
        }
        if (bodyKind >= BODY_KINDS) {
            throw new MalformedException(
                    "the envelope's body kind is " + bodyKind + "; the highest is " + (BODY_KINDS - 1));
        }
        if (replyToKind > 1) {
            throw new MalformedException("the envelope's reply-to kind is " + replyToKind + "; it is 0 or 1");
        }
    }

    /** The fields of fixed length. Its parts of variable length are read through this reader instead. */
    public EnvelopeDecoder fields() {
        return decoder;
    }

    /** The flags. */
    public EnvelopeFlagsDecoder flags() {
        return decoder.flags();
    }

    /** What the envelope is in. */
    public DirectBuffer buffer() {
        DirectBuffer source = buffer;
        if (source == null) {
            throw new IllegalStateException("wrap an envelope first");
        }
        return source;
    }

    /** Where a part starts in the buffer. */
    public int offset(Part part) {
        return offsets[part.index];
    }

    /** How many bytes a part has. */
    public int length(Part part) {
        return lengths[part.index];
    }

    /** A part as text. */
    public String text(Part part) {
        return new String(bytes(part), StandardCharsets.UTF_8);
    }

    /** A copy of a part. */
    public byte[] bytes(Part part) {
        byte[] copy = new byte[length(part)];
        buffer().getBytes(offset(part), copy);
        return copy;
    }
}
