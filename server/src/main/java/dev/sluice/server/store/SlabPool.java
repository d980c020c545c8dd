package dev.sluice.server.store;

import dev.sluice.server.core.Slab;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.agrona.BufferUtil;

/**
 * Slabs of direct memory, used again and again. A larger one is made to measure and freed when it comes back. Memory that is not kept
 * is freed at once and not left to the garbage collector. Owner: the shard thread.
 */
public final class SlabPool implements Slab.Pool {
    private final int slabBytes;
    private final long idleBytesMax;
    private final ArrayDeque<Slab> idle = new ArrayDeque<>();
    private long usedBytes;
    private long idleBytes;

    /** Slabs of {@code slabBytes}, of which at most {@code idleBytesMax} bytes are kept for later use. */
    public SlabPool(int slabBytes, long idleBytesMax) {
        this.slabBytes = slabBytes;
        this.idleBytesMax = idleBytesMax;
    }

    @Override
    public Slab take(int minimumBytes) {
        Slab slab = minimumBytes <= slabBytes ? idle.pollLast() : null;
        if (slab == null) {
            slab = new Slab(ByteBuffer.allocateDirect(Math.max(slabBytes, minimumBytes)), this);
        } else {
            idleBytes -= slabBytes;
        }
        usedBytes += slab.bytes().capacity();
        slab.retain();
        return slab;
    }

    @Override
    public void free(Slab slab) {
        int bytes = slab.bytes().capacity();
        usedBytes -= bytes;
        if (bytes == slabBytes && idleBytes + bytes <= idleBytesMax) {
            slab.bytes().clear();
            idle.addLast(slab);
            idleBytes += bytes;
        } else {
            BufferUtil.free(slab.bytes());
        }
    }

    /** Bytes of the slabs that are taken now. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Bytes of the slabs kept for later use. */
    public long idleBytes() {
        return idleBytes;
    }

    /** Frees the idle slabs; those taken are freed as they come back. */
    public void trim() {
        for (Slab slab = idle.poll(); slab != null; slab = idle.poll()) {
            BufferUtil.free(slab.bytes());
        }
        idleBytes = 0;
    }
}
