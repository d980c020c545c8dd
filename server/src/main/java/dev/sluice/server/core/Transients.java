package dev.sluice.server.core;

import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The non-persistent messages: never in the log, in lanes of their own beside the persistent ones, gone with the process. Owner: the shard
 * thread.
 */
public final class Transients {
    private final Slab.Pool pool;
    private final TreeMap<DueIndex.Key, Waiting> waiting = new TreeMap<>();
    private @Nullable Slab slab;
    private long nextNumber = 1;
    private long bytes;

    /** Takes its memory from {@code pool}. */
    public Transients(Slab.Pool pool) {
        this.pool = pool;
    }

    /** A message that becomes due: to be delivered, or to expire. */
    private record Waiting(
            Address address,
            StoredMessage message,
            @Nullable Session publisher,
            boolean delayed) {}

    /** Whether a message for this address goes to the log, since memory is full or earlier ones are there. */
    public boolean overflows(Address address, int priority, long memoryBytes) {
        boolean overflows = bytes > memoryBytes || address.mustOverflow(priority);
        if (overflows) {
            address.overflowProposed();
        }
        return overflows;
    }

    /** Bytes of the messages in memory. */
    public long bytes() {
        return bytes;
    }

    /** Takes a message; returns whether it can be delivered now. */
    public boolean publish(Address address, @Nullable Session publisher, Publication publication, long nowMillis) {
        address.countPublished();
        if (address.subscriptions().isEmpty() && publication.delayMillis == 0) {
            return false;
        }
        long expiry = publication.timeToLiveMillis == 0 ? 0 : nowMillis + publication.timeToLiveMillis;
        StoredMessage message = new StoredMessage(
                nextNumber++,
                new StoredMessage.Place(address.id(), publication.priority, -1),
                expiry,
                0,
                0,
                publication.length);
        copy(publication, message);
        if (publication.delayMillis > 0) {
            waiting.put(
                    new DueIndex.Key(publication.dueMillis(nowMillis), message.number),
                    new Waiting(address, message, publisher, true));
            address.delayed(1);
            return false;
        }
        return enqueue(address, publisher, message);
    }

    private void copy(Publication publication, StoredMessage message) {
        Slab target = slab;
        if (target == null || target.buffer().capacity() - target.position() < publication.length) {
            if (target != null) {
                target.release();
            }
            target = pool.take(publication.length);
            slab = target;
        }
        int at = target.position();
        target.buffer().putBytes(at, publication.buffer, publication.offset, publication.length);
        target.position(at + publication.length);
        message.inSlab(target, at);
        bytes += publication.length;
    }

    private boolean enqueue(Address address, @Nullable Session publisher, StoredMessage message) {
        Lane lane = address.laneFor(message.priority | Lane.TRANSIENT);
        lane.append(message);
        boolean wanted = !address.isTopic();
        if (address.isTopic()) {
            List<Subscription> subscriptions = address.subscriptions();
            for (int index = 0; index < subscriptions.size(); index++) {
                if (subscriptions.get(index).wants(publisher, message)) {
                    wanted = true;
                } else {
                    subscriptions.get(index).progressFor(lane.code()).done(message.sequence());
                }
            }
        }
        if (!wanted) {
            drop(lane, message.sequence());
        } else if (message.expiryMillis != 0) {
            waiting.put(
                    new DueIndex.Key(message.expiryMillis, message.number), new Waiting(address, message, null, false));
        }
        return wanted;
    }

    private void drop(Lane lane, long sequence) {
        StoredMessage message = lane.get(sequence);
        lane.remove(sequence);
        if (message != null) {
            bytes -= message.length;
            if (message.expiryMillis != 0) {
                waiting.remove(new DueIndex.Key(message.expiryMillis, message.number));
            }
            message.discard();
        }
    }

    /** A message is done for a subscription; false when it was. */
    boolean finish(Subscription subscription, int code, long sequence) {
        Lane lane = subscription.address().lane(code);
        if (lane == null || sequence < 0 || sequence >= lane.nextSequence()) {
            return false;
        }
        if (!subscription.progressFor(code).done(sequence)) {
            return false;
        }
        subscription.attempts(code, sequence, Attempts.NONE);
        subscription.address().countAcknowledged();
        release(subscription.address(), lane, sequence);
        return true;
    }

    /** Removes the message unless some subscription wants it. */
    void release(Address address, Lane lane, long sequence) {
        List<Subscription> subscriptions = address.subscriptions();
        for (int index = 0; index < subscriptions.size(); index++) {
            Progress progress = subscriptions.get(index).progress(lane.code());
            if (progress == null || !progress.isDone(sequence)) {
                return;
            }
        }
        drop(lane, sequence);
    }

    /** When the next message becomes due; {@link Long#MAX_VALUE} for never. */
    public long nextDueMillis() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstKey().timeMillis();
    }

    /** Delivers and expires what is due. */
    void tick(long nowMillis, Dispatcher dispatcher) {
        while (!waiting.isEmpty() && waiting.firstKey().timeMillis() <= nowMillis) {
            Waiting due = Objects.requireNonNull(waiting.pollFirstEntry()).getValue();
            if (!due.delayed) {
                dispatcher.expiryDue(due.address, due.message.priority | Lane.TRANSIENT, due.message.sequence());
                continue;
            }
            due.address.delayed(-1);
            if (due.address.subscriptions().isEmpty()) {
                bytes -= due.message.length;
                due.message.discard();
            } else if (enqueue(due.address, due.publisher, due.message)) {
                dispatcher.appended(due.address);
            }
        }
    }

    /** An address is no more: what was delayed for it goes. */
    void addressRemoved(Address address) {
        waiting.values().removeIf(due -> {
            if (due.address == address && due.delayed) {
                bytes -= due.message.length;
                due.message.discard();
            }
            return due.address == address;
        });
    }

    /** Another server leads from now on: all of them are gone, with the lanes that only they had. */
    public void close(Catalog catalog) {
        for (Waiting due : waiting.values()) {
            if (due.delayed) {
                due.address.delayed(-1);
                due.message.discard();
            }
        }
        waiting.clear();
        catalog.addresses().forEach(Address::dropTransients);
        bytes = 0;
        Slab last = slab;
        slab = null;
        if (last != null) {
            last.release();
        }
    }
}
