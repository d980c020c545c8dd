package dev.sluice.server.simulation.stage;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Table;
import dev.sluice.server.store.MemoryStore;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** The store of one run of a shard, over rows that outlive it. A change set is in the rows when its sync has ended; a crash before that has none of it. */
public final class StoreModel implements RowStore {
    private static final long LIMIT_BYTES = 1L << 40;

    private final Rows rows;
    private final Disk disk;
    private final Runnable onAnswer;

    /** What is on the disk. */
    public static final class Rows {
        private final MemoryStore store;

        /** None. */
        public Rows() {
            this(new MemoryStore(() -> {}, LIMIT_BYTES));
        }

        private Rows(MemoryStore store) {
            this.store = store;
        }

        /** The same ones, on another disk. */
        public Rows copy() {
            return new Rows(store.copy());
        }

        /** All of them, to be read. */
        public RowStore all() {
            return store;
        }
    }

    /** Opens the rows. */
    public StoreModel(Rows rows, Disk disk, Runnable onAnswer) {
        this.rows = rows;
        this.disk = disk;
        this.onAnswer = onAnswer;
        // Answers to a run that has ended.
        boolean stale = true;
        while (stale) {
            stale = rows.store.pollCommitted() != null || rows.store.pollLoaded() != null;
        }
    }

    @Override
    public long appliedIndex() {
        return rows.store.appliedIndex();
    }

    @Override
    public void scan(Table table, long fromMajor, long fromMinor, ScanVisitor visitor) {
        rows.store.scan(table, fromMajor, fromMinor, visitor);
    }

    @Override
    public @Nullable DirectBuffer envelope(long number) {
        return rows.store.envelope(number);
    }

    @Override
    public void commit(ChangeSet changes) {
        disk.sync(() -> {
            rows.store.commit(changes);
            onAnswer.run();
        });
    }

    @Override
    public @Nullable ChangeSet pollCommitted() {
        return rows.store.pollCommitted();
    }

    @Override
    public @Nullable Throwable failure() {
        return null;
    }

    @Override
    public void load(Load request) {
        disk.read(() -> {
            rows.store.load(request);
            onAnswer.run();
        });
    }

    @Override
    public @Nullable Load pollLoaded() {
        return rows.store.pollLoaded();
    }

    @Override
    public long usedBytes() {
        return rows.store.usedBytes();
    }

    @Override
    public long limitBytes() {
        return disk.isFull() ? rows.store.usedBytes() : LIMIT_BYTES;
    }

    @Override
    public void close() {
        // The rows stay.
    }
}
