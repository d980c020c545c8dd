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

    Transacting(ClassicConnection connection, SessionCore session, boolean local) {
        this.connection = connection;
        this.session = session;
        this.link = connection.link();
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
     * Commits and begins the next; returns when the outcome is durable.
     *
     * @throws TransactionRolledBackException when nothing of it happened; the next one has begun all the same
     */
    void commit() throws JMSException {
        session.completions.awaitIdle(Long.MAX_VALUE);
        Work work = Objects.requireNonNull(current());
        boolean lost = session.settling.takeLost();
        LinkException refused = work.failure();
        if (lost || refused != null) {
            List<Reply> ignored = undo();
            throw rolledBack(refused);
        }
        Map<Long, Ranges> received = session.settling.takeAll(null);
        work.take(received);
        Reply reply = work.finish(TransactKind.COMMIT_LOCAL);
        session.forgetRetained();
        begin();
        if (reply == null) {
            return;
        }
        try {
            long ignored = Replies.await(reply, "a commit");
        } catch (TransactionRolledBackException undone) {
            session.restart(received.keySet());
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

    /** Rolls back and begins the next: what was received comes again. */
    void rollback() throws JMSException {
        session.completions.awaitIdle(Long.MAX_VALUE);
        for (Reply reply : undo()) {
            long ignored = Replies.await(reply, "a rollback");
        }
    }

    private List<Reply> undo() {
        Work work = Objects.requireNonNull(current());
        List<Reply> replies = new ArrayList<>(session.giveBackAll());
        Reply rollback = work.finish(TransactKind.ROLLBACK_LOCAL);
        begin();
        if (rollback != null) {
            replies.add(rollback);
        }
        return replies;
    }

    // ---- branches of global transactions

    /** The work for a branch, to be {@link #associate}d when the server knows of it. */
    Work prepareWork() {
        return newWork();
    }

    /** From now on the session works for the branch. */
    void associate(Work work) {
        current.set(work);
    }

    /** No more: what it received for the branch is said to the server. Returns the consumers that received. */
    Set<Long> dissociate(Work work) {
        session.completions.awaitIdle(Long.MAX_VALUE);
        if (session.settling.takeLost()) {
            work.fail(GIVEN_AWAY);
        }
        Map<Long, Ranges> received = session.settling.takeAll(null);
        work.take(received);
        session.forgetRetained();
        current.set(null);
        return received.keySet();
    }

    /** The session is closed: what is not committed comes again, later. */
    List<Reply> close(boolean local) {
        if (local) {
            return undo();
        }
        current.set(null);
        return session.giveBackAll();
    }
}
