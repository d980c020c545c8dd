package dev.sluice.server.log;

import dev.sluice.server.core.Slab;
import org.jspecify.annotations.Nullable;

/**
 * The log of a shard. Called by the shard thread only; asynchronous: a proposed batch is committed when {@link #poll} says so, in order.
 * On a cluster one server leads and takes proposals, the others hear of what is committed; see {@link #leadership}.
 *
 * <p>A batch stands in a slab with {@link #HEADER_BYTES} free bytes before it, which the log fills, so that header and batch are
 * written at once. The log stamps it with the next index.
 */
public interface BatchLog extends AutoCloseable {
    /** Bytes that must be free in the slab before the batch. */
    int HEADER_BYTES = 40;

    /** The {@link #leadership} of a log that another server leads, or none. */
    long FOLLOWS = 0;

    /** The {@link #leadership} of a log that has one server only. */
    long ALONE = 1;

    /**
     * Shows every batch after {@code appliedIndex} to the listener, in order, then takes proposals. The log may have begun before
     * {@code appliedIndex}; it must not begin after {@code appliedIndex + 1}.
     *
     * @throws LogException when the log is damaged in the middle, has a gap, or cannot be read
     */
    void start(long appliedIndex, Slab.Pool pool, Listener listener);

    /** Whether several servers have the log. */
    default boolean isReplicated() {
        return false;
    }

    /**
     * Names the time for which this server leads; {@link #FOLLOWS} when it does not. A leadership begins when {@link #poll} has shown every
     * batch before it, and poll shows nothing more until this was asked; it ends at any moment. With its end all that was proposed and not
     * committed is given up, though it may be committed still, and is then shown as what another server proposed.
     */
    default long leadership() {
        return ALONE;
    }

    /** Whether another batch should be proposed now. When not, one that is committed makes room; what is proposed anyway is taken. */
    default boolean takesMore() {
        return true;
    }

    /** Whether more is under way than {@link #takesMore} allows: nothing more should be taken that may need a batch of its own. */
    default boolean isOverfull() {
        return false;
    }

    /**
     * Proposes the {@code length} bytes at {@code offset} of {@code slab}, stamped with {@code timestampMillis} (never smaller than the
     * one before). The caller keeps the slab retained until the batch is committed or given up.
     *
     * @throws LogException when the log has failed; it takes nothing more
     */
    void propose(Slab slab, int offset, int length, long timestampMillis);

    /** Tells the listener what was committed since the last call; returns how many batches. */
    int poll(Listener listener);

    /** Batches up to and with {@code index} are in the store (synced) and may go. */
    void truncate(long index);

    /** Whether a batch of {@code bytes} has room on the disk beside the reserve that is kept for acknowledgements. */
    boolean hasRoom(long bytes);

    /** Bytes of the disk that the log uses. */
    long usedBytes();

    /** What made the log fail, or null. */
    @Nullable Throwable failure();

    /** How often the log was made durable since the start. */
    long syncs();

    @Override
    void close();

    /** Hears of committed batches. */
    @FunctionalInterface
    interface Listener {
        /** The batch is durable; on a cluster, on most servers. The listener retains the slab if it keeps references into it. */
        void committed(long index, long timestampMillis, Slab slab, int offset, int length);
    }
}
