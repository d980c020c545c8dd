package dev.sluice.jms;

import static dev.sluice.jms.JmsErrors.nullable;
import static dev.sluice.jms.JmsErrors.unchecked;

import dev.sluice.SluiceDestination;
import dev.sluice.message.SluiceMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the simplified API: what it is told to set on every message is kept in a message of its own, whose conversion rules
 * and checks it so shares. One thread at a time.
 */
final class SimplifiedProducer implements JMSProducer {
    private final ClassicSession session;
    private final ClassicProducer producer;
    private final SluiceMessage template = new SluiceMessage();
    private SendOptions options = SendOptions.DEFAULT;
    private @Nullable CompletionListener completion;
    private boolean hasType;
    private boolean hasReplyTo;
    private Correlation correlation = Correlation.UNSET;

    private enum Correlation {
        UNSET,
        TEXT,
        BYTES
    }

    SimplifiedProducer(ClassicSession session, ClassicProducer producer) {
        this.session = session;
        this.producer = producer;
    }

    // ---- send

    @Override
    public JMSProducer send(@Nullable Destination destination, @Nullable Message message) {
        if (message == null) {
            throw new MessageFormatRuntimeException("the message is null");
        }
        if (destination == null) {
            throw new InvalidDestinationRuntimeException("the destination is null; give a queue or a topic");
        }
        JmsErrors.run(() -> {
            session.core().checkOpen();
            SluiceDestination target = SluiceDestination.of(destination);
            applyTemplate(message);
            if (completion == null) {
                producer.sendNow(target, message, options);
            } else {
                producer.sendLater(target, message, options, completion);
            }
        });
        return this;
    }

    @Override
    public JMSProducer send(@Nullable Destination destination, @Nullable String body) {
        TextMessage message = unchecked(() -> session.createTextMessage(body));
        return send(destination, message);
    }

    @Override
    public JMSProducer send(@Nullable Destination destination, @Nullable Map<String, Object> body) {
        MapMessage message = unchecked(session::createMapMessage);
        if (body != null) {
            for (Map.Entry<String, Object> each : body.entrySet()) {
                JmsErrors.run(() -> message.setObject(each.getKey(), each.getValue()));
            }
        }
        return send(destination, message);
    }

    @Override
    public JMSProducer send(@Nullable Destination destination, byte @Nullable [] body) {
        BytesMessage message = unchecked(session::createBytesMessage);
        if (body != null) {
            JmsErrors.run(() -> message.writeBytes(body));
        }
        return send(destination, message);
    }

    @Override
    public JMSProducer send(@Nullable Destination destination, @Nullable Serializable body) {
        ObjectMessage message = unchecked(() -> session.createObjectMessage(body));
        return send(destination, message);
    }

    private void applyTemplate(Message message) throws JMSException {
        template.copyPropertiesTo(message);
        if (hasType) {
            message.setJMSType(template.getJMSType());
        }
        if (hasReplyTo) {
            message.setJMSReplyTo(template.getJMSReplyTo());
        }
        if (correlation == Correlation.TEXT) {
            message.setJMSCorrelationID(template.getJMSCorrelationID());
        } else if (correlation == Correlation.BYTES) {
            message.setJMSCorrelationIDAsBytes(template.getJMSCorrelationIDAsBytes());
        }
    }

    // ---- a producer of a closed context has nothing to say

    private JMSProducer set(JmsErrors.Action action) {
        JmsErrors.run(() -> {
            session.core().checkOpen();
            action.run();
        });
        return this;
    }

    private <T> T get(JmsErrors.Call<T> call) {
        return unchecked(() -> {
            session.core().checkOpen();
            return call.run();
        });
    }

    private <T> @Nullable T find(JmsErrors.NullableCall<T> call) {
        return nullable(() -> {
            session.core().checkOpen();
            return call.run();
        });
    }

    // ---- options

    @Override
    public JMSProducer setDisableMessageID(boolean value) {
        return set(() -> options = options.withIdDisabled(value));
    }

    @Override
    public boolean getDisableMessageID() {
        return get(() -> options.idDisabled());
    }

    @Override
    public JMSProducer setDisableMessageTimestamp(boolean value) {
        return set(() -> options = options.withTimestampDisabled(value));
    }

    @Override
    public boolean getDisableMessageTimestamp() {
        return get(() -> options.timestampDisabled());
    }

    @Override
    public JMSProducer setDeliveryMode(int deliveryMode) {
        return set(() -> options = options.withDeliveryMode(deliveryMode));
    }

    @Override
    public int getDeliveryMode() {
        return get(() -> options.deliveryMode());
    }

    @Override
    public JMSProducer setPriority(int priority) {
        return set(() -> options = options.withPriority(priority));
    }

    @Override
    public int getPriority() {
        return get(() -> options.priority());
    }

    @Override
    public JMSProducer setTimeToLive(long timeToLive) {
        return set(() -> options = options.withTimeToLive(timeToLive));
    }

    @Override
    public long getTimeToLive() {
        return get(() -> options.timeToLiveMillis());
    }

    @Override
    public JMSProducer setDeliveryDelay(long deliveryDelay) {
        return set(() -> options = options.withDelay(deliveryDelay));
    }

    @Override
    public long getDeliveryDelay() {
        return get(() -> options.delayMillis());
    }

    @Override
    public JMSProducer setAsync(@Nullable CompletionListener completionListener) {
        return set(() -> completion = completionListener);
    }

    @Override
    public @Nullable CompletionListener getAsync() {
        return find(() -> completion);
    }

    // ---- properties

    @Override
    public JMSProducer setProperty(String name, boolean value) {
        return set(() -> template.setBooleanProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, byte value) {
        return set(() -> template.setByteProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, short value) {
        return set(() -> template.setShortProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, int value) {
        return set(() -> template.setIntProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, long value) {
        return set(() -> template.setLongProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, float value) {
        return set(() -> template.setFloatProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, double value) {
        return set(() -> template.setDoubleProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, @Nullable String value) {
        return set(() -> template.setStringProperty(name, value));
    }

    @Override
    public JMSProducer setProperty(String name, @Nullable Object value) {
        return set(() -> template.setObjectProperty(name, value));
    }

    @Override
    public JMSProducer clearProperties() {
        return set(template::clearProperties);
    }

    @Override
    public boolean propertyExists(String name) {
        return get(() -> template.propertyExists(name));
    }

    @Override
    public boolean getBooleanProperty(String name) {
        return get(() -> template.getBooleanProperty(name));
    }

    @Override
    public byte getByteProperty(String name) {
        return get(() -> template.getByteProperty(name));
    }

    @Override
    public short getShortProperty(String name) {
        return get(() -> template.getShortProperty(name));
    }

    @Override
    public int getIntProperty(String name) {
        return get(() -> template.getIntProperty(name));
    }

    @Override
    public long getLongProperty(String name) {
        return get(() -> template.getLongProperty(name));
    }

    @Override
    public float getFloatProperty(String name) {
        return get(() -> template.getFloatProperty(name));
    }

    @Override
    public double getDoubleProperty(String name) {
        return get(() -> template.getDoubleProperty(name));
    }

    @Override
    public @Nullable String getStringProperty(String name) {
        return find(() -> template.getStringProperty(name));
    }

    @Override
    public @Nullable Object getObjectProperty(String name) {
        return find(() -> template.getObjectProperty(name));
    }

    @Override
    public Set<String> getPropertyNames() {
        return get(() -> {
            Set<String> names = new LinkedHashSet<>();
            Enumeration<?> each = template.getPropertyNames();
            while (each.hasMoreElements()) {
                names.add(String.valueOf(each.nextElement()));
            }
            return Collections.unmodifiableSet(names);
        });
    }

    // ---- header

    @Override
    public JMSProducer setJMSCorrelationIDAsBytes(byte @Nullable [] correlationId) {
        return set(() -> {
            template.setJMSCorrelationIDAsBytes(correlationId);
            correlation = correlationId == null ? Correlation.UNSET : Correlation.BYTES;
        });
    }

    @Override
    public byte @Nullable [] getJMSCorrelationIDAsBytes() {
        return find(template::getJMSCorrelationIDAsBytes);
    }

    @Override
    public JMSProducer setJMSCorrelationID(@Nullable String correlationId) {
        return set(() -> {
            template.setJMSCorrelationID(correlationId);
            correlation = correlationId == null ? Correlation.UNSET : Correlation.TEXT;
        });
    }

    @Override
    public @Nullable String getJMSCorrelationID() {
        return find(template::getJMSCorrelationID);
    }

    @Override
    public JMSProducer setJMSType(@Nullable String type) {
        return set(() -> {
            template.setJMSType(type);
            hasType = type != null;
        });
    }

    @Override
    public @Nullable String getJMSType() {
        return find(template::getJMSType);
    }

    @Override
    public JMSProducer setJMSReplyTo(@Nullable Destination replyTo) {
        return set(() -> {
            template.setJMSReplyTo(replyTo);
            hasReplyTo = replyTo != null;
        });
    }

    @Override
    public @Nullable Destination getJMSReplyTo() {
        return find(template::getJMSReplyTo);
    }

    /** Of which session. */
    @Override
    public String toString() {
        return "SluiceProducer[any destination, " + session + "]";
    }
}
