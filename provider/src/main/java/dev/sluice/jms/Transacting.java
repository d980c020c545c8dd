package dev.sluice.jms;

import dev.sluice.base.SharedRef;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import jakarta.jms.JMSException;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a session is in transactions: a transacted one always, in one after the other; one of XA only while it works for a branch. Used by the
 * thread that uses the session; which work is current, any thread may ask.
 */
final class Transacting {
    private static final String GIVEN_AWAY =
            "messages that it received were given to others: the connection was away for longer"
                    + " than the server keeps what a client holds";

    private final ClassicConnection connection;
    private final SessionCore session;
    private final Link link;
    private final SharedRef<Work> current = new SharedRef<>();
    /** Whether the calling thread does not know yet that the session does not work for its transaction any more. */
    private final SharedRef<BooleanSupplier> unaware = new SharedRef<>();
    /** The thread whose branch another one has ended as failed, as a transaction manager does after a timeout. */
    private final SharedRef<Thread> leftBehind = new SharedRef<>();
    /** A commit whose outcome is not known, and the consumers that received for it. One thread at a time. */
    private @Nullable Reply unfinished;

    private Set<Long> receivers = Set.of();

    Transacting(ClassicConnection connection, SessionCore session, boolean local) {
        this.connection = connection;
        this.session = session;
        this.link = connection.link();
        refuseWhile(() -> Thread.currentThread() == leftBehind.value());
        if (local) {
            begin();
        }
    }

    /** What the session works for now; null outside of a transaction. */
    @Nullable Work current() {
        return current.value();
    }

    private void begin() {
        current.set(newWork());
    }

    private Work newWork() {
        return new Work(link, connection.nextTransactionId());
    }

    // ---- local transactions

    /**
     * Commits and begins the next; returns when the outcome is durable. After a commit that was interrupted this waits for the outcome of that
     * one first.
     *
     * @throws TransactionRolledBackException when nothing of it happened; the next one has begun all the same
     */
    void commit() throws JMSException {
        session.completions.awaitIdle(Long.MAX_VALUE);
        connection.checkLink();
        settleUnfinished();
        JMSException failure;
        session.beginEnd();
        try {
            failure = sendCommit();
        } finally {
            session.endEnd();
        }
        if (failure != null) {
            throw failure;
        }
        awaitOutcome();
    }

    /** Says to the server what was received, and that all is to be done; or why it is undone. */
    private @Nullable JMSException sendCommit() {
        Work work = Objects.requireNonNull(current());
        Settling.Received received = session.settling.takeReceived();
        LinkException refused = work.failure();
        if (received.lost() || refused != null) {
            List<Reply> ignored = undo(received.ranges());
            return rolledBack(refused);
        }
        work.take(received.ranges());
        session.forgetRetained();
        unfinished = work.finish(TransactKind.COMMIT_LOCAL);
        receivers = received.ranges().keySet();
        begin();
        return null;
    }

    /** Waits for the outcome of the commit that is under way, if there is one. */
    private void awaitOutcome() throws JMSException {
        Reply reply = unfinished;
        if (reply == null) {
            return;
        }
        try {
            long ignored = Replies.await(reply, "a commit");
            unfinished = null;
        } catch (TransactionRolledBackException undone) {
            unfinished = null;
            session.restart(receivers);
            throw undone;
        }
    }

    /** An earlier commit was interrupted: when that was rolled back, so is what came after it. */
    private void settleUnfinished() throws JMSException {
        try {
            awaitOutcome();
        } catch (TransactionRolledBackException undone) {
            List<Reply> ignored = undo();
            throw undone;
        }
    }

    private static JMSException rolledBack(@Nullable LinkException cause) {
        String text = "the transaction was rolled back: " + (cause == null ? GIVEN_AWAY : cause.getMessage());
        return JmsErrors.of(
                cause == null
                        ? new LinkException(RefusalCode.TRANSACTION_ROLLED_BACK, text)
                        : new LinkException(RefusalCode.TRANSACTION_ROLLED_BACK, text, cause));
    }

    /**
     * Rolls back and begins the next: what was received comes again.
     *
     * @throws JMSException when an earlier commit was interrupted, and happened all the same
     */
    void rollback() throws JMSException {
        session.completions.awaitIdle(Long.MAX_VALUE);
        boolean interrupted = unfinished != null;
        for (Reply reply : undo()) {
            long ignored = Replies.await(reply, "a rollback");
        }
        if (interrupted && hasHappened()) {
            throw new JMSException(
                    "a commit that was interrupted happened all the same; only what came after it was rolled back");
        }
    }

    private List<Reply> undo() throws JMSException {
        session.beginEnd();
        try {
            return undo(session.settling.takeReceived().ranges());
        } finally {
            session.endEnd();
        }
    }

    private boolean hasHappened() throws JMSException {
        try {
            awaitOutcome();
            return true;
        } catch (TransactionRolledBackException undone) {
            return false;
        }
    }

    private List<Reply> undo(Map<Long, Ranges> received) {
        Work work = Objects.requireNonNull(current());
        // First what the server has: so all is back when the consumers begin anew, and comes in order.
        Reply rollback = work.finish(TransactKind.ROLLBACK_LOCAL);
        begin();
        List<Reply> replies = new ArrayList<>(session.giveBack(received));
        if (rollback != null) {
            replies.add(rollback);
        }
        if (work.hasTaken()) {
            session.restartAllBut(received.keySet());
        }
        return replies;
    }

    // ---- branches of global transactions

    /** The work for a branch, to be {@link #associate}d when the server knows of it. */
    Work prepareWork() {
        return newWork();
    }

    /**
     * Outside of a branch, a thread of which {@code condition} says so is refused what it would do at once. As long as nobody says how to tell, it
     * is the one that was {@link #leaveBehind left behind}.
     */
    void refuseWhile(BooleanSupplier condition) {
        unaware.set(condition);
    }

    /** Whether what the calling thread does would be done at once, and it takes it for a part of its transaction. */
    boolean isShutOut() {
        BooleanSupplier condition = unaware.value();
        return condition != null && current() == null && condition.getAsBoolean();
    }

    static JMSException shutOut() {
        return JmsErrors.of(new LinkException(
                RefusalCode.TRANSACTION_ROLLED_BACK,
                "the transaction of this thread was ended without it, as after its timeout; roll it back"));
    }

    /** Another thread ends the branch that {@code worker} works for; until the next branch begins that one takes it to go on. */
    void leaveBehind(Thread worker) {
        leftBehind.set(worker);
    }

    /** The calling thread ends branches itself: it knows. */
    void catchUp() {
        if (leftBehind.value() == Thread.currentThread()) {
            leftBehind.set(null);
        }
    }

    /** From now on the session works for the branch. */
    void associate(Work work) {
        leftBehind.set(null);
        current.set(work);
    }

    /** No more: what it received for the branch is said to the server. Returns the consumers that received. */
    Set<Long> dissociate(Work work) {
        session.completions.awaitIdle(Long.MAX_VALUE);
        // A receive that goes on meanwhile has its message in this, or knows that there is no branch.
        Settling.Received received = session.settling.takeReceived(() -> current.set(null));
        if (received.lost()) {
            work.fail(GIVEN_AWAY);
        }
        work.take(received.ranges());
        session.forgetRetained();
        return received.ranges().keySet();
    }

    /** The session is closed: what is not committed comes again, later. */
    List<Reply> close(boolean local) {
        Map<Long, Ranges> received = session.settling.takeReceived().ranges();
        if (local) {
            return undo(received);
        }
        current.set(null);
        return session.giveBack(received);
    }
}
