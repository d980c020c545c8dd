package dev.sluice.ra;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** A resource that a transaction manager sees in place of the client's, and that passes on what it is told. As thread-safe as that. */
abstract class PassingResource implements XAResource {
    private final XAResource resource;

    PassingResource(XAResource resource) {
        this.resource = resource;
    }

    boolean isFor(XAResource other) {
        return resource == other;
    }

    @Override
    public void start(Xid xid, int flags) throws XAException {
        resource.start(xid, flags);
    }

    @Override
    public void end(Xid xid, int flags) throws XAException {
        resource.end(xid, flags);
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return resource.prepare(xid);
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        resource.commit(xid, onePhase);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        resource.rollback(xid);
    }

    @Override
    public void forget(Xid xid) throws XAException {
        resource.forget(xid);
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        return resource.recover(flags);
    }

    /** The client knows its own resources alone. */
    @Override
    public final boolean isSameRM(@Nullable XAResource other) throws XAException {
        return resource.isSameRM(other instanceof PassingResource own ? own.resource : other);
    }

    @Override
    public final int getTransactionTimeout() throws XAException {
        return resource.getTransactionTimeout();
    }

    @Override
    public final boolean setTransactionTimeout(int seconds) throws XAException {
        return resource.setTransactionTimeout(seconds);
    }

    /** Of what it is. */
    @Override
    public final String toString() {
        return resource.toString();
    }
}
