package dev.sluice.server.core;

/** Ends messages that no one holds: no one gets them from then on, and the log is to say so. Owner: the shard thread. */
final class Endings {
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
}
