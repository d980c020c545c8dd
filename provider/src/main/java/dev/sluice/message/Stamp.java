package dev.sluice.message;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that the provider sets when a message is sent.
 *
 * @param id null when the producer does without
 * @param priority 0 to 9
 */
public record Stamp(@Nullable MessageId id, Destination destination, boolean persistent, int priority, Times times) {
    /** Refuses priorities that the standard does not know. */
    public Stamp {
        if (priority < 0 || priority > 9) {
            throw new IllegalArgumentException("priority " + priority + " is not between 0 and 9");
        }
    }

    /** Sets the fields of any provider's message. */
    public void applyTo(Message message) throws JMSException {
        if (message instanceof SluiceMessage own) {
            own.header().stamp(this);
            return;
        }
        message.setJMSMessageID(id == null ? null : id.toString());
        message.setJMSDestination(destination);
        message.setJMSDeliveryMode(persistent ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
        message.setJMSPriority(priority);
        message.setJMSTimestamp(times.timestamp);
        message.setJMSExpiration(times.expiration);
        message.setJMSDeliveryTime(times.deliveryTime);
    }

    /**
     * Milliseconds, the first of the sender's clock, the others of the server's; 0 for a timestamp that is switched off and for a
     * message that never expires.
     */
    public record Times(long timestamp, long expiration, long deliveryTime) {}
}
