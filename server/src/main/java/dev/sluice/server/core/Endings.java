package dev.sluice.server.core;

/** Ends messages that no one holds: no one gets them from then on, and the log is to say so. Owner: the shard thread. */
final class Endings {
    private static final long RETRY_MILLIS = 1000;

    private final Dispatcher dispatcher;
    private final DispatcherEffects effects;
    private final Runs expired = new Runs();

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
        outflow.take(code, sequence);
        outflow.hold(code, sequence, outflow.leaving());
        expired.clear();
        expired.add(code, sequence);
        effects.proposeExpire(outflow.subscription(), expired);
    }

    /** The message has been delivered as often as it may be: it goes to the dead-letter queue. Where nothing more can go there just now, it waits. */
    void deadLetter(Outflow outflow, StoredMessage message, long nowMillis) {
        int code = message.code();
        long sequence = message.sequence();
        if (!effects.takesDeadLetters()) {
            outflow.delay(GroupKey.of(message), code, sequence, nowMillis + RETRY_MILLIS);
            return;
        }
        int deliveries = outflow.deliveries().count(code, sequence) - 1;
        outflow.take(code, sequence);
        outflow.hold(code, sequence, outflow.leaving());
        effects.proposeDeadLetter(DeadLetters.of(outflow.subscription(), message, deliveries, nowMillis));
    }
}
