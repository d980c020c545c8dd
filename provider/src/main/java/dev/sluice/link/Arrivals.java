package dev.sluice.link;

import dev.sluice.wire.FrameException;
import dev.sluice.wire.codec.DeliverChunkDecoder;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Messages of one consumer or browser in the order they came: each goes on when its body is complete and none is before it. Owned by the link machine. */
final class Arrivals {
    private final LinkEffects effects;
    private final Receiver receiver;
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();

    Arrivals(LinkEffects effects, Receiver receiver) {
        this.effects = effects;
        this.receiver = receiver;
    }

    /**
     * A message came; its body is what follows in chunks, or null when it is in the envelope. A body before it that is not complete was
     * cut off by the server: the message was settled by who had it before.
     */
    void add(Arrival arrival) {
        dropIncomplete();
        if (waiting.isEmpty() && arrival.isReady()) {
            receiver.received(arrival);
            receiver.ready(arrival);
            return;
        }
        waiting.add(arrival);
        if (arrival.isReceived()) {
            receiver.received(arrival);
            handOn();
        }
    }

    /** A part of the newest message's body came. */
    void chunk(DeliverChunkDecoder frame) {
        Arrival newest = waiting.peekLast();
        if (newest == null || newest.body == null || newest.isReceived() || newest.sequence != frame.sequence()) {
            throw new FrameException("DeliverChunk: sequence " + frame.sequence() + " of " + frame.consumerId()
                    + " is not the message whose body is due");
        }
        byte[] part = new byte[frame.dataLength()];
        long offset = frame.bodyOffset();
        int length = frame.getData(part, 0, part.length);
        if (length > 0) {
            newest.body.part(offset, part, effects);
        }
        if (newest.isReceived()) {
            receiver.received(newest);
            handOn();
        }
    }

    /** The file of a body is complete; false when it belongs to none of these. */
    boolean spooled(LargeBody body) {
        for (Arrival arrival : waiting) {
            if (arrival.body == body) {
                handOn();
                return true;
            }
        }
        return false;
    }

    /** The rest of the newest body will not come. */
    void dropIncomplete() {
        Arrival newest = waiting.peekLast();
        if (newest != null && !newest.isReceived()) {
            waiting.removeLast();
            newest.drop(effects);
        }
    }

    /** None is wanted any more. */
    void dropAll() {
        waiting.forEach(arrival -> arrival.drop(effects));
        waiting.clear();
    }

    private void handOn() {
        Arrival oldest = waiting.peekFirst();
        while (oldest != null && oldest.isReady()) {
            waiting.removeFirst();
            receiver.ready(oldest);
            oldest = waiting.peekFirst();
        }
    }

    /** Where messages go. */
    interface Receiver {
        /** All of it has come over the wire. */
        void received(Arrival arrival);

        /** It can be read; follows in order. */
        void ready(Arrival arrival);
    }

    /** One message on its way. */
    static final class Arrival {
        final long sequence;
        final int priority;
        final boolean transientMessage;
        final int deliveryCount;
        final ByteBuf envelope;
        final @Nullable LargeBody body;

        Arrival(Facts facts, ByteBuf envelope, @Nullable LargeBody body) {
            sequence = facts.sequence;
            priority = facts.priority;
            transientMessage = facts.transientMessage;
            deliveryCount = (int) Math.min(Integer.MAX_VALUE, facts.deliveryCount);
            this.envelope = envelope;
            this.body = body;
        }

        boolean isReceived() {
            return body == null || body.isReceived();
        }

        boolean isReady() {
            return body == null || body.body() != null;
        }

        DeliverySink.Delivery delivery(long epoch) {
            return new DeliverySink.Delivery(
                    epoch,
                    priority,
                    transientMessage,
                    sequence,
                    deliveryCount,
                    envelope,
                    body == null ? null : body.body());
        }

        void drop(LinkEffects effects) {
            envelope.release();
            if (body != null) {
                body.drop(effects);
            }
        }
    }

    /** What is known of a message beside its bytes. */
    record Facts(long sequence, int priority, boolean transientMessage, long deliveryCount) {}
}
