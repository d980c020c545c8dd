package dev.sluice.jms;

import dev.sluice.link.DeliverySink;
import dev.sluice.link.LinkException;
import dev.sluice.session.Handed;
import dev.sluice.session.Prefetch;
import dev.sluice.wire.RefusalCode;
import jakarta.jms.Destination;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import org.jspecify.annotations.Nullable;

/** One consumer inside its session: what it was sent and who listens. All its state is guarded by the session's monitor. */
final class ConsumerCore implements DeliverySink {
    final long id;
    final Destination destination;
    final Prefetch prefetch;

    /**
     * Its subscription is its own and ends with the session. What it was sent cannot come again, to it or to others, so that
     * acknowledgements are no more than the server's leave to forget.
     */
    final boolean alone;

    @Nullable MessageListener listener;

    /** Whether the link knows it: credit before that would be lost. */
    boolean open;

    boolean closed;

    /** Whether it waits for its turn among the consumers of the session that have something for their listener. */
    boolean ready;

    /** Whether it is among those of the session that may have something to hand out. */
    boolean supplied;

    /** Why the server ended it. */
    @Nullable LinkException failure;

    /** A message whose receive was undone: it comes again before all others. */
    @Nullable Incoming undone;

    private final SessionCore session;

    /** A message on its way to the application. */
    record Incoming(Message message, Handed handed) {}

    ConsumerCore(SessionCore session, long id, Destination destination, boolean alone, int prefetchLimit) {
        this.session = session;
        this.id = id;
        this.destination = destination;
        this.alone = alone;
        this.prefetch = new Prefetch(prefetchLimit);
    }

    @Override
    public void deliver(Delivery delivery) {
        session.arrived(this, delivery);
    }

    @Override
    public void claimsLost(long epoch) {
        session.claimsLost(this, epoch);
    }

    @Override
    public void closed(RefusalCode code, String text) {
        session.ended(this, new LinkException(code, text));
    }

    boolean hasNext() {
        return undone != null || !prefetch.isEmpty();
    }

    /** Frees what a delivery that no one will see holds. */
    static void release(Delivery delivery) {
        delivery.envelope().release();
        SpooledBody body = delivery.body();
        if (body != null) {
            body.close();
        }
    }
}
