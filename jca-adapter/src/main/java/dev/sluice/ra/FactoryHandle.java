package dev.sluice.ra;

import dev.sluice.jms.JmsErrors;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.Referenceable;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import java.io.Serializable;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/** What an application looks up: makes connections that the container pools and enlists. Thread-safe. */
public final class FactoryHandle
        implements ConnectionFactory, QueueConnectionFactory, TopicConnectionFactory, Serializable, Referenceable {
    private static final long serialVersionUID = 1L;

    /** Of which pool. */
    private final SluiceManagedConnectionFactory factory;

    /** The container. */
    private final ConnectionManager manager;

    /** How the container finds it again. */
    private @Nullable Reference reference;

    FactoryHandle(SluiceManagedConnectionFactory factory, ConnectionManager manager) {
        this.factory = factory;
        this.manager = manager;
    }

    SluiceManagedConnectionFactory factory() {
        return factory;
    }

    /** A session's or context's place in the pool; this is when the container enlists it. */
    SessionHandle allocate(ConnectionRequest as) throws JMSException {
        try {
            return (SessionHandle) manager.allocateConnection(factory, as);
        } catch (ResourceException refused) {
            throw ResourceErrors.toJms(refused);
        }
    }

    // ---- connections

    @Override
    public ConnectionHandle createConnection() {
        return createConnection(null, null);
    }

    @Override
    public ConnectionHandle createConnection(@Nullable String user, @Nullable String password) {
        return connection(Rules.Domain.ANY, user, password);
    }

    @Override
    public QueueConnection createQueueConnection() {
        return createQueueConnection(null, null);
    }

    @Override
    public QueueConnection createQueueConnection(@Nullable String user, @Nullable String password) {
        return connection(Rules.Domain.QUEUE, user, password);
    }

    @Override
    public TopicConnection createTopicConnection() {
        return createTopicConnection(null, null);
    }

    @Override
    public TopicConnection createTopicConnection(@Nullable String user, @Nullable String password) {
        return connection(Rules.Domain.TOPIC, user, password);
    }

    private ConnectionHandle connection(Rules.Domain domain, @Nullable String user, @Nullable String password) {
        return new ConnectionHandle(this, domain, new ConnectionRequest(user, password));
    }

    // ---- contexts

    @Override
    public JMSContext createContext() {
        return createContext(Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password) {
        return createContext(user, password, Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return createContext(null, null, sessionMode);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password, int sessionMode) {
        try {
            Rules.checkMode(sessionMode, factory.isInTransaction());
            return allocate(new ConnectionRequest(user, password)).asContext(sessionMode);
        } catch (JMSException refused) {
            throw JmsErrors.unchecked(refused);
        }
    }

    // ---- naming

    @Override
    public void setReference(@Nullable Reference newReference) {
        reference = newReference;
    }

    @Override
    public @Nullable Reference getReference() {
        return reference;
    }

    /** Of which server. */
    @Override
    public String toString() {
        return "FactoryHandle[" + factory + "]";
    }
}
