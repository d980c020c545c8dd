package dev.sluice.server.store;

import dev.sluice.base.Invariant;
import dev.sluice.base.Worker;
import dev.sluice.server.core.ChangeSet;
import dev.sluice.server.core.RowStore;
import dev.sluice.server.core.Table;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Meta;
import org.lmdbjava.Txn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a shard in LMDB. Commits run on the thread {@code sluice-store-N}, cold reads on {@code sluice-reader-N}; the owner, the
 * shard thread, polls their ends and is told by {@code onAnswer} (on those threads) that there is one.
 *
 * <p>A commit that finds no space is tried again, and until it succeeds no room is reported. Any other failure is final: the state is that
 * of the last change set polled. If it struck while LMDB wrote or synced, the next open copies the last snapshot into a new file first
 * and syncs that, so that nothing the kernel wrongly calls clean is built upon. More is not needed for what was cut from the log: it is in
 * that snapshot, whose pages were synced before the failing commit began and which LMDB never overwrites.
 */
public final class LmdbStore implements RowStore {
    private static final Logger LOG = LoggerFactory.getLogger(LmdbStore.class);
    private static final int CHANGE_SETS_PER_TURN = 1;
    private static final int LOADS_PER_TURN = 16;
    private static final long RETRY_NANOS = 250_000_000;

    private final Environment environment;
    private final DiskRoom room;
    private final Images images;
    private final Worker<ChangeSet, Committer.Outcome> committer;
    private final Worker<Load, Reader.Answer> reader;
    private final ArrayDeque<ChangeSet> committed = new ArrayDeque<>();
    private @Nullable ChangeSet running;
    private @Nullable ChangeSet stalled;
    private long stalledNanos;
    private @Nullable Throwable failure;
    private long appliedIndex;
    private long usedBytes;

    private LmdbStore(Path directory, StoreOptions options, Runnable onAnswer) {
        environment = Environment.open(directory, DiskRoom.mapBytes(directory, options));
        room = new DiskRoom(directory, options, environment);
        images = new Images(environment);
        appliedIndex = environment.appliedIndex();
        usedBytes = environment.usedBytes();
        committer = new Worker<>(
                "sluice-store-" + options.shard(),
                CHANGE_SETS_PER_TURN,
                new Committer(environment, directory)::commit,
                onAnswer);
        reader = new Worker<>(
                "sluice-reader-" + options.shard(), LOADS_PER_TURN, new Reader(environment)::load, onAnswer);
    }

    /** Loads LMDB, which an open does when it was not done before. */
    public static void prepare() {
        LOG.debug("lmdb={}", Meta.version());
    }

    /**
     * Opens the rows in {@code directory}, or creates it. {@code onAnswer} is called by the store's threads when there is something to
     * poll.
     *
     * @throws StoreException when the rows cannot be opened
     */
    public static LmdbStore open(Path directory, StoreOptions options, Runnable onAnswer) {
        return new LmdbStore(directory, options, onAnswer);
    }

    /**
     * What it has now, to be copied; any thread.
     *
     * @throws StoreException when it was closed
     */
    public StoreImage image() {
        return images.open();
    }

    @Override
    public long appliedIndex() {
        return appliedIndex;
    }

    @Override
    public void scan(Table table, long fromMajor, long fromMinor, ScanVisitor visitor) {
        try (Txn<DirectBuffer> transaction = environment.read();
                TableCursor cursor = environment.cursor(table, transaction)) {
            boolean more = cursor.seek(fromMajor, fromMinor);
            while (more && !(table == Table.SHARD && cursor.major() == Environment.OWN_MAJOR)) {
                DirectBuffer value = cursor.value();
                more = visitor.row(cursor.major(), cursor.minor(), value, value.capacity()) && cursor.next();
            }
        }
    }

    @Override
    public @Nullable DirectBuffer envelope(long number) {
        try (Txn<DirectBuffer> transaction = environment.read();
                TableCursor cursor = environment.cursor(Table.MESSAGES, transaction)) {
            return Reader.copy(cursor, number, 0);
        }
    }

    @Override
    public void commit(ChangeSet changes) {
        Invariant.check(running == null, "a change set was committed while another was under way");
        Invariant.check(
                changes.appliedIndex() >= appliedIndex,
                "a change set goes back from batch %d to batch %d",
                appliedIndex,
                changes.appliedIndex());
        running = changes;
        committer.submit(changes);
    }

    @Override
    public @Nullable ChangeSet pollCommitted() {
        takeOutcomes();
        return committed.poll();
    }

    @Override
    public @Nullable Throwable failure() {
        takeOutcomes();
        return failure;
    }

    private void takeOutcomes() {
        for (Committer.Outcome outcome = committer.poll(); outcome != null; outcome = committer.poll()) {
            if (outcome.noSpace()) {
                stall(outcome);
            } else if (outcome.failure() != null) {
                failure = outcome.failure();
            } else {
                running = null;
                room.full(false);
                appliedIndex = outcome.changes().appliedIndex();
                usedBytes = outcome.usedBytes();
                committed.add(outcome.changes());
            }
        }
        if (stalled != null && System.nanoTime() - stalledNanos > RETRY_NANOS) {
            committer.submit(stalled);
            stalled = null;
        }
    }

    private void stall(Committer.Outcome outcome) {
        if (!room.isFull()) {
            LOG.warn("store=no-space batch={} retried=true", outcome.changes().appliedIndex(), outcome.failure());
        }
        room.full(true);
        stalled = outcome.changes();
        stalledNanos = System.nanoTime();
    }

    @Override
    public void load(Load request) {
        reader.submit(request);
    }

    @Override
    public @Nullable Load pollLoaded() {
        Reader.Answer answer = reader.poll();
        if (answer == null) {
            return null;
        }
        if (answer.failure() != null) {
            failure = answer.failure();
        }
        if (answer.envelope() != null) {
            answer.request().messages.get(0).loaded(answer.envelope(), 0);
        }
        return answer.request();
    }

    @Override
    public long usedBytes() {
        takeOutcomes();
        return usedBytes;
    }

    @Override
    public long limitBytes() {
        return room.limitBytes(usedBytes());
    }

    @Override
    public void close() {
        committer.close();
        reader.close();
        images.close();
        environment.close();
    }
}
