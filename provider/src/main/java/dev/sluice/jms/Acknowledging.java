package dev.sluice.jms;

import dev.sluice.message.Acknowledgement;
import dev.sluice.session.Handed;
import jakarta.jms.JMSException;

/** What a received message asks of its session. */
record Acknowledging(SessionCore session, Handed message) implements Acknowledgement {
    @Override
    public void acknowledge() throws JMSException {
        session.acknowledge(message);
    }

    @Override
    public void acknowledgeThis() throws JMSException {
        session.acknowledgeAlone(message);
    }
}
