package dev.sluice.server.log;

import dev.sluice.server.core.Slab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Shows the batches of a recovered log, read into slabs of many. Owner: the shard thread, at start. */
final class Replay {
    private final Slab.Pool pool;
    private final BatchLog.Listener listener;
    private final BatchHeader.Stamp stamp = new BatchHeader.Stamp();

    Replay(Slab.Pool pool, BatchLog.Listener listener) {
        this.pool = pool;
        this.listener = listener;
    }

    /** Shows what is after {@code appliedIndex} in segments that end as {@code end} says. */
    void run(List<Segment> segments, long appliedIndex, Recovery.End end) throws IOException {
        for (Segment segment : segments) {
            boolean last = segment.lastIndex == end.index();
            if (segment.lastIndex > appliedIndex) {
                run(segment, appliedIndex, last ? end.position() : segment.bytes);
            }
        }
    }

    private void run(Segment segment, long appliedIndex, long end) throws IOException {
        int needed = BatchHeader.BYTES;
        stamp.index = 0;
        for (long position = 0; stamp.index < segment.lastIndex && position < end; ) {
            Slab slab = pool.take(needed);
            try {
                long shown = show(segment, slab, position, Math.max(appliedIndex, stamp.index));
                needed = shown > 0 ? BatchHeader.BYTES : neededAt(segment, slab, position, needed);
                position += shown;
            } finally {
                slab.release();
            }
        }
    }

    // The batch at the position did not fit into the slab: it gets one to measure.
    private static int neededAt(Segment segment, Slab slab, long position, int before) {
        int needed = BatchHeader.BYTES + BatchHeader.length(slab.buffer(), 0);
        if (needed <= before) {
            throw new LogException(
                    "the log changed while it was replayed: " + segment.name() + " at offset " + position);
        }
        return needed;
    }

    /** Fills the slab from the position on and shows the whole batches in it; returns how many bytes these take. */
    private long show(Segment segment, Slab slab, long position, long shownIndex) throws IOException {
        ByteBuffer bytes = slab.bytes();
        int read = segment.file.read(bytes.clear(), position);
        bytes.clear();
        int at = 0;
        stamp.index = shownIndex;
        while (at + BatchHeader.BYTES <= read && BatchHeader.plausible(slab.buffer(), at, segment.id)) {
            int length = BatchHeader.length(slab.buffer(), at);
            if (length > read - at - BatchHeader.BYTES) {
                break;
            }
            BatchHeader.decode(slab.buffer(), at, stamp);
            if (stamp.index > shownIndex && stamp.index <= segment.lastIndex) {
                listener.committed(stamp.index, stamp.timestampMillis, slab, at + BatchHeader.BYTES, length);
            }
            at = (int) BatchHeader.next(at, length);
            if (stamp.index >= segment.lastIndex) {
                break;
            }
        }
        return at;
    }
}
