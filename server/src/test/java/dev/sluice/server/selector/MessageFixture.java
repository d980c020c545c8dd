package dev.sluice.server.selector;

import dev.sluice.wire.codec.BodyKind;
import dev.sluice.wire.codec.EnvelopeEncoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** A message for tests: its headers and properties as they are set, encoded as the client encodes them, somewhere in the middle of a buffer. */
final class MessageFixture {
    static final int OFFSET = 24;

    private final Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    private final EnvelopeEncoder encoder = new EnvelopeEncoder();
    private @Nullable String correlation;
    private byte @Nullable [] correlationBytes;
    private @Nullable String type;
    private @Nullable String group;
    private String user = "";
    private int groupSequence = -1;
    private byte @Nullable [] rawProperties;
    private long timestamp = 1_700_000_000_000L;
    private boolean idDisabled;
    private boolean timestampDisabled;
    private boolean persistent = true;
    private int priority = 4;

    static MessageFixture message() {
        return new MessageFixture();
    }

    MessageFixture with(String name, @Nullable Object value) {
        properties.put(name, value);
        return this;
    }

    /** In place of all properties, whatever the bytes are. */
    MessageFixture rawProperties(byte... value) {
        rawProperties = value;
        return this;
    }

    MessageFixture type(String value) {
        type = value;
        return this;
    }

    MessageFixture correlation(String value) {
        correlation = value;
        return this;
    }

    MessageFixture correlationBytes(byte... value) {
        correlationBytes = value;
        return this;
    }

    MessageFixture group(String value, int sequence) {
        group = value;
        groupSequence = sequence;
        return this;
    }

    MessageFixture user(String value) {
        user = value;
        return this;
    }

    MessageFixture timestamp(long value) {
        timestamp = value;
        return this;
    }

    MessageFixture withoutId() {
        idDisabled = true;
        return this;
    }

    MessageFixture withoutTimestamp() {
        timestampDisabled = true;
        return this;
    }

    MessageFixture nonPersistent() {
        persistent = false;
        return this;
    }

    MessageFixture priority(int value) {
        priority = value;
        return this;
    }

    boolean matches(String selector) {
        try {
            UnsafeBuffer buffer = encode();
            return Selector.parse(selector).matches(buffer, OFFSET, buffer.capacity() - OFFSET);
        } catch (SelectorException refused) {
            throw new AssertionError(selector, refused);
        }
    }

    /** The envelope from {@link #OFFSET} to the end of the buffer. */
    UnsafeBuffer encode() {
        byte[] encodedProperties = rawProperties != null ? rawProperties : encodeProperties(properties);
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[1024 + encodedProperties.length]);
        encoder.wrapAndApplyHeader(buffer, OFFSET, new MessageHeaderEncoder())
                .keyHigh(0x0123456789ABCDEFL)
                .keyLow(0xFEDCBA9876543210L)
                .messageNumber(42)
                .timestamp(timestamp)
                .expiration(0)
                .deliveryTime(0)
                .groupSequence(groupSequence)
                .priority((short) priority)
                .bodyKind(BodyKind.TEXT);
        encoder.flags()
                .clear()
                .persistent(persistent)
                .idDisabled(idDisabled)
                .timestampDisabled(timestampDisabled)
                .hasCorrelation(correlation != null || correlationBytes != null)
                .correlationBytes(correlationBytes != null)
                .hasType(type != null)
                .hasGroup(group != null)
                .hasGroupSequence(groupSequence >= 0);
        byte[] correlated = correlationBytes != null ? correlationBytes : utf8(correlation);
        byte[] body = utf8("the body");
        encoder.putCorrelation(correlated, 0, correlated.length)
                .putJmsType(utf8(type), 0, utf8(type).length)
                .putReplyTo(utf8("reply.queue"), 0, 11)
                .putGroupId(utf8(group), 0, utf8(group).length)
                .putUserId(utf8(user), 0, utf8(user).length)
                .putContentType(utf8("text/plain"), 0, 10)
                .putProtocolSection(new byte[] {1, 2, 3}, 0, 3)
                .putProperties(encodedProperties, 0, encodedProperties.length)
                .putBody(body, 0, body.length);
        int length = MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
        return new UnsafeBuffer(buffer.byteArray(), 0, OFFSET + length);
    }

    private static byte[] utf8(@Nullable String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] encodeProperties(Map<String, @Nullable Object> properties) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(little(2).putShort((short) properties.size()).array());
        properties.forEach((name, value) -> {
            byte[] encodedName = utf8(name);
            out.writeBytes(little(2).putShort((short) encodedName.length).array());
            out.writeBytes(encodedName);
            out.writeBytes(encodeValue(value));
        });
        return out.toByteArray();
    }

    private static byte[] encodeValue(@Nullable Object value) {
        if (value == null) {
            return new byte[] {0};
        } else if (value instanceof Boolean flag) {
            return new byte[] {1, (byte) (flag ? 1 : 0)};
        } else if (value instanceof Byte number) {
            return new byte[] {2, number};
        } else if (value instanceof Short number) {
            return little(3).put((byte) 3).putShort(number).array();
        } else if (value instanceof Integer number) {
            return little(5).put((byte) 4).putInt(number).array();
        } else if (value instanceof Long number) {
            return little(9).put((byte) 5).putLong(number).array();
        } else if (value instanceof Float number) {
            return little(5).put((byte) 6).putFloat(number).array();
        } else if (value instanceof Double number) {
            return little(9).put((byte) 7).putDouble(number).array();
        } else if (value instanceof Character character) {
            return little(3).put((byte) 9).putChar(character).array();
        }
        byte[] content = value instanceof byte[] bytes ? bytes : utf8((String) value);
        return little(5 + content.length)
                .put((byte) (value instanceof byte[] ? 10 : 8))
                .putInt(content.length)
                .put(content)
                .array();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
