package dev.sluice.server.simulation.stage;

import dev.sluice.server.core.Slab;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;

/** Memory for the runs of shards: what is given back is made unreadable, so that who reads it later is found; what a run that was killed had is used again. */
public final class SlabStock {
    private static final int SLAB_BYTES_MIN = 16 * 1024;
    private static final byte GONE = (byte) 0xDB;

    private final ArrayDeque<byte[]> large = new ArrayDeque<>();
    private int largeBytes;

    /** Empty. */
    public SlabStock() {}

    /** The memory of one run. */
    public final class Pool implements Slab.Pool {
        private final IdentityHashMap<Slab, byte[]> taken = new IdentityHashMap<>();

        /** Nothing is taken. */
        public Pool() {}

        @Override
        public Slab take(int minimumBytes) {
            int bytes = Math.max(SLAB_BYTES_MIN, minimumBytes);
            byte[] kept = bytes == largeBytes ? large.poll() : null;
            byte[] memory = kept == null ? new byte[bytes] : kept;
            Slab slab = new Slab(ByteBuffer.wrap(memory), this);
            taken.put(slab, memory);
            slab.retain();
            return slab;
        }

        @Override
        public void free(Slab slab) {
            byte[] memory = taken.remove(slab);
            if (memory != null) {
                Arrays.fill(memory, GONE);
                keep(memory);
            }
        }

        /** The run has ended, and nothing looks at its memory any more. */
        public void end() {
            taken.values().forEach(SlabStock.this::keep);
            taken.clear();
        }
    }

    private void keep(byte[] memory) {
        if (memory.length > SLAB_BYTES_MIN) {
            if (memory.length != largeBytes) {
                largeBytes = memory.length;
                large.clear();
            }
            large.add(memory);
        }
    }
}
