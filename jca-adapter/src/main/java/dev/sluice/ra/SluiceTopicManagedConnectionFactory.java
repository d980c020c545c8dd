package dev.sluice.ra;

import jakarta.resource.spi.ConnectionDefinition;

/** As its parent, where a container keeps the factories of queues and topics apart: for {@code TopicConnectionFactory}. */
@ConnectionDefinition(
        connectionFactory = jakarta.jms.TopicConnectionFactory.class,
        connectionFactoryImpl = FactoryHandle.class,
        connection = jakarta.jms.TopicConnection.class,
        connectionImpl = ConnectionHandle.class)
public final class SluiceTopicManagedConnectionFactory extends SluiceManagedConnectionFactory {
    private static final long serialVersionUID = 1L;

    /** For the container, which sets its properties. */
    public SluiceTopicManagedConnectionFactory() {}
}
