package dev.sluice.bench.parts;

import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.StoredMessage;
import dev.sluice.server.core.Table;
import dev.sluice.server.store.LmdbStore;
import dev.sluice.server.store.StoreOptions;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A change set committed to LMDB, synced, with the hand-off to the store's thread: messages of 1 KiB that came, and as many that came a
 * while before and are done, so that the store stays as large as it is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class StoreBenchmark {
    private static final long ADDRESS = 7;
    private static final int PRIORITY = 4;
    private static final int COMMITS_KEPT = 64;

    private final UnsafeBuffer envelope = Sample.envelope();
    private final Semaphore answered = new Semaphore(0);

    @Param({"1", "16", "256"})
    private int batch;

    private long index;
    private long sequence;

    @SuppressWarnings("NullAway.Init")
    private Directory directory;

    @SuppressWarnings("NullAway.Init")
    private LmdbStore store;

    @Setup
    public void open() throws IOException {
        directory = new Directory();
        store = LmdbStore.open(directory.path(), StoreOptions.defaults(), answered::release);
    }

    @TearDown
    public void close() throws IOException {
        store.close();
        directory.close();
    }

    @Benchmark
    public void commit(Messages counted) throws InterruptedException {
        ChangeSet changes = new ChangeSet(++index);
        for (int message = 0; message < batch; message++) {
            add(changes);
        }
        long done = sequence - (long) (COMMITS_KEPT + 1) * batch;
        if (done >= 0) {
            changes.removedRanges().add(ADDRESS);
            changes.removedRanges().add(Table.minor(PRIORITY, done));
            changes.removedRanges().add(batch);
        }
        store.commit(changes);
        while (store.pollCommitted() == null) {
            if (store.failure() != null) {
                throw new IllegalStateException("the store has failed", store.failure());
            }
            answered.acquire();
        }
        counted.messages += batch;
    }

    private void add(ChangeSet changes) {
        StoredMessage.Place place = new StoredMessage.Place(ADDRESS, PRIORITY, sequence);
        StoredMessage message = new StoredMessage(++sequence, place, 0, 0, 0, envelope.capacity());
        message.loaded(envelope, 0);
        changes.bodies().add(message);
        changes.indexed().add(message);
    }
}
