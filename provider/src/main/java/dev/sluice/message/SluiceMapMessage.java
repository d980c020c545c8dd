package dev.sluice.message;

import dev.sluice.wire.TypedValueWriter;
import dev.sluice.wire.codec.BodyKind;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** Values by name, in the order in which they were set. What came is decoded when it is first read. */
public final class SluiceMapMessage extends SluiceMessage implements MapMessage {
    private static final int SMALLEST_BUFFER_BYTES = 256;

    private @Nullable EncodedBody encoded;
    private Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    private boolean readOnly;

    /** A new message with an empty map. */
    public SluiceMapMessage() {}

    private Map<String, @Nullable Object> entries() throws JMSException {
        EncodedBody waiting = encoded;
        if (waiting != null) {
            EncodedBody body = waiting.inHeap();
            encoded = body;
            entries = MessageProperties.decode(body, "map");
            encoded = null;
        }
        return entries;
    }

    private @Nullable Object value(@Nullable String name) throws JMSException {
        return entries().get(name);
    }

    private void put(@Nullable String name, @Nullable Object value) throws JMSException {
        String checked = PropertyNames.checkMapName(name);
        if (readOnly) {
            throw Faults.bodyReadOnly();
        }
        MessageProperties.put(entries, checked, value);
    }

    @Override
    public boolean getBoolean(@Nullable String name) throws JMSException {
        return Conversions.toBoolean(value(name));
    }

    @Override
    public byte getByte(@Nullable String name) throws JMSException {
        return Conversions.toByte(value(name));
    }

    @Override
    public short getShort(@Nullable String name) throws JMSException {
        return Conversions.toShort(value(name));
    }

    @Override
    public char getChar(@Nullable String name) throws JMSException {
        return Conversions.toChar(value(name));
    }

    @Override
    public int getInt(@Nullable String name) throws JMSException {
        return Conversions.toInt(value(name));
    }

    @Override
    public long getLong(@Nullable String name) throws JMSException {
        return Conversions.toLong(value(name));
    }

    @Override
    public float getFloat(@Nullable String name) throws JMSException {
        return Conversions.toFloat(value(name));
    }

    @Override
    public double getDouble(@Nullable String name) throws JMSException {
        return Conversions.toDouble(value(name));
    }

    @Override
    public @Nullable String getString(@Nullable String name) throws JMSException {
        return Conversions.toText(value(name));
    }

    @Override
    public byte @Nullable [] getBytes(@Nullable String name) throws JMSException {
        return Conversions.toBytes(value(name));
    }

    @Override
    public @Nullable Object getObject(@Nullable String name) throws JMSException {
        return Conversions.copyOf(value(name));
    }

    @Override
    public Enumeration<String> getMapNames() throws JMSException {
        return Collections.enumeration(new ArrayList<>(entries().keySet()));
    }

    @Override
    public boolean itemExists(@Nullable String name) throws JMSException {
        return entries().containsKey(name);
    }

    @Override
    public void setBoolean(@Nullable String name, boolean value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setByte(@Nullable String name, byte value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setShort(@Nullable String name, short value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setChar(@Nullable String name, char value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setInt(@Nullable String name, int value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setLong(@Nullable String name, long value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setFloat(@Nullable String name, float value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setDouble(@Nullable String name, double value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setString(@Nullable String name, @Nullable String value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setBytes(@Nullable String name, byte @Nullable [] value) throws JMSException {
        put(name, value == null ? null : value.clone());
    }

    @Override
    public void setBytes(@Nullable String name, byte @Nullable [] value, int offset, int length) throws JMSException {
        put(name, value == null ? null : Arrays.copyOfRange(value, offset, Math.addExact(offset, length)));
    }

    @Override
    public void setObject(@Nullable String name, @Nullable Object value) throws JMSException {
        Conversions.checkField(value);
        put(name, Conversions.copyOf(value));
    }

    @Override
    public void clearBody() {
        if (encoded != null) {
            encoded.release();
        }
        encoded = null;
        entries = new LinkedHashMap<>();
        readOnly = false;
    }

    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        if (entries().isEmpty()) {
            return null;
        }
        if (!type.isAssignableFrom(Map.class)) {
            throw notAssignable(type);
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(entries);
        copy.replaceAll((name, value) -> Conversions.copyOf(value));
        return type.cast(copy);
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public boolean isBodyAssignableTo(Class type) throws JMSException {
        return entries().isEmpty() || type.isAssignableFrom(Map.class);
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.MAP;
    }

    @Override
    EncodedBody encodedBody() {
        if (encoded != null) {
            return encoded;
        }
        MutableDirectBuffer buffer = new ExpandableArrayBuffer(SMALLEST_BUFFER_BYTES);
        TypedValueWriter writer = new TypedValueWriter(buffer, 0);
        writer.writeMapCount(entries.size());
        for (Map.Entry<String, @Nullable Object> entry : entries.entrySet()) {
            writer.writeName(entry.getKey());
            writer.writeObject(entry.getValue());
        }
        return new EncodedBody(buffer.byteArray(), 0, writer.position(), null);
    }

    @Override
    void receivedBody(EncodedBody body) {
        encoded = body;
        readOnly = true;
    }
}
