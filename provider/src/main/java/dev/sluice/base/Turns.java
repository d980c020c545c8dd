package dev.sluice.base;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Makes a thing belong to one thread at a time, without a lock that anyone waits for: who has work for it puts that where the owner finds
 * it, and takes a turn; who finds the turn taken goes on, since its owner looks for work again after it (flat combining: Hendler et al.,
 * SPAA 2010). What a turn touches is seen by the next one.
 */
public final class Turns {
    private static final ThreadLocal<@Nullable Turns> CURRENT = new ThreadLocal<>();

    private final AtomicBoolean taken = new AtomicBoolean();
    private final Work work;

    /** Of the thing that this works on. */
    public Turns(Work work) {
        this.work = work;
    }

    /** What is to be done. */
    public interface Work {
        /** Any thread: whether there is something to do. What a thread put in before it asked must be seen. */
        boolean isThere();

        /** Does it. The caller has the turn. It must not throw: what others left to this turn would be left for good. */
        void doIt();
    }

    /**
     * Takes turns until there is nothing to do, or another thread has the turn and will see to it. False after {@code most} turns if there
     * is something to do still: then it is for the caller to have it done by someone who has more time.
     */
    public boolean take(int most) {
        for (int turns = 0; work.isThere(); turns++) {
            if (turns == most) {
                return false;
            }
            if (!taken.compareAndSet(false, true)) {
                return true;
            }
            Turns outer = CURRENT.get();
            CURRENT.set(this);
            try {
                work.doIt();
            } finally {
                CURRENT.set(outer);
                taken.set(false);
            }
        }
        return true;
    }

    /** Whether the caller has the turn. */
    public boolean isMine() {
        return CURRENT.get() == this;
    }

    /** Whether the caller has the turn of anything, and must not wait for another's. */
    public static boolean isTaken() {
        return CURRENT.get() != null;
    }
}
