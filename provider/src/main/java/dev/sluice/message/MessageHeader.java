package dev.sluice.message;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The header fields of one message. One owner. */
final class MessageHeader {
    private @Nullable MessageId id;
    private @Nullable String idText;
    private @Nullable Destination destination;
    private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    private int priority = Message.DEFAULT_PRIORITY;
    private Stamp.Times times = NO_TIMES;
    private boolean redelivered;

    private @Nullable String correlation;
    private byte @Nullable [] correlationBytes;
    private @Nullable String type;
    private @Nullable Destination replyTo;

    private static final Stamp.Times NO_TIMES = new Stamp.Times(0, 0, 0);

    /** Sets what the provider sets at a send, and when a message has come. */
    void stamp(Stamp stamp) {
        id = stamp.id();
        idText = null;
        destination = stamp.destination();
        deliveryMode = stamp.persistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
        priority = stamp.priority();
        times = stamp.times();
    }

    @Nullable MessageId id() {
        return id;
    }

    @Nullable String idText() {
        if (idText == null && id != null) {
            idText = id.toString();
        }
        return idText;
    }

    void idText(@Nullable String text) {
        id = null;
        idText = text;
    }

    @Nullable Destination destination() {
        return destination;
    }

    void destination(@Nullable Destination value) {
        destination = value;
    }

    int deliveryMode() {
        return deliveryMode;
    }

    void deliveryMode(int mode) {
        deliveryMode = mode;
    }

    int priority() {
        return priority;
    }

    void priority(int value) {
        priority = value;
    }

    Stamp.Times times() {
        return times;
    }

    void times(Stamp.Times value) {
        times = value;
    }

    boolean isRedelivered() {
        return redelivered;
    }

    void redelivered(boolean value) {
        redelivered = value;
    }

    @Nullable String type() {
        return type;
    }

    void type(@Nullable String value) {
        type = value;
    }

    @Nullable Destination replyTo() {
        return replyTo;
    }

    void replyTo(@Nullable Destination value) {
        replyTo = value;
    }

    /** The correlation as text; bytes read as UTF-8. */
    @Nullable String correlation() {
        return correlationBytes == null ? correlation : new String(correlationBytes, StandardCharsets.UTF_8);
    }

    void correlation(@Nullable String value) {
        correlation = value;
        correlationBytes = null;
    }

    /** The correlation as bytes, not a copy; text becomes UTF-8. */
    byte @Nullable [] correlationBytes() {
        if (correlationBytes != null) {
            return correlationBytes;
        }
        return correlation == null ? null : correlation.getBytes(StandardCharsets.UTF_8);
    }

    void correlationBytes(byte @Nullable [] value) {
        correlation = null;
        correlationBytes = value;
    }

    boolean isCorrelatedByBytes() {
        return correlationBytes != null;
    }
}
