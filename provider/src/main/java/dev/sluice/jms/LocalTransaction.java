package dev.sluice.jms;

import dev.sluice.base.Monitor;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import jakarta.jms.JMSException;
import jakarta.jms.TransactionRolledBackException;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that a transacted session is in: one after the other, each begun by its first work. What is sent goes to the server
 * at once and waits there; what is received is said to it at the commit, or when its consumer is closed. Its own monitor guards it, since
 * refusals come on the event loop; no call of the link is made inside.
 */
final class LocalTransaction {
    private final Monitor monitor = new Monitor();
    private final Link link;
    private final LongSupplier ids;
    private long id;
    /** Whether the server knows of it. */
    private boolean begun;
    /** Why a message of it was refused: then it can only be rolled back. */
    private @Nullable LinkException failure;

    /** {@code ids}: numbers that no other transaction of the link has. */
    LocalTransaction(Link link, LongSupplier ids) {
        this.link = link;
        this.ids = ids;
        this.id = ids.getAsLong();
    }

    /** The number for a message that is sent now. */
    long forSend() throws JMSException {
        LinkException why;
        long current;
        monitor.enter();
        try {
            why = failure;
            current = id;
            begun = true;
        } finally {
            monitor.leave();
        }
        if (why != null) {
            throw JmsErrors.of(why);
        }
        return current;
    }

    /** A message was sent within {@code transactionId}; its refusal fails the transaction, and nobody waits for it. */
    void sent(long transactionId, Reply reply) {
        reply.whenDone((value, refusal) -> {
            if (refusal != null) {
                failed(transactionId, refusal);
            }
        });
    }

    /** It can only be rolled back from now on. */
    void fail(String why) {
        failed(currentId(), new LinkException(RefusalCode.TRANSACTION_ROLLED_BACK, why));
    }

    private long currentId() {
        monitor.enter();
        try {
            return id;
        } finally {
            monitor.leave();
        }
    }

    private void failed(long transactionId, LinkException refusal) {
        monitor.enter();
        try {
            if (id == transactionId && failure == null) {
                failure = refusal;
            }
        } finally {
            monitor.leave();
        }
    }

    /** Says what was received, by consumer. */
    void take(Map<Long, Ranges> received) {
        if (received.isEmpty()) {
            return;
        }
        long current;
        monitor.enter();
        try {
            begun = true;
            current = id;
        } finally {
            monitor.leave();
        }
        received.forEach((consumerId, ranges) -> {
            Reply unused = link.take(consumerId, current, ranges);
        });
    }

    /** Why it can only be rolled back, or null. */
    @Nullable LinkException failure() {
        monitor.enter();
        try {
            return failure;
        } finally {
            monitor.leave();
        }
    }

    /**
     * Commits, and begins the next; returns when the outcome is durable.
     *
     * @throws TransactionRolledBackException when nothing of it happened; the next one has begun all the same
     */
    void commit() throws JMSException {
        Reply reply = finish(TransactKind.COMMIT_LOCAL);
        if (reply != null) {
            long ignored = Replies.await(reply, "a commit");
        }
    }

    /** Rolls back what the server has of it, and begins the next; null when it has nothing. */
    @Nullable Reply rollback() {
        return finish(TransactKind.ROLLBACK_LOCAL);
    }

    private @Nullable Reply finish(TransactKind kind) {
        long ended;
        monitor.enter();
        try {
            if (!begun) {
                return null;
            }
            ended = id;
            id = ids.getAsLong();
            begun = false;
            failure = null;
        } finally {
            monitor.leave();
        }
        return link.transact(Transaction.local(kind, ended));
    }

    /** The exception of a commit that became a rollback. */
    static JMSException rolledBack(String why, @Nullable LinkException cause) {
        String text = "the transaction was rolled back: " + why;
        return JmsErrors.of(
                cause == null
                        ? new LinkException(RefusalCode.TRANSACTION_ROLLED_BACK, text)
                        : new LinkException(RefusalCode.TRANSACTION_ROLLED_BACK, text, cause));
    }
}
