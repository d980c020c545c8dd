package dev.sluice.ra;

import jakarta.resource.spi.ConnectionDefinition;

/** As its parent, where a container keeps the factories of queues and topics apart: for {@code QueueConnectionFactory}. */
@ConnectionDefinition(
        connectionFactory = jakarta.jms.QueueConnectionFactory.class,
        connectionFactoryImpl = FactoryHandle.class,
        connection = jakarta.jms.QueueConnection.class,
        connectionImpl = ConnectionHandle.class)
public final class SluiceQueueManagedConnectionFactory extends SluiceManagedConnectionFactory {
    private static final long serialVersionUID = 1L;

    /** For the container, which sets its properties. */
    public SluiceQueueManagedConnectionFactory() {}
}
