package dev.sluice.server.shard;

import dev.sluice.server.core.RowStore;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** The cold reads that one leadership has asked of the store: answers to an earlier one mean nothing to the next. Owner: the shard thread. */
final class Loads {
    private final RowStore store;
    private final Set<RowStore.Load> underWay = Collections.newSetFromMap(new IdentityHashMap<>());

    Loads(RowStore store) {
        this.store = store;
    }

    /** Begins to read. */
    void begin(RowStore.Load load) {
        underWay.add(load);
        store.load(load);
    }

    /** A read has ended; whether it was asked for here. */
    boolean ended(RowStore.Load load) {
        return underWay.remove(load);
    }
}
