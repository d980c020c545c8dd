package dev.sluice.jms;

import dev.sluice.Sluice;
import dev.sluice.base.Monitor;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.session.Handed;
import dev.sluice.session.Unsettled;
import dev.sluice.wire.RefusalCode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How one session acknowledges: what was handed over and is not settled, and how many acknowledgements are on their way. Its state
 * is guarded by the session's monitor; no call of the link is made inside.
 */
final class Settling {
    /** Messages that are collected at most before they are acknowledged, by DUPS_OK_ACKNOWLEDGE and where none can come again. */
    private static final int BATCH = 64;

    private final Monitor monitor;
    private final Link link;
    private final int mode;
    private final boolean strict;
    private final BooleanSupplier inTransaction;
    private final BooleanSupplier haveNext;
    private final Unsettled unsettled = new Unsettled();
    /** Handed over, and given to others before the application acknowledged it, who has yet to hear of it. */
    private final Set<Handed> lost = new HashSet<>();

    /** What a listener is at; null when none runs. */
    private @Nullable Handed processed;

    private int inFlight;
    /** Of the acknowledgements on their way that are not waited for, each has a number: that of the newest, and whether it is confirmed. */
    private long newest;

    private boolean newestConfirmed = true;
    private int awaiting;

    /**
     * Of a session in this mode.
     *
     * @param strict whether every acknowledgement is confirmed when AUTO_ACKNOWLEDGE hands over a message; else all but the newest are
     * @param inTransaction whether the transaction settles, and not the mode
     * @param haveNext whether the session has more to hand over; asked inside
     */
    Settling(
            Monitor monitor,
            Link link,
            int mode,
            boolean strict,
            BooleanSupplier inTransaction,
            BooleanSupplier haveNext) {
        this.monitor = monitor;
        this.link = link;
        this.mode = mode;
        this.strict = strict;
        this.inTransaction = inTransaction;
        this.haveNext = haveNext;
    }

    /** Whether the next message of a consumer may be handed over. Inside. */
    boolean mayHandOver(ConsumerCore consumer) {
        return consumer.alone || mayHandOver();
    }

    private boolean mayHandOver() {
        // Those of several shards are not confirmed in order.
        int mayBeInFlight = strict || newestConfirmed ? 0 : 1;
        return mode != Session.AUTO_ACKNOWLEDGE || inFlight <= mayBeInFlight || inTransaction.getAsBoolean();
    }

    /** A message is handed over. Inside. */
    void handed(Handed message) {
        unsettled.add(message);
    }

    /** A listener is called with a message that was handed over, or (null) has returned. Inside. */
    void processing(@Nullable Handed message) {
        processed = message;
    }

    /** It was not after all. Inside. */
    boolean withdraw(Handed message) {
        boolean ignored = lost.remove(message);
        return unsettled.remove(message);
    }

    /** What {@code consumerId} handed over and is not settled. Inside. */
    Ranges of(long consumerId) {
        return unsettled.of(consumerId);
    }

    /**
     * What a consumer handed over before {@code epoch} went to others. A transaction that begins now would have {@code inHand} (null: nothing), though
     * that was handed over before it. Inside.
     */
    void forget(long consumerId, long epoch, @Nullable Handed inHand) {
        List<Handed> forgotten = unsettled.forget(consumerId, epoch);
        if (isAutomatic()) {
            forgotten.removeIf(message -> !message.equals(inHand));
        }
        lost.addAll(forgotten);
    }

    /** Whether messages count as acknowledged without a word of the application. */
    boolean isAutomatic() {
        return (mode == Session.AUTO_ACKNOWLEDGE || mode == Session.DUPS_OK_ACKNOWLEDGE)
                && !inTransaction.getAsBoolean();
    }

    /** The application is done with a message of {@code consumer}: received it, or its listener returned. */
    void done(ConsumerCore consumer, Handed message) {
        if (!isAutomatic()) {
            return;
        }
        if (mode == Session.AUTO_ACKNOWLEDGE && !consumer.alone) {
            if (take(message)) {
                acknowledge(message.consumerId(), Unsettled.only(message));
            }
        } else if (isFlushDue(consumer, message)) {
            flush();
        }
    }

    /** A message that was handed over is done, without a word to the application. */
    void expired(ConsumerCore consumer, Handed message) {
        if (isAutomatic()) {
            done(consumer, message);
        } else if (take(message)) {
            acknowledge(message.consumerId(), Unsettled.only(message));
        }
    }

    /** Acknowledges what is collected, but for what a listener is still at; its consumers may be closed. */
    void flush() {
        Map<Long, Ranges> all;
        monitor.enter();
        try {
            Handed current = processed != null && unsettled.remove(processed) ? processed : null;
            all = unsettled.takeAll();
            if (current != null) {
                unsettled.add(current);
            }
        } finally {
            monitor.leave();
        }
        all.forEach(this::acknowledge);
    }

    /** Acknowledges {@code message} and no other, in the modes that leave it to the application; returns when it is durable. */
    void acknowledgedAlone(Handed message) throws JMSException {
        refuseLost(message);
        if (!isAutomatic() && take(message)) {
            long ignored = Replies.await(
                    link.acknowledge(message.consumerId(), Unsettled.only(message), true), "an acknowledgement");
        }
    }

    /** What {@code message.acknowledge()} does; returns when it is durable. */
    void acknowledged(@Nullable Handed message) throws JMSException {
        List<Reply> replies = new ArrayList<>();
        if (mode == Session.CLIENT_ACKNOWLEDGE) {
            refuseLost(null);
            takeAll().forEach((consumerId, ranges) -> replies.add(link.acknowledge(consumerId, ranges, true)));
        } else if (mode == Sluice.INDIVIDUAL_ACKNOWLEDGE && message != null) {
            acknowledgedAlone(message);
        }
        for (Reply reply : replies) {
            long ignored = Replies.await(reply, "an acknowledgement");
        }
    }

    /**
     * Says once that {@code message} (null: any that the session handed over) was given to others and cannot be acknowledged. What else
     * is unacknowledged stays so.
     */
    private void refuseLost(@Nullable Handed message) throws JMSException {
        int count;
        monitor.enter();
        try {
            count = message == null ? lost.size() : lost.remove(message) ? 1 : 0;
            if (message == null) {
                lost.clear();
            }
        } finally {
            monitor.leave();
        }
        if (count > 0) {
            throw JmsErrors.of(new LinkException(
                    RefusalCode.CONSUMER_UNKNOWN,
                    count
                            + " of the messages to acknowledge were given to other consumers, or come again: the connection was"
                            + " away for longer than the server keeps what a client holds. Nothing was acknowledged by this"
                            + " call; the next one acknowledges the rest"));
        }
    }

    /** What a transaction received: by consumer; and whether some of it was given to others. */
    record Received(Map<Long, Ranges> ranges, boolean lost) {}

    /** Takes out all that is not settled. */
    Received takeReceived() {
        return takeReceived(() -> {});
    }

    /** The same, and runs {@code end} inside: what is handed over from then on is of another transaction, or of none. */
    Received takeReceived(Runnable end) {
        monitor.enter();
        try {
            end.run();
            boolean anyLost = !lost.isEmpty();
            lost.clear();
            return new Received(unsettled.takeAll(), anyLost);
        } finally {
            monitor.leave();
        }
    }

    /** Takes out what one consumer handed over and is not settled. Inside. */
    Ranges takeOf(long consumerId) {
        return unsettled.takeOf(consumerId);
    }

    /** Acknowledges without waiting; the session hands over one message beyond it at most, and so may wait for it when it has more. */
    void acknowledge(long consumerId, Ranges ranges) {
        boolean more;
        long number;
        monitor.enter();
        try {
            inFlight++;
            number = ++newest;
            newestConfirmed = false;
            more = haveNext.getAsBoolean();
        } finally {
            monitor.leave();
        }
        link.acknowledge(consumerId, ranges, more).whenDone((value, failure) -> confirmed(number));
    }

    /** Takes out all that is not settled. */
    Map<Long, Ranges> takeAll() {
        monitor.enter();
        try {
            lost.clear();
            return unsettled.takeAll();
        } finally {
            monitor.leave();
        }
    }

    /** Waits until every acknowledgement on its way is answered, no longer than {@code millis}. */
    void awaitConfirmed(long millis) {
        monitor.enter();
        try {
            long left = Monitor.nanosOf(millis);
            awaiting++;
            while (inFlight > 0 && left > 0) {
                left = monitor.awaitQuietly(left);
            }
        } finally {
            awaiting--;
            monitor.leave();
        }
    }

    private boolean take(Handed message) {
        monitor.enter();
        try {
            return withdraw(message);
        } finally {
            monitor.leave();
        }
    }

    private boolean isFlushDue(ConsumerCore consumer, Handed message) {
        monitor.enter();
        try {
            if (message.equals(processed)) {
                processed = null;
            }
            boolean ignored = lost.remove(message);
            return unsettled.size() >= BATCH || !consumer.hasNext();
        } finally {
            monitor.leave();
        }
    }

    /** Wakes only where it matters: a consumer that waits for messages need not hear of each confirmation. */
    private void confirmed(long number) {
        monitor.enter();
        try {
            boolean held = !mayHandOver();
            inFlight--;
            newestConfirmed |= number == newest;
            if ((held && mayHandOver()) || awaiting > 0) {
                monitor.changed();
            }
        } finally {
            monitor.leave();
        }
    }
}
