package dev.sluice.session;

import dev.sluice.link.DeliverySink.Delivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one consumer was sent and has not handed over: a queue for each priority, the epoch, and the credit. Messages of an epoch
 * that has ended never come out of it.
 */
public final class Prefetch {
    /** The lowest possible total; {@link #creditDue} answers it when none is due. */
    public static final long NO_CREDIT = -1;

    private static final int PRIORITIES = 10;
    private static final long FIRST_EPOCH = 1;

    private final List<ArrayDeque<Delivery>> byPriority = new ArrayList<>(PRIORITIES);
    private final int limit;
    private long epoch = FIRST_EPOCH;
    private long taken;
    private long granted;
    private int size;

    /** Keeps up to {@code limit} messages, 1 or more. */
    public Prefetch(int limit) {
        this.limit = limit;
        for (int priority = 0; priority < PRIORITIES; priority++) {
            byPriority.add(new ArrayDeque<>());
        }
    }

    /** A message came; false when it is of an ended epoch and must be dropped by the caller. */
    public boolean arrived(Delivery delivery) {
        if (delivery.epoch() < epoch) {
            return false;
        }
        byPriority.get(delivery.priority()).addLast(delivery);
        size++;
        return true;
    }

    /** Takes the oldest message of the highest priority. */
    public @Nullable Delivery next() {
        for (int priority = PRIORITIES - 1; size > 0 && priority >= 0; priority--) {
            Delivery delivery = byPriority.get(priority).pollFirst();
            if (delivery != null) {
                size--;
                taken++;
                return delivery;
            }
        }
        return null;
    }

    /** Whether there is nothing to take. */
    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * The total of credit to grant now, or {@link #NO_CREDIT}: it is topped up when half of it is used, so that credit frames are
     * few and the pipe never runs dry.
     */
    public long creditDue() {
        if (granted - taken > limit / 2) {
            return NO_CREDIT;
        }
        granted = taken + limit;
        return granted;
    }

    /** The epoch of what may be handed over now. */
    public long epoch() {
        return epoch;
    }

    /** The consumer gives back what it holds: a new epoch without credit begins. Returns what was not handed over, to be released. */
    public List<Delivery> restart() {
        return beginEpoch(epoch + 1);
    }

    /** The server gave what the consumer held to others, and {@code newEpoch} began. Returns what must be released. */
    public List<Delivery> claimsLost(long newEpoch) {
        return beginEpoch(Math.max(newEpoch, epoch));
    }

    private List<Delivery> beginEpoch(long newEpoch) {
        List<Delivery> dropped = new ArrayList<>(size);
        for (ArrayDeque<Delivery> queue : byPriority) {
            queue.removeIf(delivery -> {
                boolean stale = delivery.epoch() < newEpoch;
                if (stale) {
                    dropped.add(delivery);
                }
                return stale;
            });
        }
        size -= dropped.size();
        epoch = newEpoch;
        taken = 0;
        granted = 0;
        return dropped;
    }
}
