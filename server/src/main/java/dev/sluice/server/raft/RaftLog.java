package dev.sluice.server.raft;

import dev.sluice.base.Gate;
import dev.sluice.base.Invariant;
import dev.sluice.base.SharedLong;
import dev.sluice.base.SharedRef;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The log of a shard as one server of a cluster has it. A batch is an entry of the Raft log. The server that leads applies its own batches
 * from the slab they were written in; of others' the bytes are copied into slabs of the pool. Owner: the shard thread; what Ratis tells
 * comes on its threads by {@link #committed}, {@link #leads}, {@link #lost} and {@link #failed}.
 *
 * <p>Indices are those of the Raft log, which has entries of its own between batches: they grow, with gaps. There is nothing to replay at
 * the start: Ratis tells again what is after the store's applied index, as soon as it knows that it is committed.
 */
public final class RaftLog implements BatchLog {
    /** More entries under way make smaller batches, and each costs the same syncs and messages. */
    private static final int ENTRIES_UNDER_WAY_MAX = 3;

    private static final long BYTES_UNDER_WAY_MAX = 8L << 20;

    /** What may wait for the shard thread: then Ratis' thread waits. */
    private static final int EVENTS_MAX = 1024;

    private static final long EVENT_BYTES_MAX = 8L << 20;

    /** So that the store is looked after between them. */
    private static final int ENTRIES_PER_POLL = 64;

    private static final int ALIGNMENT = 8;

    /** An entry costs syncs and messages, about as much as so many bytes, whatever is in it. */
    private static final long ENTRY_COST = 8192;

    /** The index of no entry, as Ratis counts. */
    static final long NO_ENTRY = -1;

    /** Kept free, so that acknowledgements go on, and Ratis never meets a full disk. */
    private static final long RESERVE_BYTES = 128L << 20;

    private final Runnable wake;
    private final LongSupplier freeBytes;
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final Gate room = new Gate(EVENTS_MAX, EVENT_BYTES_MAX);
    private final SharedRef<Proposer> proposer = new SharedRef<>();
    private final SharedRef<Throwable> failure = new SharedRef<>();
    private final SharedLong appliedAtStart = new SharedLong(0);
    private final SharedLong storedIndex = new SharedLong(0);
    /** Leadership of this term and of all before is over. */
    private final SharedLong lostThrough = new SharedLong(-1);
    /** There while nothing is to be proposed; done once nothing is under way. */
    private final SharedRef<CompletableFuture<Boolean>> pause = new SharedRef<>();

    private final SharedLong handled = new SharedLong(0);

    // Owned by the shard thread.
    private final ArrayDeque<Proposal> proposed = new ArrayDeque<>();
    private Slab.@Nullable Pool pool;
    private @Nullable Slab slab;
    private long proposedBytes;
    private long lastCall = Event.Committed.FOREIGN;
    private long term = FOLLOWS;
    private long leadership = FOLLOWS;
    private boolean paused;
    /** So many of the last that were proposed wait for the end of a pause. */
    private int held;

    /** A batch that is under way, in the slab of its shard. */
    private record Proposal(long call, long timestampMillis, Slab slab, int offset, int length) {}

    /** {@code wake} is called by threads of Ratis when there is something to ask for; {@code freeBytes} says what the disk has left. */
    public RaftLog(Runnable wake, LongSupplier freeBytes) {
        this.wake = wake;
        this.freeBytes = freeBytes;
    }

    @Override
    public boolean isReplicated() {
        return true;
    }

    @Override
    public void start(long appliedIndex, Slab.Pool slabs, Listener listener) {
        pool = slabs;
        if (slab != null) {
            slab.release();
            slab = null;
        }
        appliedAtStart.set(appliedIndex);
        storedIndex.set(appliedIndex);
    }

    @Override
    public long leadership() {
        for (Event next = events.peek(); next instanceof Event.Leads begun; next = events.peek()) {
            events.remove();
            term = begun.term();
        }
        // Elected while other shards of the server still start, it leads once it can propose.
        long current = term > lostThrough.value() && proposer.value() != null ? term : FOLLOWS;
        if (current != leadership) {
            leadership = current;
            proposed.clear();
            proposedBytes = 0;
            held = 0;
        }
        followPause();
        return current;
    }

    private void followPause() {
        CompletableFuture<Boolean> asked = pause.value();
        paused = asked != null;
        if (asked == null) {
            Iterator<Proposal> waiting = proposed.descendingIterator();
            ArrayDeque<Proposal> inOrder = new ArrayDeque<>();
            for (; held > 0; held--) {
                inOrder.addFirst(waiting.next());
            }
            inOrder.forEach(this::send);
        } else if (proposed.size() == held) {
            asked.complete(leadership != FOLLOWS);
        }
    }

    @Override
    public boolean takesMore() {
        // In a pause one is taken: who proposes is not to look at it again and again.
        return proposed.size() < ENTRIES_UNDER_WAY_MAX && proposedBytes < BYTES_UNDER_WAY_MAX && (!paused || held == 0);
    }

    @Override
    public boolean isOverfull() {
        return proposed.size() > ENTRIES_UNDER_WAY_MAX;
    }

    @Override
    public void propose(Slab of, int offset, int length, long timestampMillis) {
        Invariant.check(leadership != FOLLOWS, "a batch was proposed by a server that does not lead");
        lastCall++;
        Proposal proposal = new Proposal(lastCall, timestampMillis, of, offset, length);
        proposed.add(proposal);
        proposedBytes += length;
        if (paused) {
            held++;
        } else {
            send(proposal);
        }
    }

    private void send(Proposal of) {
        ByteString entry = Entry.of(of.slab, of.offset, of.length, of.timestampMillis, leadership);
        Objects.requireNonNull(proposer.value()).propose(leadership, of.call, entry);
    }

    @Override
    public int poll(Listener listener) {
        int count = 0;
        while (count < ENTRIES_PER_POLL && events.peek() instanceof Event.Committed entry) {
            events.remove();
            // Rows that were copied may have it already.
            if (entry.index() > appliedAtStart.value()) {
                show(entry, listener);
            }
            room.leave(entry.data().size());
            count++;
        }
        return count;
    }

    private void show(Event.Committed entry, Listener listener) {
        Proposal own = proposed.peek();
        if (own == null || entry.call() < own.call()) {
            showCopy(entry, listener);
            return;
        }
        Invariant.check(entry.call() == own.call(), "batch %d was committed before batch %d", entry.call(), own.call());
        proposed.remove();
        proposedBytes -= own.length;
        listener.committed(entry.index(), own.timestampMillis, own.slab, own.offset, own.length);
    }

    private void showCopy(Event.Committed entry, Listener listener) {
        long timestampMillis = Entry.timestampMillis(entry.data(), entry.index());
        Slab target = slabFor(entry.data().size());
        int offset = target.position();
        int length = Entry.copy(entry.data(), target, offset);
        target.position((offset + length + ALIGNMENT - 1) & -ALIGNMENT);
        listener.committed(entry.index(), timestampMillis, target, offset, length);
    }

    private Slab slabFor(int bytes) {
        Slab current = slab;
        if (current != null && current.buffer().capacity() - current.position() >= bytes) {
            return current;
        }
        if (current != null) {
            current.release();
        }
        Slab next = Objects.requireNonNull(pool).take(bytes);
        slab = next;
        return next;
    }

    @Override
    public void truncate(long index) {
        // The Raft log is cut when enough has come together: see ShardMachine.
        storedIndex.set(index);
    }

    @Override
    public boolean hasRoom(long bytes) {
        return failure.value() == null && freeBytes.getAsLong() - bytes >= RESERVE_BYTES;
    }

    @Override
    public long usedBytes() {
        return 0;
    }

    @Override
    public @Nullable Throwable failure() {
        return failure.value();
    }

    @Override
    public long syncs() {
        return 0;
    }

    @Override
    public void close() {
        room.close();
    }

    // ---- any thread ----

    /** Where proposals go; before that this server does not lead. */
    void proposer(Proposer newProposer) {
        proposer.set(newProposer);
        wake.run();
    }

    /** The last entry that the store had at the start, or when its rows were copied; 0 when it had none. */
    long appliedAtStart() {
        return appliedAtStart.value();
    }

    /** The last entry that the store has, synced. */
    long storedIndex() {
        return storedIndex.value();
    }

    /**
     * Keeps what is proposed from now on, until {@link #resume}: while Ratis gives the leadership away it refuses proposals, and what was refused
     * would end the leadership on this side, whether it was given away in the end or not.
     *
     * @return done once all that was proposed before is applied: true, or false when this server does not lead; null when it is paused already
     */
    @Nullable CompletableFuture<Boolean> pause() {
        CompletableFuture<Boolean> asked = new CompletableFuture<>();
        if (!pause.setOnce(asked)) {
            return null;
        }
        wake.run();
        return asked;
    }

    /** The end of a pause: what was kept is proposed, if this server still leads. */
    void resume() {
        pause.set(null);
        wake.run();
    }

    /** Whether this side has ended its leadership of a term, though Ratis may not have. */
    boolean hasLost(long ofTerm) {
        return ofTerm <= lostThrough.value();
    }

    /** How much was committed since the start, as {@link #ENTRY_COST} and bytes: on each server the same, but for its own start. */
    long handled() {
        return handled.value();
    }

    // ---- the thread of Ratis that applies ----

    /** The next entry is committed. Waits while too much waits for the shard thread. */
    void committed(Event.Committed entry) throws InterruptedException {
        long unused = handled.add(ENTRY_COST + entry.data().size());
        if (room.enter(entry.data().size())) {
            add(entry);
        }
    }

    /** As {@link #committed}, without waiting. */
    void committedAtOnce(Event.Committed entry) {
        room.force(entry.data().size());
        add(entry);
    }

    private void add(Event.Committed entry) {
        events.add(entry);
        wake.run();
    }

    /** This server leads in this term; all entries before it were told. */
    void leads(long newTerm) {
        events.add(new Event.Leads(newTerm));
        wake.run();
    }

    // ---- any thread of Ratis ----

    /** If this server led in this term, or before, it does so no more. */
    void lost(long lostTerm) {
        long known = lostThrough.value();
        while (known < lostTerm && !lostThrough.replace(known, lostTerm)) {
            known = lostThrough.value();
        }
        wake.run();
    }

    /** Nothing works any more. */
    void failed(Throwable why) {
        if (failure.setOnce(why)) {
            wake.run();
        }
    }
}
