package dev.sluice.message;

import jakarta.jms.JMSException;

/** What a received message asks of the session that it came through. */
public interface Acknowledgement {
    /** What {@code Message.acknowledge} does; nothing where the session acknowledges by itself. */
    void acknowledge() throws JMSException;

    /** Acknowledges this message and no other. */
    void acknowledgeThis() throws JMSException;
}
