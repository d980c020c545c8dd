package dev.sluice.jms;

import dev.sluice.jms.ClassicConnection.Domain;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAJMSContext;
import javax.transaction.xa.XAResource;

/** A context for global transactions: its session is one of XA. */
public final class SimplifiedXaContext extends SimplifiedContext implements XAJMSContext {
    private final ClassicXaSession session;

    /** The first context on its own connection. */
    public SimplifiedXaContext(ClassicXaConnection connection) throws JMSException {
        this(connection, connection.newXaSession(Domain.ANY));
    }

    /** The first context on its own connection, of this session. */
    SimplifiedXaContext(ClassicXaConnection connection, ClassicXaSession session) {
        super(connection, session);
        this.session = session;
    }

    @Override
    public JMSContext getContext() {
        return this;
    }

    @Override
    public XAResource getXAResource() {
        return session.getXAResource();
    }
}
