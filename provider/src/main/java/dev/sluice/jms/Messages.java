package dev.sluice.jms;

import dev.sluice.SluiceDestination;
import dev.sluice.link.DeliverySink.Delivery;
import dev.sluice.link.Link.BodySource;
import io.netty.buffer.ByteBuf;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import org.jspecify.annotations.Nullable;

/** The messages of one connection: makes new ones, encodes what is sent, decodes what came. Thread-safe. */
interface Messages {
    Message message();

    BytesMessage bytes();

    MapMessage map();

    ObjectMessage object();

    StreamMessage stream();

    TextMessage text();

    /** Sets the header of {@code message} as the standard says for a send, and encodes it; another provider's message too. */
    Outgoing encode(Message message, SluiceDestination destination, SendOptions options) throws JMSException;

    /**
     * The message of a delivery; it does not keep the envelope, which stays the caller's, but owns the spooled body.
     * {@code acknowledger} is what {@code Message.acknowledge} does.
     */
    Message decode(Delivery delivery, Destination destination, Acknowledge acknowledger) throws JMSException;

    /** What {@code Message.acknowledge} does. */
    @FunctionalInterface
    interface Acknowledge {
        /** Acknowledges. */
        void run() throws JMSException;
    }

    /** A message ready for the link. */
    record Outgoing(ByteBuf envelope, @Nullable BodySource body) {}
}
