package dev.sluice.message;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** Takes messages of other providers by what their interfaces say. Stateless. */
public final class ForeignMessages {
    private static final int PIECE_BYTES = 64 * 1024;

    private ForeignMessages() {}

    /**
     * A message of ours with the same body, properties and the header fields that an application sets; ours is returned as it is.
     * A BytesMessage or StreamMessage is reset by it, as by any send. Properties that providers set on receive are left out.
     */
    public static SluiceMessage copyOf(Message message) throws JMSException {
        if (message instanceof SluiceMessage own) {
            return own;
        }
        SluiceMessage copy = copyBody(message);
        copyHeader(message, copy);
        copyProperties(message, copy);
        return copy;
    }

    private static SluiceMessage copyBody(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            SluiceTextMessage copy = new SluiceTextMessage();
            copy.setText(text.getText());
            return copy;
        }
        if (message instanceof BytesMessage bytes) {
            return copyBytes(bytes);
        }
        if (message instanceof MapMessage map) {
            SluiceMapMessage copy = new SluiceMapMessage();
            Enumeration<?> names = map.getMapNames();
            while (names.hasMoreElements()) {
                String name = String.valueOf(names.nextElement());
                copy.setObject(name, map.getObject(name));
            }
            return copy;
        }
        if (message instanceof StreamMessage stream) {
            return copyStream(stream);
        }
        if (message instanceof ObjectMessage object) {
            SluiceObjectMessage copy = new SluiceObjectMessage(Deserialization.NONE);
            copy.setObject(object.getObject());
            return copy;
        }
        return new SluiceMessage();
    }

    private static SluiceMessage copyBytes(BytesMessage bytes) throws JMSException {
        SluiceBytesMessage copy = new SluiceBytesMessage();
        bytes.reset();
        byte[] piece = new byte[PIECE_BYTES];
        // Up to the end and not by getBodyLength, which not every provider keeps true.
        for (int count = bytes.readBytes(piece); count > 0; count = bytes.readBytes(piece)) {
            copy.writeBytes(piece, 0, count);
        }
        bytes.reset();
        return copy;
    }

    private static SluiceMessage copyStream(StreamMessage stream) throws JMSException {
        SluiceStreamMessage copy = new SluiceStreamMessage();
        stream.reset();
        boolean more = true;
        while (more) {
            try {
                copy.writeObject(stream.readObject());
            } catch (MessageEOFException end) {
                more = false;
            }
        }
        stream.reset();
        return copy;
    }

    private static void copyHeader(Message message, SluiceMessage copy) throws JMSException {
        copy.setJMSReplyTo(message.getJMSReplyTo());
        copy.setJMSType(message.getJMSType());
        String correlation = message.getJMSCorrelationID();
        if (correlation != null) {
            copy.setJMSCorrelationID(correlation);
        } else {
            copy.setJMSCorrelationIDAsBytes(correlationBytes(message));
        }
    }

    private static byte @Nullable [] correlationBytes(Message message) {
        try {
            return message.getJMSCorrelationIDAsBytes();
        } catch (JMSException | UnsupportedOperationException notKnownThere) {
            // The standard lets a provider do without; then there is no correlation to copy.
            return null;
        }
    }

    private static void copyProperties(Message message, SluiceMessage copy) throws JMSException {
        Enumeration<?> names = message.getPropertyNames();
        while (names.hasMoreElements()) {
            String name = String.valueOf(names.nextElement());
            boolean clients = name.equals(PropertyNames.GROUP_ID) || name.equals(PropertyNames.GROUP_SEQUENCE);
            if (clients || !PropertyNames.isStandard(name)) {
                copyProperty(name, message.getObjectProperty(name), copy);
            }
        }
    }

    private static void copyProperty(String name, @Nullable Object value, SluiceMessage copy) throws JMSException {
        try {
            copy.setObjectProperty(name, value);
        } catch (IllegalArgumentException refused) {
            throw Faults.of(
                    new MessageFormatException("a message of another provider cannot be sent: " + refused.getMessage()),
                    refused);
        }
    }
}
