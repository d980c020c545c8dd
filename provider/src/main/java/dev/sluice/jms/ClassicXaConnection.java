package dev.sluice.jms;

import dev.sluice.ClientOptions;
import dev.sluice.link.Link;
import jakarta.jms.JMSException;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import java.util.function.BooleanSupplier;

/** A connection whose XA sessions work for global transactions; its other sessions are like those of any connection. Thread-safe. */
public final class ClassicXaConnection extends ClassicConnection implements XAQueueConnection, XATopicConnection {
    /** A connection on an open link, whose events come by {@code events}. */
    ClassicXaConnection(Domain domain, ClientOptions options, Link link, LinkEvents events) {
        super(domain, options, link, events);
    }

    @Override
    public ClassicXaSession createXASession() throws JMSException {
        return session(Domain.ANY);
    }

    @Override
    public ClassicXaSession createXAQueueSession() throws JMSException {
        return session(Domain.QUEUE);
    }

    @Override
    public ClassicXaSession createXATopicSession() throws JMSException {
        return session(Domain.TOPIC);
    }

    /**
     * A context that works by {@code session} of this connection, beside it: for who keeps connections and shows them in both ways, as a
     * resource adapter does. Closing it closes the connection.
     *
     * @throws IllegalArgumentException when the session is of another provider
     */
    public SimplifiedXaContext contextOn(XASession session) {
        return new SimplifiedXaContext(this, own(session));
    }

    /**
     * For who has others end the branches of an application's session, as a resource adapter does. Outside of a branch {@code session} sends and
     * acknowledges at once; to a thread of which {@code condition} says so, it refuses that instead: its transaction was ended by another thread, and
     * it does not know yet. A session of which this is not called refuses it to a thread whose branch another one has ended as failed, until the next
     * branch begins.
     *
     * @throws IllegalArgumentException when the session is of another provider
     */
    public void refuseOutside(XASession session, BooleanSupplier condition) {
        own(session).refuseOutside(condition);
    }

    private ClassicXaSession own(XASession session) {
        if (session instanceof ClassicXaSession own && own.connection() == this) {
            return own;
        }
        throw new IllegalArgumentException(session + " is not a session of " + this);
    }

    private ClassicXaSession session(Domain domain) throws JMSException {
        use();
        return newXaSession(domain);
    }

    /** A session that does not count as a use of the connection: an XAJMSContext may still set its client identifier. */
    ClassicXaSession newXaSession(Domain domain) throws JMSException {
        checkOpen();
        return register(new ClassicXaSession(this, domain, nextSessionNumber()));
    }
}
