package dev.sluice.base;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from any thread to one owner. Full means back-pressure: the result of {@link #offer} must be used, and what crosses is
 * either immutable or changes hands.
 */
public final class Mailbox<T> {
    private static final long FULL_PAUSE_NANOS = 20_000;

    private final MpscVarHandleArrayQueue<T> queue;

    /** Room for {@code capacity} entries, rounded up to a power of two. */
    public Mailbox(int capacity) {
        queue = new MpscVarHandleArrayQueue<>(capacity);
    }

    /** Any thread: false when there is no room, and then nothing has happened. */
    public boolean offer(T entry) {
        return queue.offer(entry);
    }

    /**
     * Any thread but the owner: waits for room. {@code wake} makes the owner empty the mailbox; it is called again and again, since
     * nobody but the owner can make room.
     */
    public void put(T entry, Runnable wake) {
        while (!queue.offer(entry)) {
            wake.run();
            LockSupport.parkNanos(FULL_PAUSE_NANOS);
        }
    }

    /** The owner: the next entry, or null when there is none (that is completely written). */
    public @Nullable T poll() {
        return queue.poll();
    }

    /** The owner: hands at most {@code most} entries to the consumer; how many there were. */
    public int drain(Consumer<? super T> consumer, int most) {
        MessagePassingQueue.Consumer<T> taker = consumer::accept;
        return queue.drain(taker, most);
    }

    /** Any thread: whether it looked empty. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Any thread: about how many entries there are. */
    public int size() {
        return queue.size();
    }

    /** How many entries fit. */
    public int capacity() {
        return queue.capacity();
    }
}
