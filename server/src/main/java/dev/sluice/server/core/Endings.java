package dev.sluice.server.core;

import dev.sluice.server.core.DispatcherEffects.DeadLetterRoom;
import java.util.ArrayList;
import java.util.LinkedHashSet;

/** Ends messages that no one holds: no one gets them from then on, and the log is to say so. Owner: the shard thread. */
final class Endings {
    private static final long RETRY_MILLIS = 1000;
    /** Dead letters that are on their way bring the next turn. */
    private static final long NEXT_TURN = 0;

    private final Dispatcher dispatcher;
    private final DispatcherEffects effects;
    private final Runs expired = new Runs();
    /** Those with messages for which there was no room in a dead-letter queue. */
    private final LinkedHashSet<Outflow> waiting = new LinkedHashSet<>();

    private long retryMillis = NEXT_TURN;

    Endings(Dispatcher dispatcher, DispatcherEffects effects) {
        this.dispatcher = dispatcher;
        this.effects = effects;
    }

    /** The message has expired. */
    void expire(Outflow outflow, int code, long sequence) {
        if (code >= Lane.TRANSIENT) {
            dispatcher.endTransient(outflow.subscription(), code, sequence);
            return;
        }
        end(outflow, code, sequence);
        expired.clear();
        expired.add(code, sequence);
        effects.proposeExpire(outflow.subscription(), expired);
    }

    private void end(Outflow outflow, int code, long sequence) {
        boolean wasFull = outflow.isFullOfDelays();
        outflow.take(code, sequence);
        outflow.hold(code, sequence, outflow.leaving());
        if (wasFull) {
            dispatcher.enqueue(outflow);
        }
    }

    /** Whether what of it was delivered as often as it may be can go to the dead-letter queue. When not, it is looked at again when it can. */
    DeadLetterRoom room(Outflow outflow, long nowMillis) {
        DeadLetterRoom room = effects.deadLetterRoom();
        if (room != DeadLetterRoom.THERE) {
            waiting.add(outflow);
            retryMillis = retryMillis(room, nowMillis);
        }
        return room;
    }

    /** The message has been delivered as often as it may be: it goes to the dead-letter queue, where there is room. */
    void deadLetter(Outflow outflow, StoredMessage message, long nowMillis) {
        int deliveries = outflow.deliveries().count(message.code(), message.sequence()) - 1;
        end(outflow, message.code(), message.sequence());
        effects.proposeDeadLetter(DeadLetters.of(outflow.subscription(), message, deliveries, nowMillis));
    }

    private static long retryMillis(DeadLetterRoom room, long nowMillis) {
        return room == DeadLetterRoom.NONE ? nowMillis + RETRY_MILLIS : NEXT_TURN;
    }

    /** When to {@link #retry} though nothing else happens; {@link Long#MAX_VALUE} for never. */
    long nextMillis() {
        return waiting.isEmpty() || retryMillis == NEXT_TURN ? Long.MAX_VALUE : retryMillis;
    }

    /** Where there is room again, what waited for it is looked at again. */
    void retry(long nowMillis) {
        if (waiting.isEmpty() || nowMillis < retryMillis) {
            return;
        }
        DeadLetterRoom room = effects.deadLetterRoom();
        retryMillis = retryMillis(room, nowMillis);
        if (room == DeadLetterRoom.THERE) {
            for (Outflow outflow : new ArrayList<>(waiting)) {
                outflow.lookAgain();
                dispatcher.enqueue(outflow);
            }
            waiting.clear();
        }
    }

    /** The subscription is no more. */
    void removed(Outflow outflow) {
        waiting.remove(outflow);
    }
}
