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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session does within one transaction, local or a branch of a global one. What is sent goes to the server at once and waits there;
 * what is received is said to it at the end, or when its consumer is closed. Its own monitor guards it, since refusals come on the event
 * loop; no call of the link is made inside.
 */
final class Work {
    private final Monitor monitor = new Monitor();
    private final Link link;
    private final long id;
    /** Whether the server knows of it. */
    private boolean begun;
    /** Whether the server was told of messages that were received. */
    private boolean taken;
    /** Why it can only be rolled back. */
    private @Nullable LinkException failure;

    /** {@code id}: no other transaction of the link has it. */
    Work(Link link, long id) {
        this.link = link;
        this.id = id;
    }

    /** The link's number for the transaction. */
    long id() {
        return id;
    }

    /** The number for a message that is sent now. */
    long forSend() throws JMSException {
        LinkException why;
        monitor.enter();
        try {
            why = failure;
            begun = true;
        } finally {
            monitor.leave();
        }
        if (why != null) {
            throw JmsErrors.of(why);
        }
        return id;
    }

    /** A message was sent; its refusal fails the transaction, and nobody waits for it. */
    void sent(Reply reply) {
        reply.whenDone((value, refusal) -> {
            if (refusal != null) {
                fail(refusal);
            }
        });
    }

    /** It can only be rolled back from now on. */
    void fail(String why) {
        fail(new LinkException(RefusalCode.TRANSACTION_ROLLED_BACK, why));
    }

    private void fail(LinkException why) {
        monitor.enter();
        try {
            failure = failure == null ? why : failure;
        } finally {
            monitor.leave();
        }
    }

    /** Says what was received, by consumer. */
    void take(Map<Long, Ranges> received) {
        if (received.isEmpty()) {
            return;
        }
        monitor.enter();
        try {
            begun = true;
            taken = true;
        } finally {
            monitor.leave();
        }
        received.forEach((consumerId, ranges) -> {
            Reply unused = link.take(consumerId, id, ranges);
        });
    }

    /** Whether consumers were closed that had received for it. */
    boolean hasTaken() {
        monitor.enter();
        try {
            return taken;
        } finally {
            monitor.leave();
        }
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

    /** Ends it as a local one; null when the server knows nothing of it. */
    @Nullable Reply finish(TransactKind kind) {
        monitor.enter();
        try {
            if (!begun) {
                return null;
            }
        } finally {
            monitor.leave();
        }
        return link.transact(Transaction.local(kind, id));
    }
}
