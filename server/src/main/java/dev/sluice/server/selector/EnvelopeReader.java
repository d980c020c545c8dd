package dev.sluice.server.selector;

import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values of a selector's identifiers in an encoded envelope. Owned by one evaluator. It reads no byte outside the range it was
 * given whatever is in it, and passes each property at most once: the search goes on where the last one ended.
 */
final class EnvelopeReader {
    private static final UnsafeBuffer PERSISTENT = Bytes.utf8("PERSISTENT");
    private static final UnsafeBuffer NON_PERSISTENT = Bytes.utf8("NON_PERSISTENT");
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_DIGITS = 2 * Long.BYTES;
    private static final int MESSAGE_ID_BYTES_MAX =
            "ID:".length() + 2 * KEY_DIGITS + "-".length() + "-9223372036854775808".length();
    private static final int LENGTH_BYTES = Integer.BYTES;
    /** The name's length, no name, and the type of the value. */
    private static final int PROPERTY_BYTES_MIN = Short.BYTES + 1;

    // The variable fields of the envelope in their order.
    private static final int CORRELATION = 0;
    private static final int JMS_TYPE = 1;
    private static final int GROUP_ID = 3;
    private static final int USER_ID = 4;
    private static final int PROPERTIES = 7;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final EnvelopeDecoder decoder = new EnvelopeDecoder();
    private final UnsafeBuffer messageId = new UnsafeBuffer(new byte[MESSAGE_ID_BYTES_MAX]);
    private final Identifier[] identifiers;
    private final Value[] values;
    private final PropertyNames names;

    /** The envelope alone, so that positions count from its start, whatever buffer it is in. */
    private final UnsafeBuffer buffer = new UnsafeBuffer(messageId);

    private int end;
    private int variableFields;
    private boolean malformed;
    /** Where the next property begins, and how many were not passed yet: -1 before the first search. */
    private int cursor;

    private int propertiesEnd;
    private int propertiesLeft;

    EnvelopeReader(Identifier[] identifiers, Value[] values) {
        this.identifiers = identifiers;
        this.values = values;
        this.names = new PropertyNames(identifiers);
    }

    /** Goes to a message; false if its range or its header cannot be right. */
    boolean wrap(DirectBuffer source, int offset, int length) {
        if (offset < 0 || length < MessageHeaderDecoder.ENCODED_LENGTH || offset > source.capacity() - length) {
            return false;
        }
        buffer.wrap(source, offset, length);
        header.wrap(buffer, 0);
        int blockLength = header.blockLength();
        int block = MessageHeaderDecoder.ENCODED_LENGTH;
        end = length;
        if (header.templateId() != EnvelopeDecoder.TEMPLATE_ID
                || header.schemaId() != EnvelopeDecoder.SCHEMA_ID
                || blockLength < EnvelopeDecoder.BLOCK_LENGTH
                || blockLength > end - block) {
            return false;
        }
        decoder.wrap(buffer, block, blockLength, header.version());
        variableFields = block + blockLength;
        malformed = false;
        propertiesLeft = -1;
        return true;
    }

    /** Whether anything that was read since {@link #wrap} was not as it must be. */
    boolean isMalformed() {
        return malformed;
    }

    /** Looks up the value of an identifier. */
    void read(int slot) {
        Value value = values[slot];
        switch (identifiers[slot].source()) {
            case PROPERTY -> readProperty(value);
            case PRIORITY -> value.setInt(decoder.priority());
            case TIMESTAMP -> value.setLong(decoder.flags().timestampDisabled() ? 0 : decoder.timestamp());
            case DELIVERY_MODE -> readDeliveryMode(value);
            case MESSAGE_ID -> readMessageId(value);
            case TYPE -> readText(value, JMS_TYPE, decoder.flags().hasType());
            // What was set as bytes is read as UTF-8, as getJMSCorrelationID does.
            case CORRELATION_ID -> readText(value, CORRELATION, decoder.flags().hasCorrelation());
            case GROUP_ID -> readText(value, GROUP_ID, decoder.flags().hasGroup());
            case GROUP_SEQUENCE -> readGroupSequence(value);
            case USER_ID -> readUserId(value);
            case DELIVERY_COUNT -> value.setNull();
        }
    }

    private void readDeliveryMode(Value value) {
        UnsafeBuffer mode = decoder.flags().persistent() ? PERSISTENT : NON_PERSISTENT;
        value.setText(mode, 0, mode.capacity());
    }

    private void readGroupSequence(Value value) {
        if (decoder.flags().hasGroupSequence()) {
            value.setInt(decoder.groupSequence());
        } else {
            value.setNull();
        }
    }

    private void readUserId(Value value) {
        readText(value, USER_ID, true);
        if (value.isText() && value.textLength() == 0) {
            value.setNull();
        }
    }

    private void readMessageId(Value value) {
        if (decoder.flags().idDisabled()) {
            value.setNull();
            return;
        }
        int index = messageId.putStringWithoutLengthAscii(0, "ID:");
        putHex(index, decoder.keyHigh());
        putHex(index + KEY_DIGITS, decoder.keyLow());
        index += 2 * KEY_DIGITS;
        messageId.putByte(index++, (byte) '-');
        index += messageId.putLongAscii(index, decoder.messageNumber());
        value.setText(messageId, 0, index);
    }

    private void putHex(int index, long key) {
        for (int digit = 0; digit < KEY_DIGITS; digit++) {
            messageId.putByte(index + digit, HEX[(int) (key >>> (Long.SIZE - 4 - 4 * digit)) & 0xF]);
        }
    }

    private void readText(Value value, int field, boolean present) {
        int position = present ? fieldPosition(field) : -1;
        if (position < 0) {
            value.setNull();
        } else {
            value.setText(buffer, position + LENGTH_BYTES, int32(position));
        }
    }

    /** Where a variable field begins with its length, which then is sure to be within the envelope; -1 if the fields are malformed. */
    private int fieldPosition(int field) {
        int position = variableFields;
        for (int index = 0; ; index++) {
            if (end - position < LENGTH_BYTES) {
                break;
            }
            int length = int32(position);
            if (length < 0 || length > end - position - LENGTH_BYTES) {
                break;
            }
            if (index == field) {
                return position;
            }
            position += LENGTH_BYTES + length;
        }
        malformed = true;
        return -1;
    }

    private void readProperty(Value wanted) {
        if (propertiesLeft < 0) {
            openProperties();
        }
        while (propertiesLeft > 0) {
            propertiesLeft--;
            passProperty();
            if (!wanted.isUnread()) {
                return;
            }
        }
        wanted.setNull();
    }

    private void openProperties() {
        propertiesLeft = 0;
        int position = fieldPosition(PROPERTIES);
        if (position < 0) {
            return;
        }
        int length = int32(position);
        if (length == 0) {
            return;
        }
        cursor = position + LENGTH_BYTES;
        propertiesEnd = cursor + length;
        if (length < Short.BYTES) {
            fail();
            return;
        }
        propertiesLeft = uint16(cursor);
        cursor += Short.BYTES;
    }

    /** Passes the property at the cursor, and keeps its value if an identifier names it. */
    private void passProperty() {
        if (propertiesEnd - cursor < PROPERTY_BYTES_MIN) {
            fail();
            return;
        }
        int nameLength = uint16(cursor);
        int name = cursor + Short.BYTES;
        if (nameLength >= propertiesEnd - name) {
            fail();
            return;
        }
        int content = name + nameLength + 1;
        int type = buffer.getByte(name + nameLength);
        int length = TypedValue.length(type, buffer, content, propertiesEnd);
        if (length < 0) {
            fail();
            return;
        }
        cursor = content + length;
        Value value = valueNamed(name, nameLength);
        if (value != null) {
            TypedValue.read(type, buffer, content, length, value);
        }
    }

    private @Nullable Value valueNamed(int name, int nameLength) {
        long head = PropertyNames.head(buffer, name, nameLength, propertiesEnd);
        for (int slot = 0; slot < values.length; slot++) {
            if (names.is(slot, head, buffer, name, nameLength) && values[slot].isUnread()) {
                return values[slot];
            }
        }
        return null;
    }

    private void fail() {
        malformed = true;
        propertiesLeft = 0;
    }

    private int int32(int position) {
        return buffer.getInt(position, ByteOrder.LITTLE_ENDIAN);
    }

    private int uint16(int position) {
        return buffer.getShort(position, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }
}
