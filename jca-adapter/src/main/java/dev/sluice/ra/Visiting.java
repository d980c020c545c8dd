package dev.sluice.ra;

import io.netty.util.concurrent.FastThreadLocal;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * The resource that a recovery sees: what its calls leave in the thread, which is the transaction manager's and outlives the adapter, is taken out
 * of it again; it would hold on to the adapter's class loader. Thread-safe.
 */
final class Visiting extends PassingResource {
    Visiting(XAResource resource) {
        super(resource);
    }

    /** Forgets what was kept by the calling thread. It is made anew when it is needed again. */
    static void leave() {
        FastThreadLocal.removeAll();
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        try {
            return super.recover(flags);
        } finally {
            leave();
        }
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        try {
            return super.prepare(xid);
        } finally {
            leave();
        }
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        try {
            super.commit(xid, onePhase);
        } finally {
            leave();
        }
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        try {
            super.rollback(xid);
        } finally {
            leave();
        }
    }

    @Override
    public void forget(Xid xid) throws XAException {
        try {
            super.forget(xid);
        } finally {
            leave();
        }
    }
}
