package dev.sluice.base;

import java.lang.invoke.VarHandle;
import org.jctools.queues.varhandle.SpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/** A queue from one thread to one owner that is never full: who fills it bounds it. What crosses changes hands. */
public final class Backlog<T> {
    private static final int CHUNK = 64;

    private final SpscUnboundedVarHandleArrayQueue<T> queue = new SpscUnboundedVarHandleArrayQueue<>(CHUNK);

    /** Its one filling thread: adds an entry. */
    public void add(T entry) {
        Invariant.check(queue.offer(entry), "an unbounded queue refused an entry");
        // Who adds and then finds a turn taken relies on its owner to see the entry, even where the attempt to take it
        // is no fence.
        VarHandle.fullFence();
    }

    /** The owner: the next entry, or null. */
    public @Nullable T poll() {
        return queue.poll();
    }

    /** Any thread: whether it looked empty. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }
}
