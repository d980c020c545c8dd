package dev.sluice.jms;

import dev.sluice.base.Monitor;
import dev.sluice.link.BranchXid;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.link.TransactionList;
import dev.sluice.link.TransactionSink;
import dev.sluice.wire.codec.TransactKind;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The resource of one session in the words of X/Open XA (C193) and Jakarta Transactions: what the session does between start and end belongs to
 * that branch. Branches live on the server; any resource of the same cluster may end one. Thread-safe.
 */
final class BranchResource implements XAResource {
    private static final int ONE_SECOND_MILLIS = 1000;

    private final Monitor monitor = new Monitor();
    private final Link link;
    private final SessionCore session;
    private final Transacting transacting;
    private final BooleanSupplier isAway;
    private @Nullable Association association;
    /** The branch whose end was refused last: the session does not work for it all the same. */
    private @Nullable BranchXid refused;
    /** Consumers that received for a branch which this session worked for and that has not ended here. */
    private final Receivers receivers = new Receivers();

    private int timeoutSeconds;

    private record Association(BranchXid xid, Work work, Thread worker) {}

    /** The newest branches: most are ended here; those that others end are forgotten in time. */
    private static final class Receivers extends LinkedHashMap<BranchXid, Set<Long>> {
        private static final long serialVersionUID = 1;
        private static final int MOST = 64;

        @Override
        protected boolean removeEldestEntry(Map.Entry<BranchXid, Set<Long>> eldest) {
            return size() > MOST;
        }
    }

    /** {@code isAway}: whether no server can be reached now. */
    BranchResource(Link link, SessionCore session, Transacting transacting, BooleanSupplier isAway) {
        this.isAway = isAway;
        this.link = link;
        this.session = session;
        this.transacting = transacting;
    }

    // ---- work

    @Override
    public void start(@Nullable Xid xid, int flags) throws XAException {
        BranchXid name = name(xid);
        TransactKind kind = switch (flags) {
            case TMNOFLAGS -> TransactKind.START;
            case TMJOIN -> TransactKind.JOIN;
            case TMRESUME -> TransactKind.RESUME;
            default -> throw invalid("start", flags);
        };
        Association before = current();
        if (before != null) {
            throw error(
                    XAException.XAER_PROTO,
                    "the session works for the branch " + before.xid + " already; end that before you start " + name);
        }
        Work work = transacting.prepareWork();
        long ignored = ask(new Transaction(kind, work.id(), name, timeoutMillis()));
        set(new Association(name, work, Thread.currentThread()));
        transacting.associate(work);
    }

    @Override
    public void end(@Nullable Xid xid, int flags) throws XAException {
        BranchXid name = name(xid);
        if (flags != TMSUCCESS && flags != TMFAIL && flags != TMSUSPEND) {
            throw invalid("end", flags);
        }
        transacting.catchUp();
        Association now = current();
        if (now == null || !now.xid.equals(name)) {
            endSuspended(name, flags);
            return;
        }
        if (flags == TMFAIL && now.worker != Thread.currentThread()) {
            transacting.leaveBehind(now.worker);
        }
        Set<Long> received = transacting.dissociate(now.work);
        set(null);
        remember(name, received);
        LinkException failure = now.work.failure();
        TransactKind kind = flags == TMFAIL || failure != null
                ? TransactKind.FAIL
                : flags == TMSUSPEND ? TransactKind.SUSPEND : TransactKind.END;
        try {
            long ignored = ask(new Transaction(kind, now.work.id(), name, 0));
        } catch (XAException rolledBack) {
            // Who ends it as failed knows that it can only be rolled back.
            if (flags != TMFAIL || !isRollback(rolledBack)) {
                refuse(name);
                throw rolledBack;
            }
        }
    }

    private void endSuspended(BranchXid name, int flags) throws XAException {
        if (flags == TMSUSPEND) {
            throw error(XAException.XAER_PROTO, "the session does not work for the branch " + name);
        }
        if (flags == TMFAIL && isRefused(name)) {
            // Narayana ends it once more before it rolls back, and would not roll back if that were an error.
            return;
        }
        TransactKind kind = flags == TMFAIL ? TransactKind.FAIL_SUSPENDED : TransactKind.END_SUSPENDED;
        try {
            long ignored = ask(new Transaction(kind, 0, name, 0));
        } catch (XAException rolledBack) {
            if (flags != TMFAIL || !isRollback(rolledBack)) {
                throw rolledBack;
            }
        }
    }

    private static boolean isRollback(XAException error) {
        return error.errorCode >= XAException.XA_RBBASE && error.errorCode <= XAException.XA_RBEND;
    }

    // ---- two phases

    @Override
    public int prepare(@Nullable Xid xid) throws XAException {
        BranchXid name = name(xid);
        long vote = ask(new Transaction(TransactKind.PREPARE, 0, name, 0));
        if (vote == XA_RDONLY) {
            Set<Long> unused = forgetReceivers(name);
        }
        return (int) vote;
    }

    @Override
    public void commit(@Nullable Xid xid, boolean onePhase) throws XAException {
        BranchXid name = name(xid);
        long ignored = ask(new Transaction(onePhase ? TransactKind.COMMIT_ONE_PHASE : TransactKind.COMMIT, 0, name, 0));
        Set<Long> unused = forgetReceivers(name);
    }

    @Override
    public void rollback(@Nullable Xid xid) throws XAException {
        BranchXid name = name(xid);
        transacting.catchUp();
        long ignored = ask(new Transaction(TransactKind.ROLLBACK, 0, name, 0));
        // What this session received for it comes again, and in order.
        session.restart(forgetReceivers(name));
    }

    @Override
    public void forget(@Nullable Xid xid) throws XAException {
        long ignored = ask(new Transaction(TransactKind.FORGET, 0, name(xid), 0));
    }

    /**
     * All branches in doubt come with the start of a scan; there is no second part. It does not wait for a server that is away: a pass of a
     * recovery has others to ask.
     */
    @Override
    public Xid[] recover(int flags) throws XAException {
        if ((flags & ~(TMSTARTRSCAN | TMENDRSCAN)) != 0) {
            throw invalid("recover", flags);
        }
        if ((flags & TMSTARTRSCAN) == 0) {
            return new Xid[0];
        }
        if (isAway.getAsBoolean()) {
            throw error(XAException.XAER_RMFAIL, "no server can be reached now: what is in doubt there is not known");
        }
        try {
            // A branch over several shards is listed by each.
            return TransactionList.of(link, true).stream()
                    .map(TransactionSink.Branch::name)
                    .filter(Objects::nonNull)
                    .distinct()
                    .toArray(Xid[]::new);
        } catch (LinkException failure) {
            throw error(failure);
        } catch (InterruptedException interrupt) {
            throw interrupted(interrupt);
        }
    }

    // ---- the resource itself

    /** Whether the other one reaches the same server, or cluster, through whatever connection. */
    @Override
    public boolean isSameRM(@Nullable XAResource other) {
        return other instanceof BranchResource own && own.link.clusterId() == link.clusterId();
    }

    @Override
    public int getTransactionTimeout() {
        monitor.enter();
        try {
            return timeoutSeconds;
        } finally {
            monitor.leave();
        }
    }

    /** Branches that are started from now on are rolled back unless they are prepared within {@code seconds}; 0 for no limit. */
    @Override
    public boolean setTransactionTimeout(int seconds) throws XAException {
        if (seconds < 0) {
            throw error(XAException.XAER_INVAL, "a transaction timeout of " + seconds + " s; 0 is no limit");
        }
        monitor.enter();
        try {
            timeoutSeconds = seconds;
        } finally {
            monitor.leave();
        }
        return true;
    }

    private long timeoutMillis() {
        return (long) getTransactionTimeout() * ONE_SECOND_MILLIS;
    }

    /** A branch that its session still works for can only be rolled back. */
    void sessionCloses() {
        Association now = current();
        if (now != null) {
            set(null);
            Reply unused = link.transact(new Transaction(TransactKind.FAIL, now.work.id(), now.xid, 0));
        }
    }

    private @Nullable Association current() {
        monitor.enter();
        try {
            return association;
        } finally {
            monitor.leave();
        }
    }

    private void set(@Nullable Association now) {
        monitor.enter();
        try {
            association = now;
            if (now != null && Objects.equals(now.xid, refused)) {
                refused = null;
            }
        } finally {
            monitor.leave();
        }
    }

    private void refuse(BranchXid name) {
        monitor.enter();
        try {
            refused = name;
        } finally {
            monitor.leave();
        }
    }

    private boolean isRefused(BranchXid name) {
        monitor.enter();
        try {
            return Objects.equals(name, refused);
        } finally {
            monitor.leave();
        }
    }

    private void remember(BranchXid name, Set<Long> received) {
        monitor.enter();
        try {
            if (!received.isEmpty()) {
                receivers.merge(name, received, BranchResource::both);
            }
        } finally {
            monitor.leave();
        }
    }

    private static Set<Long> both(Set<Long> one, Set<Long> other) {
        Set<Long> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }

    private Set<Long> forgetReceivers(BranchXid name) {
        monitor.enter();
        try {
            Set<Long> known = receivers.remove(name);
            return known == null ? Set.of() : known;
        } finally {
            monitor.leave();
        }
    }

    // ---- errors

    private long ask(Transaction what) throws XAException {
        try {
            return link.transact(what).await();
        } catch (LinkException refusal) {
            throw error(refusal);
        } catch (InterruptedException interrupt) {
            throw interrupted(interrupt);
        }
    }

    private static BranchXid name(@Nullable Xid xid) throws XAException {
        if (xid == null) {
            throw error(XAException.XAER_INVAL, "the XID is null");
        }
        BranchXid name = BranchXid.of(xid);
        int global = name.getGlobalTransactionId().length;
        if (name.getFormatId() == -1
                || name.getFormatId() == BranchXid.SESSION_FORMAT
                || global == 0
                || global > Xid.MAXGTRIDSIZE) {
            throw error(
                    XAException.XAER_INVAL,
                    "an XID has a format other than -1 and " + BranchXid.SESSION_FORMAT
                            + " and a global transaction id of 1 to 64 bytes; this one is " + name);
        }
        return name;
    }

    private static XAException invalid(String method, int flags) {
        return error(XAException.XAER_INVAL, method + " does not know the flags 0x" + Integer.toHexString(flags));
    }

    private static XAException interrupted(InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        XAException error =
                error(XAException.XAER_RMFAIL, "interrupted while waiting for the server: the outcome is unknown");
        error.initCause(interrupt);
        return error;
    }

    private static XAException error(LinkException refusal) {
        int code = switch (refusal.code()) {
            case TRANSACTION_UNKNOWN -> XAException.XAER_NOTA;
            case TRANSACTION_EXISTS -> XAException.XAER_DUPID;
            case TRANSACTION_STATE -> XAException.XAER_PROTO;
            case TRANSACTION_ROLLED_BACK -> XAException.XA_RBROLLBACK;
            case TRANSACTION_TIMEOUT -> XAException.XA_RBTIMEOUT;
            case TRANSACTION_COMMITTED_BY_PEOPLE -> XAException.XA_HEURCOM;
            case TRANSACTION_ROLLED_BACK_BY_PEOPLE -> XAException.XA_HEURRB;
            case TRANSACTION_MIXED -> XAException.XA_HEURMIX;
            case LIMIT -> XAException.XAER_INVAL;
            default -> XAException.XAER_RMFAIL;
        };
        XAException error = error(code, String.valueOf(refusal.getMessage()));
        error.initCause(refusal);
        return error;
    }

    private static XAException error(int code, String text) {
        XAException error = new XAException(text);
        error.errorCode = code;
        return error;
    }

    @Override
    public String toString() {
        return "SluiceXAResource[" + Long.toHexString(link.clusterId()) + "]";
    }
}
