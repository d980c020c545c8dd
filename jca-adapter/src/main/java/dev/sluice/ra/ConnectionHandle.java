package dev.sluice.ra;

import dev.sluice.base.Monitor;
import dev.sluice.jms.ProviderFacts;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection as an application in a container has it: it may have one session at a time, and takes a connection of the pool when that is made.
 * Thread-safe.
 */
public final class ConnectionHandle implements QueueConnection, TopicConnection {
    private final FactoryHandle factory;
    private final Rules.Domain domain;
    private final ConnectionRequest as;

    private final Monitor monitor = new Monitor();
    private @Nullable SessionHandle session;
    private boolean making;
    private boolean started;
    private boolean closed;

    ConnectionHandle(FactoryHandle factory, Rules.Domain domain, ConnectionRequest as) {
        this.factory = factory;
        this.domain = domain;
        this.as = as;
    }

    // ---- sessions

    @Override
    public Session createSession() throws JMSException {
        return createSession(Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public Session createSession(int sessionMode) throws JMSException {
        return session(Session.class, domain, sessionMode);
    }

    @Override
    public Session createSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return createSession(transacted ? Session.SESSION_TRANSACTED : acknowledgeMode);
    }

    @Override
    public QueueSession createQueueSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return session(
                QueueSession.class, Rules.Domain.QUEUE, transacted ? Session.SESSION_TRANSACTED : acknowledgeMode);
    }

    @Override
    public TopicSession createTopicSession(boolean transacted, int acknowledgeMode) throws JMSException {
        return session(
                TopicSession.class, Rules.Domain.TOPIC, transacted ? Session.SESSION_TRANSACTED : acknowledgeMode);
    }

    private <S extends Session> S session(Class<S> type, Rules.Domain ofDomain, int mode) throws JMSException {
        Rules.checkMode(mode, factory.factory().isInTransaction());
        monitor.enter();
        try {
            checkOpen();
            if (session != null || making) {
                throw new IllegalStateException(
                        "the connection has a session already; in a container it can have one at a time: close that"
                                + " first, or make another connection");
            }
            making = true;
        } finally {
            monitor.leave();
        }
        SessionHandle fresh = null;
        try {
            fresh = factory.allocate(as);
        } finally {
            keep(fresh);
        }
        SessionHandle mine = fresh;
        // A session of one domain is shown as no more than that.
        S shown = mine.asSession(type, ofDomain, mode, () -> forget(mine));
        if (isStarted()) {
            mine.startDelivery();
        }
        return shown;
    }

    private void keep(@Nullable SessionHandle fresh) {
        boolean late;
        monitor.enter();
        try {
            making = false;
            late = closed;
            session = late ? null : fresh;
        } finally {
            monitor.leave();
        }
        if (late && fresh != null) {
            fresh.close();
        }
    }

    private void forget(SessionHandle ended) {
        monitor.enter();
        try {
            if (session == ended) {
                session = null;
            }
        } finally {
            monitor.leave();
        }
    }

    /** Inside. */
    private void checkOpen() throws IllegalStateException {
        if (closed) {
            throw new IllegalStateException("the connection is closed");
        }
    }

    private void checkOpenFromOutside() throws IllegalStateException {
        monitor.enter();
        try {
            checkOpen();
        } finally {
            monitor.leave();
        }
    }

    private boolean isStarted() {
        monitor.enter();
        try {
            return started;
        } finally {
            monitor.leave();
        }
    }

    // ---- the connection itself

    @Override
    public void start() throws JMSException {
        SessionHandle now;
        monitor.enter();
        try {
            checkOpen();
            started = true;
            now = session;
        } finally {
            monitor.leave();
        }
        if (now != null) {
            now.startDelivery();
        }
    }

    @Override
    public void close() {
        SessionHandle last;
        monitor.enter();
        try {
            closed = true;
            last = session;
            session = null;
        } finally {
            monitor.leave();
        }
        if (last != null) {
            last.close();
        }
    }

    @Override
    public @Nullable String getClientID() throws JMSException {
        checkOpenFromOutside();
        return factory.factory().effective().clientId();
    }

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        checkOpenFromOutside();
        return ProviderFacts.FACTS;
    }

    /** There is none: the container looks after the connection. */
    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        checkOpenFromOutside();
        return null;
    }

    // ---- what is not for applications in a container

    @Override
    public void stop() throws JMSException {
        throw refused("stop");
    }

    @Override
    public void setClientID(@Nullable String clientId) throws JMSException {
        throw refused("setClientID");
    }

    @Override
    public void setExceptionListener(@Nullable ExceptionListener listener) throws JMSException {
        throw refused("setExceptionListener");
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            @Nullable Destination destination,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw refused("createConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            @Nullable Queue queue, @Nullable String selector, @Nullable ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw refused("createConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            @Nullable Topic topic, @Nullable String selector, @Nullable ServerSessionPool pool, int maxMessages)
            throws JMSException {
        throw refused("createConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String subscription,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw refused("createSharedConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String subscription,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw refused("createDurableConnectionConsumer");
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            @Nullable Topic topic,
            @Nullable String subscription,
            @Nullable String selector,
            @Nullable ServerSessionPool pool,
            int maxMessages)
            throws JMSException {
        throw refused("createSharedDurableConnectionConsumer");
    }

    private JMSException refused(String method) throws JMSException {
        checkOpenFromOutside();
        return new IllegalStateException(method + " is not for applications in a container");
    }

    /** As whom, and with which session. */
    @Override
    public String toString() {
        monitor.enter();
        try {
            return "ConnectionHandle[" + as + ", " + (closed ? "closed" : session) + "]";
        } finally {
            monitor.leave();
        }
    }
}
