package dev.sluice.server.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a log at start and makes sure of it. A batch is taken when it is whole and follows on the one before. Where that
 * ends, a later batch that proves the missing one was durable is damage, and stops the start; else the tail was torn by a crash
 * and is cut. What no later batch proves durable is written again before it counts: after a failed sync the kernel may show bytes that
 * are not on the disk. Owner: the shard thread, at start.
 */
final class Recovery {
    private static final int COPY_BYTES = 256 << 10;

    private final Disk disk;
    private final long appliedIndex;
    private long expectedIndex;
    private boolean started;
    private int previousCrc;
    private long durableIndex;
    // Where the first batch begins that no later one proves durable, in the segment of the end.
    private long unprovenFrom;
    private final List<Long> positions = new ArrayList<>();
    private long positionsFrom;

    Recovery(Disk disk, long appliedIndex) {
        this.disk = disk;
        this.appliedIndex = appliedIndex;
        expectedIndex = appliedIndex + 1;
    }

    /**
     * The log as it is: segments with batches, those ready behind them, and the end.
     */
    record Found(List<Segment> segments, List<Segment> ready, End end) {}

    /** Where the log goes on: after batch {@code index}, at {@code position} of the last segment. */
    record End(long index, long position, int crc) {}

    Found recover() throws IOException {
        List<Segment> all = openAll();
        try {
            return recover(all);
        } catch (IOException | RuntimeException failure) {
            all.forEach(Segment::closeQuietly);
            throw failure;
        }
    }

    private Found recover(List<Segment> all) throws IOException {
        long position = 0;
        int at = 0;
        for (; at < all.size(); at++) {
            Segment segment = all.get(at);
            try (BatchReader reader = new BatchReader(segment)) {
                long end = 0;
                positions.clear();
                positionsFrom = expectedIndex;
                while (reader.read(end) && follows(reader, segment)) {
                    take(reader, end, segment);
                    end = BatchHeader.next(end, reader.length);
                }
                if (segment.lastIndex == 0) {
                    checkNothingWasDurable(all, at, 0);
                    break;
                }
                position = end;
                if (at + 1 == all.size() || !continues(all.get(at + 1))) {
                    checkNothingWasDurable(all, at, end);
                    at++;
                    break;
                }
            }
        }
        checkReachesTheStore(all, at, position);
        List<Segment> segments = new ArrayList<>(all.subList(0, at));
        if (!segments.isEmpty()) {
            writeUnprovenAgain(segments.get(at - 1), position);
        }
        disk.sync();
        End end = new End(expectedIndex - 1, position, previousCrc);
        return new Found(segments, new ArrayList<>(all.subList(at, all.size())), end);
    }

    private List<Segment> openAll() throws IOException {
        List<Integer> ids = new ArrayList<>();
        for (String name : disk.list()) {
            Integer id = Segment.id(name);
            if (id != null) {
                ids.add(id);
            } else if (name.equals(Segment.ALLOCATING)) {
                disk.delete(name);
            }
        }
        ids.sort(null);
        for (int at = 1; at < ids.size(); at++) {
            if (ids.get(at) != ids.get(at - 1) + 1) {
                throw new LogException("the log in " + disk.name() + " has a gap: " + Segment.name(ids.get(at - 1) + 1)
                        + " is missing before " + Segment.name(ids.get(at)) + ". Put the file back, or restore the data"
                        + " directory from a backup");
            }
        }
        List<Segment> all = new ArrayList<>();
        for (int id : ids) {
            Disk.DiskFile file = disk.open(Segment.name(id));
            all.add(new Segment(id, file, file.size()));
        }
        return all;
    }

    private boolean follows(BatchReader reader, Segment segment) {
        if (!started) {
            if (reader.stamp.index > appliedIndex + 1) {
                throw new LogException("the log in " + disk.name() + " begins with batch " + reader.stamp.index + " in "
                        + segment.name() + " at offset 0, and the rows end with batch " + appliedIndex
                        + ": batches between are missing. Restore rows and log from the same backup");
            }
            return true;
        }
        return reader.stamp.index == expectedIndex && reader.stamp.previousCrc == previousCrc;
    }

    private void take(BatchReader reader, long position, Segment segment) {
        if (!started) {
            started = true;
            positionsFrom = reader.stamp.index;
        }
        expectedIndex = reader.stamp.index + 1;
        previousCrc = reader.batchCrc;
        durableIndex = Math.max(durableIndex, reader.stamp.durableIndex);
        segment.lastIndex = reader.stamp.index;
        positions.add(position);
        // Only what may be unproven is kept: the positions of batches after the durable one.
        int proven = (int) Math.min(positions.size() - 1, Math.max(0, durableIndex + 1 - positionsFrom));
        positions.subList(0, proven).clear();
        positionsFrom += proven;
        unprovenFrom = durableIndex >= reader.stamp.index ? -1 : positions.get(0);
    }

    private boolean continues(Segment next) throws IOException {
        try (BatchReader reader = new BatchReader(next)) {
            return reader.read(0) && follows(reader, next);
        }
    }

    private void checkNothingWasDurable(List<Segment> all, int brokenAt, long position) throws IOException {
        for (int at = brokenAt; at < all.size(); at++) {
            Segment segment = all.get(at);
            try (BatchReader reader = new BatchReader(segment)) {
                long found = reader.find(at == brokenAt ? position : 0);
                while (found >= 0) {
                    if (reader.stamp.index >= expectedIndex && reader.stamp.durableIndex >= expectedIndex) {
                        throw damaged(all.get(brokenAt), position, reader.stamp.index, segment, found);
                    }
                    found = reader.find(found + BatchHeader.ALIGNMENT);
                }
            }
        }
    }

    private LogException damaged(Segment broken, long position, long index, Segment later, long found) {
        return new LogException("the log in " + disk.name() + " is damaged: batch " + expectedIndex + " in "
                + broken.name() + " at offset " + position + " is not whole, and batch " + index + " in " + later.name()
                + " at offset " + found + " shows that it once was. This is no torn end after a crash: restore the data"
                + " directory from a backup, and check the disk");
    }

    // A log may have no batch at all: when its last segment was just begun and the ones before are in the rows. Its id
    // tells.
    private void checkReachesTheStore(List<Segment> all, int used, long position) {
        boolean begunAnew = !started && !all.isEmpty() && all.get(0).id > 1;
        if (expectedIndex > appliedIndex && (started || appliedIndex == 0 || begunAnew)) {
            return;
        }
        String end = started
                ? "ends with batch " + (expectedIndex - 1) + " in "
                        + all.get(used - 1).name() + " at offset " + position
                : "has no batch";
        throw new LogException("the log in " + disk.name() + " " + end + ", and the rows already hold batch "
                + appliedIndex + ": a part of the log is missing. Restore rows and log from the same backup");
    }

    private void writeUnprovenAgain(Segment segment, long end) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(COPY_BYTES);
        try {
            for (long at = unprovenFrom; at >= 0 && at < end; at += COPY_BYTES) {
                bytes.clear().limit((int) Math.min(COPY_BYTES, end - at));
                int read = segment.file.read(bytes, at);
                segment.file.write(bytes.flip().limit(read), at);
            }
            segment.file.sync();
        } finally {
            BufferUtil.free(bytes);
        }
    }

    /** The id after all that there are. */
    static int nextId(Found found) {
        @Nullable Segment last = null;
        for (Segment segment : found.segments) {
            last = segment;
        }
        for (Segment segment : found.ready) {
            last = segment;
        }
        return last == null ? 1 : last.id + 1;
    }
}
