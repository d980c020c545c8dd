package dev.sluice.server.shard;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Table;
import dev.sluice.server.store.MemoryStore;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** A store that comes to the end of no commit, as when its disk is full, but while it {@link #writes}; and of no read while it does not {@link #reads}. */
final class HeldStore implements RowStore {
    boolean closed;
    boolean writes;
    boolean reads = true;
    private @Nullable ChangeSet waiting;
    private final MemoryStore rows = new MemoryStore(() -> {});

    @Override
    public long appliedIndex() {
        return rows.appliedIndex();
    }

    @Override
    public void scan(Table table, long fromMajor, long fromMinor, ScanVisitor visitor) {
        rows.scan(table, fromMajor, fromMinor, visitor);
    }

    @Override
    public @Nullable DirectBuffer envelope(long number) {
        return rows.envelope(number);
    }

    @Override
    public void commit(ChangeSet changes) {
        waiting = changes;
    }

    @Override
    public @Nullable ChangeSet pollCommitted() {
        ChangeSet changes = waiting;
        if (changes != null && writes) {
            waiting = null;
            rows.commit(changes);
        }
        return rows.pollCommitted();
    }

    @Override
    public @Nullable Throwable failure() {
        return null;
    }

    @Override
    public void load(Load request) {
        rows.load(request);
    }

    @Override
    public @Nullable Load pollLoaded() {
        return reads ? rows.pollLoaded() : null;
    }

    @Override
    public long usedBytes() {
        return 0;
    }

    @Override
    public long limitBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        closed = true;
        rows.close();
    }
}
