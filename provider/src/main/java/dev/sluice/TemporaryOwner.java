package dev.sluice;

import jakarta.jms.JMSException;

/** The connection that made a temporary destination, as the destination sees it. Thread-safe. */
@FunctionalInterface
public interface TemporaryOwner {
    /**
     * Deletes the destination on the server.
     *
     * @throws JMSException when it still has consumers, or cannot be deleted
     */
    void delete(SluiceDestination destination) throws JMSException;
}
