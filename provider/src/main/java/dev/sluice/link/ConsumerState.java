package dev.sluice.link;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.DeliverChunkDecoder;
import dev.sluice.wire.codec.DeliverDecoder;
import io.netty.buffer.Unpooled;

/**
 * One consumer: what it holds, its epochs and its credit. Owned by the link machine.
 *
 * <p>There are two epochs. The sink's is raised by those who know of it: by {@code giveBack}, and when claims are lost. The wire's is
 * that plus one for every reattachment, of which the sink need not hear. In the same way the sink's credit counts from the beginning of
 * its epoch, the wire's from the last reattachment.
 */
final class ConsumerState implements Arrivals.Receiver {
    final long id;
    final Held held = new Held();
    final Told told = new Told();

    private final DeliverySink sink;
    private final Arrivals arrivals;

    private long sinkEpoch = 1;
    private long reattachments;
    private long delivered;
    private long deliveredBefore;
    private long creditTotal;

    /** Commands that change the epoch: submitted and not answered; of these, not (again) written. */
    private int unanswered;

    private int unwritten;

    /** Acknowledgements: submitted and not answered; of these, not (again) written. */
    private int unansweredSettlements;

    private int unwrittenSettlements;

    private boolean closing;
    private boolean attached = true;
    private boolean claimsOpen;

    ConsumerState(long id, DeliverySink sink, LinkEffects effects) {
        this.id = id;
        this.sink = sink;
        arrivals = new Arrivals(effects, this);
    }

    long wireEpoch() {
        return sinkEpoch + reattachments;
    }

    boolean isClosing() {
        return closing;
    }

    // ---- commands ----

    void epochCommandSubmitted() {
        unanswered++;
        unwritten++;
    }

    void epochCommandWritten() {
        unwritten--;
    }

    void epochCommandLeft(boolean written) {
        unanswered--;
        if (!written) {
            unwritten--;
        }
    }

    void settlementSubmitted() {
        unansweredSettlements++;
        unwrittenSettlements++;
    }

    void settlementWritten() {
        unwrittenSettlements--;
    }

    void settlementLeft(boolean written) {
        unansweredSettlements--;
        if (!written) {
            unwrittenSettlements--;
        }
    }

    /** The sink begins an epoch. False when claims were lost before the call came here: what the caller gives back is gone already. */
    boolean beginEpoch(long epoch) {
        if (epoch <= sinkEpoch) {
            return false;
        }
        startEpoch(epoch);
        return true;
    }

    /** One more command for the same epoch of the sink. */
    void raiseWireEpoch() {
        reattachments++;
    }

    private void startEpoch(long epoch) {
        sinkEpoch = epoch;
        delivered = 0;
        deliveredBefore = 0;
        creditTotal = 0;
        held.clear();
        arrivals.dropAll();
    }

    void close() {
        closing = true;
        claimsOpen = false;
        held.clear();
        arrivals.dropAll();
    }

    void ended(RefusalCode code, String text) {
        close();
        sink.closed(code, text);
    }

    // ---- credit ----

    /** The sink wants messages; a call of an ended epoch is stale. */
    void credit(long epoch, long total) {
        if (epoch == sinkEpoch) {
            creditTotal = Math.max(creditTotal, total);
        }
    }

    /**
     * Writes the credit, if the server knows the consumer and its epoch by now, and has said what became of the claims: when they are
     * lost, the credit is the sink's to give anew.
     */
    void writeCredit(Output output) {
        long total = creditTotal - deliveredBefore;
        if (attached && !claimsOpen && unwritten == 0 && !closing && total > 0) {
            var frame = output.frame();
            frame.end(frame.credit()
                    .consumerId(id)
                    .epoch(wireEpoch())
                    .total(total)
                    .limit());
        }
    }

    // ---- sockets ----

    void socketLost() {
        arrivals.dropIncomplete();
        unwritten = unanswered;
        unwrittenSettlements = unansweredSettlements;
        attached = false;
        claimsOpen = !closing;
    }

    /**
     * Whether to reattach now. Not while a command that changes the epoch is unanswered: nobody knows whether the server has applied it,
     * and it must not be applied after the reattachment. Nor before acknowledgements that were made by the old claims, which the server's
     * window may hold back: when the claims are lost the messages come again, and they would be taken for what came then.
     */
    boolean mayReattach() {
        return !attached && unanswered == 0 && unwrittenSettlements == 0 && !closing;
    }

    void reattaching() {
        attached = true;
        reattachments++;
        deliveredBefore = delivered;
    }

    /** Whether the server has yet to say what became of what is held. */
    boolean hasOpenClaims() {
        return claimsOpen;
    }

    /** The server's word on the reattachment; when the sink began an epoch meanwhile, nothing is held that could be lost. */
    void reattached(long epoch, boolean claimed) {
        claimsOpen = false;
        if (!claimed && !closing && epoch == wireEpoch()) {
            startEpoch(sinkEpoch + 1);
            reattachments = epoch - sinkEpoch;
            sink.claimsLost(sinkEpoch);
        }
    }

    // ---- deliveries ----

    void deliver(DeliverDecoder frame) {
        if (closing || frame.epoch() != wireEpoch()) {
            return;
        }
        var flags = frame.flags();
        var facts =
                new Arrivals.Facts(frame.sequence(), frame.priority(), flags.transientMessage(), frame.deliveryCount());
        LargeBody body = flags.chunked() ? new LargeBody(frame.bodyBytes()) : null;
        // A copy on the heap: the sink may keep it for long, and would keep the socket's whole read buffer with it.
        byte[] envelope = new byte[frame.envelopeLength()];
        int unused = frame.getEnvelope(envelope, 0, envelope.length);
        arrivals.add(new Arrivals.Arrival(facts, Unpooled.wrappedBuffer(envelope), body));
    }

    void chunk(DeliverChunkDecoder frame) {
        if (!closing && frame.epoch() == wireEpoch()) {
            arrivals.chunk(frame);
        }
    }

    boolean spooled(LargeBody body) {
        return arrivals.spooled(body);
    }

    @Override
    public void received(Arrivals.Arrival arrival) {
        held.add(arrival.priority, arrival.transientMessage, arrival.sequence);
        delivered++;
    }

    @Override
    public void ready(Arrivals.Arrival arrival) {
        sink.deliver(arrival.delivery(sinkEpoch));
    }
}
