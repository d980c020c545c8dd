package dev.sluice.message;

import dev.sluice.wire.codec.BodyKind;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * A message without a body, and what all messages have: header and properties. One thread at a time may use it. A received one has
 * read-only properties and body until they are cleared.
 */
public sealed class SluiceMessage implements Message
        permits SluiceBytesMessage, SluiceMapMessage, SluiceObjectMessage, SluiceStreamMessage, SluiceTextMessage {
    private final MessageHeader header = new MessageHeader();
    private final MessageProperties properties = new MessageProperties();
    private @Nullable Acknowledgement acknowledgement;

    /** A new message, to be written and sent. */
    public SluiceMessage() {}

    // ----- for the parts that send and receive -----

    /** Sets what {@link #acknowledge} asks; without it acknowledging does nothing. */
    public final void acknowledgement(Acknowledgement session) {
        acknowledgement = session;
    }

    /** Sets each of this message's properties on another message; what that one refuses is thrown. */
    public final void copyPropertiesTo(Message target) throws JMSException {
        for (String name : Collections.list(properties.names())) {
            target.setObjectProperty(name, properties.value(name));
        }
    }

    /** Ends writing where a body has an end; a sent message reads from its beginning. */
    void endWriting() throws JMSException {}

    final MessageHeader header() {
        return header;
    }

    final MessageProperties properties() {
        return properties;
    }

    BodyKind bodyKind() {
        return BodyKind.NONE;
    }

    /** The body in its wire form; it does not change any more, whatever happens to the message. */
    EncodedBody encodedBody() throws JMSException {
        return EncodedBody.NULL;
    }

    /** Takes over a body that came; it is read-only from now on. */
    void receivedBody(EncodedBody body) {
        body.release();
    }

    /** Acknowledges this message alone, whatever else its session has delivered. */
    public final void acknowledgeThis() throws JMSException {
        if (acknowledgement != null) {
            acknowledgement.acknowledgeThis();
        }
    }

    @Override
    public final void acknowledge() throws JMSException {
        if (acknowledgement != null) {
            acknowledgement.acknowledge();
        }
    }

    // ----- the body -----

    @Override
    public void clearBody() throws JMSException {}

    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        return null;
    }

    @Override
    public boolean isBodyAssignableTo(@SuppressWarnings("rawtypes") Class type) throws JMSException {
        return true;
    }

    final MessageFormatException notAssignable(Class<?> type) {
        return new MessageFormatException(
                "the body of a " + getClass().getSimpleName() + " cannot be read as " + type.getName());
    }

    // ----- the header -----

    @Override
    public final @Nullable String getJMSMessageID() {
        return header.idText();
    }

    @Override
    public final void setJMSMessageID(@Nullable String id) {
        header.idText(id);
    }

    @Override
    public final long getJMSTimestamp() {
        return header.times().timestamp();
    }

    @Override
    public final void setJMSTimestamp(long timestamp) {
        Stamp.Times times = header.times();
        header.times(new Stamp.Times(timestamp, times.expiration(), times.deliveryTime()));
    }

    @Override
    public final byte @Nullable [] getJMSCorrelationIDAsBytes() {
        byte[] bytes = header.correlationBytes();
        return bytes == null ? null : bytes.clone();
    }

    @Override
    public final void setJMSCorrelationIDAsBytes(byte @Nullable [] correlation) {
        header.correlationBytes(correlation == null ? null : correlation.clone());
    }

    @Override
    public final void setJMSCorrelationID(@Nullable String correlation) {
        header.correlation(correlation);
    }

    @Override
    public final @Nullable String getJMSCorrelationID() {
        return header.correlation();
    }

    @Override
    public final @Nullable Destination getJMSReplyTo() {
        return header.replyTo();
    }

    @Override
    public final void setJMSReplyTo(@Nullable Destination replyTo) {
        header.replyTo(replyTo);
    }

    @Override
    public final @Nullable Destination getJMSDestination() {
        return header.destination();
    }

    @Override
    public final void setJMSDestination(@Nullable Destination destination) {
        header.destination(destination);
    }

    @Override
    public final int getJMSDeliveryMode() {
        return header.deliveryMode();
    }

    @Override
    public final void setJMSDeliveryMode(int deliveryMode) {
        header.deliveryMode(deliveryMode);
    }

    @Override
    public final boolean getJMSRedelivered() {
        return header.isRedelivered();
    }

    @Override
    public final void setJMSRedelivered(boolean redelivered) {
        header.redelivered(redelivered);
    }

    @Override
    public final @Nullable String getJMSType() {
        return header.type();
    }

    @Override
    public final void setJMSType(@Nullable String type) {
        header.type(type);
    }

    @Override
    public final long getJMSExpiration() {
        return header.times().expiration();
    }

    @Override
    public final void setJMSExpiration(long expiration) {
        Stamp.Times times = header.times();
        header.times(new Stamp.Times(times.timestamp(), expiration, times.deliveryTime()));
    }

    @Override
    public final long getJMSDeliveryTime() {
        return header.times().deliveryTime();
    }

    @Override
    public final void setJMSDeliveryTime(long deliveryTime) {
        Stamp.Times times = header.times();
        header.times(new Stamp.Times(times.timestamp(), times.expiration(), deliveryTime));
    }

    @Override
    public final int getJMSPriority() {
        return header.priority();
    }

    @Override
    public final void setJMSPriority(int priority) {
        header.priority(priority);
    }

    // ----- properties -----

    @Override
    public final void clearProperties() {
        properties.clear();
    }

    @Override
    public final boolean propertyExists(@Nullable String name) throws JMSException {
        return properties.exists(name);
    }

    @Override
    public final Enumeration<String> getPropertyNames() throws JMSException {
        return properties.names();
    }

    @Override
    public final boolean getBooleanProperty(@Nullable String name) throws JMSException {
        return Conversions.toBoolean(properties.value(name));
    }

    @Override
    public final byte getByteProperty(@Nullable String name) throws JMSException {
        return Conversions.toByte(properties.value(name));
    }

    @Override
    public final short getShortProperty(@Nullable String name) throws JMSException {
        return Conversions.toShort(properties.value(name));
    }

    @Override
    public final int getIntProperty(@Nullable String name) throws JMSException {
        return Conversions.toInt(properties.value(name));
    }

    @Override
    public final long getLongProperty(@Nullable String name) throws JMSException {
        return Conversions.toLong(properties.value(name));
    }

    @Override
    public final float getFloatProperty(@Nullable String name) throws JMSException {
        return Conversions.toFloat(properties.value(name));
    }

    @Override
    public final double getDoubleProperty(@Nullable String name) throws JMSException {
        return Conversions.toDouble(properties.value(name));
    }

    @Override
    public final @Nullable String getStringProperty(@Nullable String name) throws JMSException {
        return Conversions.toText(properties.value(name));
    }

    @Override
    public final @Nullable Object getObjectProperty(@Nullable String name) throws JMSException {
        return properties.value(name);
    }

    @Override
    public final void setBooleanProperty(@Nullable String name, boolean value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public final void setByteProperty(@Nullable String name, byte value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public final void setShortProperty(@Nullable String name, short value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public final void setIntProperty(@Nullable String name, int value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public final void setLongProperty(@Nullable String name, long value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public final void setFloatProperty(@Nullable String name, float value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public final void setDoubleProperty(@Nullable String name, double value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public final void setStringProperty(@Nullable String name, @Nullable String value) throws JMSException {
        properties.set(name, value);
    }

    @Override
    public final void setObjectProperty(@Nullable String name, @Nullable Object value) throws JMSException {
        properties.set(name, value);
    }

    /** Type, id and destination; nothing of the body. */
    @Override
    public final String toString() {
        return getClass().getSimpleName().replace("Sluice", "") + "[id=" + header.idText() + ", destination="
                + header.destination() + "]";
    }
}
