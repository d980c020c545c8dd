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

    // ---- options

    @Override
    public JMSProducer setDisableMessageID(boolean value) {
        options = options.withIdDisabled(value);
        return this;
    }

    @Override
    public boolean getDisableMessageID() {
        return options.idDisabled();
    }

    @Override
    public JMSProducer setDisableMessageTimestamp(boolean value) {
        options = options.withTimestampDisabled(value);
        return this;
    }

    @Override
    public boolean getDisableMessageTimestamp() {
        return options.timestampDisabled();
    }

    @Override
    public JMSProducer setDeliveryMode(int deliveryMode) {
        options = unchecked(() -> options.withDeliveryMode(deliveryMode));
        return this;
    }

    @Override
    public int getDeliveryMode() {
        return options.deliveryMode();
    }

    @Override
    public JMSProducer setPriority(int priority) {
        options = unchecked(() -> options.withPriority(priority));
        return this;
    }

    @Override
    public int getPriority() {
        return options.priority();
    }

    @Override
    public JMSProducer setTimeToLive(long timeToLive) {
        options = unchecked(() -> options.withTimeToLive(timeToLive));
        return this;
    }

    @Override
    public long getTimeToLive() {
        return options.timeToLiveMillis();
    }

    @Override
    public JMSProducer setDeliveryDelay(long deliveryDelay) {
        options = unchecked(() -> options.withDelay(deliveryDelay));
        return this;
    }

    @Override
    public long getDeliveryDelay() {
        return options.delayMillis();
    }

    @Override
    public JMSProducer setAsync(@Nullable CompletionListener completionListener) {
        completion = completionListener;
        return this;
    }

    @Override
    public @Nullable CompletionListener getAsync() {
        return completion;
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

    private JMSProducer set(JmsErrors.Action action) {
        JmsErrors.run(action);
        return this;
    }

    @Override
    public JMSProducer clearProperties() {
        return set(template::clearProperties);
    }

    @Override
    public boolean propertyExists(String name) {
        return unchecked(() -> template.propertyExists(name));
    }

    @Override
    public boolean getBooleanProperty(String name) {
        return unchecked(() -> template.getBooleanProperty(name));
    }

    @Override
    public byte getByteProperty(String name) {
        return unchecked(() -> template.getByteProperty(name));
    }

    @Override
    public short getShortProperty(String name) {
        return unchecked(() -> template.getShortProperty(name));
    }

    @Override
    public int getIntProperty(String name) {
        return unchecked(() -> template.getIntProperty(name));
    }

    @Override
    public long getLongProperty(String name) {
        return unchecked(() -> template.getLongProperty(name));
    }

    @Override
    public float getFloatProperty(String name) {
        return unchecked(() -> template.getFloatProperty(name));
    }

    @Override
    public double getDoubleProperty(String name) {
        return unchecked(() -> template.getDoubleProperty(name));
    }

    @Override
    public @Nullable String getStringProperty(String name) {
        return nullable(() -> template.getStringProperty(name));
    }

    @Override
    public @Nullable Object getObjectProperty(String name) {
        return nullable(() -> template.getObjectProperty(name));
    }

    @Override
    public Set<String> getPropertyNames() {
        return unchecked(() -> {
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
        correlation = correlationId == null ? Correlation.UNSET : Correlation.BYTES;
        return set(() -> template.setJMSCorrelationIDAsBytes(correlationId));
    }

    @Override
    public byte @Nullable [] getJMSCorrelationIDAsBytes() {
        return nullable(template::getJMSCorrelationIDAsBytes);
    }

    @Override
    public JMSProducer setJMSCorrelationID(@Nullable String correlationId) {
        correlation = correlationId == null ? Correlation.UNSET : Correlation.TEXT;
        return set(() -> template.setJMSCorrelationID(correlationId));
    }

    @Override
    public @Nullable String getJMSCorrelationID() {
        return nullable(template::getJMSCorrelationID);
    }

    @Override
    public JMSProducer setJMSType(@Nullable String type) {
        hasType = type != null;
        return set(() -> template.setJMSType(type));
    }

    @Override
    public @Nullable String getJMSType() {
        return nullable(template::getJMSType);
    }

    @Override
    public JMSProducer setJMSReplyTo(@Nullable Destination replyTo) {
        hasReplyTo = replyTo != null;
        return set(() -> template.setJMSReplyTo(replyTo));
    }

    @Override
    public @Nullable Destination getJMSReplyTo() {
        return nullable(template::getJMSReplyTo);
    }
}
