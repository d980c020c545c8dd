package dev.sluice.server.core;

import dev.sluice.base.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a shard on their way from the log to the store: what is in the change set to come, what is in memory, what the store
 * must remove. Owner: the replicated machine.
 */
final class Messages {
    private final long cacheBytes;
    private final ArrayDeque<CachedSlab> cached = new ArrayDeque<>();
    private final List<StoredMessage> newBodies = new ArrayList<>();
    private final List<StoredMessage> newlyIndexed = new ArrayList<>();
    private final List<Slab> chunkSlabs = new ArrayList<>();
    private final RangeJoiner joiner = new RangeJoiner();
    /** Bodies that more messages have than at the last change set, and how many more. */
    private final TreeMap<Long, Integer> shares = new TreeMap<>();

    private ChangeSet changes = new ChangeSet();
    private @Nullable Sealed sealed;
    private long nextNumber = 1;
    private long changedBytes;
    private long cachedSlabBytes;

    Messages(long cacheBytes) {
        this.cacheBytes = cacheBytes;
    }

    /** A slab and the messages whose bytes stand in it. */
    private record CachedSlab(Slab slab, List<StoredMessage> messages) {}

    /** The change set on its way to the store, and what it keeps in memory. */
    private record Sealed(ChangeSet changes, List<Slab> slabs) {}

    long takeNumber() {
        return nextNumber++;
    }

    long nextNumber() {
        return nextNumber;
    }

    void nextNumber(long number) {
        nextNumber = number;
    }

    /** The change set to come. */
    ChangeSet changes() {
        return changes;
    }

    /** About how many bytes the change set to come has. */
    long changedBytes() {
        return changedBytes;
    }

    void countChanged(long bytes) {
        changedBytes += bytes;
    }

    /** Takes a message that stands in a slab. */
    void add(StoredMessage message, Slab slab, int offset) {
        CachedSlab last = cached.peekLast();
        if (last == null || last.slab != slab) {
            slab.retain();
            cachedSlabBytes += slab.bytes().capacity();
            last = new CachedSlab(slab, new ArrayList<>());
            cached.addLast(last);
        }
        message.inSlab(slab, offset);
        last.messages.add(message);
        newBodies.add(message);
        changedBytes += message.length + 64;
    }

    /** The message got its place. */
    void indexed(StoredMessage message) {
        newlyIndexed.add(message);
    }

    /** A piece of a body that stands in a slab. */
    void chunk(ChangeSet.Chunk chunk, Slab slab) {
        slab.retain();
        chunkSlabs.add(slab);
        changes.chunks().add(chunk);
        changedBytes += chunk.length() + 64;
    }

    /** No subscription wants the message of this lane any more; {@code message} is null when only the store has it. */
    void remove(Lane lane, long sequence, @Nullable StoredMessage message) {
        lane.remove(sequence);
        if (message == null) {
            joiner.add(lane, sequence, 1);
            changedBytes += 16;
        } else if (message.isIndexSealed()) {
            joiner.add(lane, sequence, 1);
            changedBytes += 16;
            message.discard();
        } else {
            removeUnplaced(message);
        }
    }

    /** A message goes that has no index row: its delivery is delayed, or was until just now. */
    void removeUnplaced(StoredMessage message) {
        if (!message.isNew()) {
            changes.removedNumbers().add(message.number);
        }
        if (message.bodyNumber != 0) {
            removeBody(message.bodyNumber);
        }
        message.discard();
    }

    /** The body of a message is another one's too: it goes when both have gone. */
    void shareBody(long body) {
        shares.merge(body, 1, Integer::sum);
    }

    private void removeBody(long body) {
        if (shares.containsKey(body)) {
            // What is shared and let go of within a change set is as before it.
            shares.computeIfPresent(body, (key, count) -> count == 1 ? null : count - 1);
        } else {
            changes.removedBodies().add(body);
        }
    }

    /** A run of a lane that is only in the store goes. */
    void removeStored(Lane lane, long first, long count) {
        joiner.add(lane, first, count);
        changedBytes += 16;
    }

    /** Closes the change set to come and begins the next; the bytes in it stay until {@link #committed}. */
    ChangeSet seal(long appliedIndex) {
        Invariant.check(sealed == null, "a change set is sealed while another is on its way");
        joiner.flush();
        List<Slab> slabs = new ArrayList<>(chunkSlabs);
        chunkSlabs.clear();
        for (StoredMessage message : newBodies) {
            if (!message.isGone()) {
                message.sealed();
                changes.bodies().add(message);
            }
        }
        for (StoredMessage message : newlyIndexed) {
            if (!message.isGone()) {
                message.indexSealed();
                changes.indexed().add(message);
            }
        }
        newBodies.clear();
        newlyIndexed.clear();
        dropChunksOfRemovedBodies();
        shares.forEach((body, count) -> changes.shares().add(body, count));
        shares.clear();
        ChangeSet result = changes;
        result.seal(appliedIndex);
        sealed = new Sealed(result, slabs);
        changes = new ChangeSet();
        changedBytes = 0;
        return result;
    }

    /** A change set removes before it writes: what came and went within it must not be written. */
    private void dropChunksOfRemovedBodies() {
        ChangeSet.Longs removed = changes.removedBodies();
        if (removed.size() > 0 && !changes.chunks().isEmpty()) {
            LongHashSet numbers = new LongHashSet();
            for (int index = 0; index < removed.size(); index++) {
                numbers.add(removed.get(index));
            }
            changes.chunks().removeIf(chunk -> numbers.contains(chunk.bodyNumber()));
        }
    }

    /** The sealed change set is in the store. */
    void committed(ChangeSet committed) {
        Sealed before = sealed;
        if (before == null || before.changes != committed) {
            throw new IllegalStateException("a change set was committed that is not on its way");
        }
        sealed = null;
        committed.bodies().forEach(StoredMessage::stored);
        committed.indexed().forEach(StoredMessage::indexStored);
        before.slabs.forEach(Slab::release);
        evict();
    }

    /** Whether a change set is on its way. */
    boolean isSealed() {
        return sealed != null;
    }

    /** Lets go of slabs that no message needs, and of the oldest whose messages the store has, beyond the budget. */
    private void evict() {
        while (cached.size() > 1) {
            CachedSlab oldest = cached.getFirst();
            boolean mayGo = cachedSlabBytes > cacheBytes
                    ? oldest.messages.stream().allMatch(message -> message.isGone() || message.inStore())
                    : oldest.messages.stream().allMatch(StoredMessage::isGone);
            if (!mayGo) {
                return;
            }
            cached.removeFirst();
            cachedSlabBytes -= oldest.slab.bytes().capacity();
            oldest.messages.forEach(StoredMessage::forget);
            oldest.slab.release();
        }
    }

    /** Joins neighbours before they become a range of the change set. */
    private final class RangeJoiner {
        private @Nullable Lane lane;
        private long first;
        private long count;

        void add(Lane newLane, long sequence, long more) {
            if (newLane == lane && sequence == first + count) {
                count += more;
                return;
            }
            flush();
            lane = newLane;
            first = sequence;
            count = more;
        }

        void flush() {
            Lane open = lane;
            if (open != null) {
                changes.removedRanges().add(open.addressId());
                changes.removedRanges().add(Table.minor(open.code(), first));
                changes.removedRanges().add(count);
            }
            lane = null;
        }
    }
}
