package dev.sluice.jms;

import dev.sluice.jms.ClassicConnection.Domain;
import jakarta.jms.JMSException;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XATopicSession;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import javax.transaction.xa.XAResource;

/**
 * A session for global transactions: what it does between start and end of its resource belongs to that branch. Outside of a branch it sends and
 * acknowledges at once, as a session in AUTO_ACKNOWLEDGE.
 */
final class ClassicXaSession extends ClassicSession implements XAQueueSession, XATopicSession {
    private final BranchResource resource;

    ClassicXaSession(ClassicConnection connection, Domain domain, long number) {
        super(connection, domain, Session.AUTO_ACKNOWLEDGE, true, number);
        resource = new BranchResource(
                connection.link(), core(), Objects.requireNonNull(core().transacting()), connection::isAway);
    }

    @Override
    public XAResource getXAResource() {
        return resource;
    }

    void refuseOutside(BooleanSupplier condition) {
        Objects.requireNonNull(core().transacting()).refuseWhile(condition);
    }

    @Override
    public Session getSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    @Override
    public QueueSession getQueueSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    @Override
    public TopicSession getTopicSession() throws JMSException {
        core().checkOpen();
        return this;
    }

    @Override
    public boolean getTransacted() throws JMSException {
        core().checkOpen();
        return true;
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        core().checkOpen();
        return SESSION_TRANSACTED;
    }

    @Override
    public void commit() throws JMSException {
        throw inProgress("commit");
    }

    @Override
    public void rollback() throws JMSException {
        throw inProgress("rollback");
    }

    private JMSException inProgress(String method) throws JMSException {
        core().checkOpen();
        return new TransactionInProgressException(
                method + " is not for a session of XA: the transaction manager ends its transactions");
    }

    @Override
    boolean close(BooleanSupplier away) {
        if (!away.getAsBoolean()) {
            resource.sessionCloses();
        }
        return super.close(away);
    }
}
