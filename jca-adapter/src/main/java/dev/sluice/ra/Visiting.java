package dev.sluice.ra;

import io.netty.util.concurrent.FastThreadLocal;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The resource that a recovery sees: what its calls leave in the thread, which is the transaction manager's and outlives the adapter, is taken out
 * of it again; it would hold on to the adapter's class loader. Thread-safe.
 */
final class Visiting implements XAResource {
    private final XAResource resource;

    Visiting(XAResource resource) {
        this.resource = resource;
    }

    /** Forgets what was kept by the calling thread. It is made anew when it is needed again. */
    static void leave() {
        FastThreadLocal.removeAll();
    }

    /** What is behind a resource that the adapter shows; any other one is itself. */
    static @Nullable XAResource behind(@Nullable XAResource shown) {
        return shown instanceof Visiting own ? own.resource : Branches.behind(shown);
    }

    boolean isFor(XAResource other) {
        return resource == other;
    }

    /** A call of the resource. */
    @FunctionalInterface
    private interface Call<T> {
        T make() throws XAException;
    }

    private static <T> T visit(Call<T> call) throws XAException {
        try {
            return call.make();
        } finally {
            leave();
        }
    }

    @Override
    public Xid[] recover(int flags) throws XAException {
        return visit(() -> resource.recover(flags));
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        boolean ignored = visit(() -> {
            resource.commit(xid, onePhase);
            return true;
        });
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        boolean ignored = visit(() -> {
            resource.rollback(xid);
            return true;
        });
    }

    @Override
    public void forget(Xid xid) throws XAException {
        boolean ignored = visit(() -> {
            resource.forget(xid);
            return true;
        });
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        return visit(() -> resource.prepare(xid));
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
    public boolean isSameRM(@Nullable XAResource other) throws XAException {
        return resource.isSameRM(behind(other));
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return resource.getTransactionTimeout();
    }

    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        return resource.setTransactionTimeout(seconds);
    }

    /** Of what it is. */
    @Override
    public String toString() {
        return resource.toString();
    }
}
