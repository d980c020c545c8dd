package dev.sluice.server.raft;

import dev.sluice.base.Clock;
import dev.sluice.base.Monitor;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The copies that other members read from this one. One that nobody reads any more is given up after a while: as long as it is open the store keeps what
 * was freed. So long the log is kept, too, from where it was begun: who has copied goes on from there. Thread-safe.
 */
final class CopySource implements AutoCloseable {
    /** A piece is about so long. */
    private static final int PIECE_BYTES = 1 << 20;

    private static final long IDLE_NANOS_MAX = Duration.ofSeconds(60).toNanos();

    /** More would use up the readers that a store can have. */
    private static final int OPEN_MAX = 4;

    private static final byte[] NOTHING = {};

    private final CopiedRows rows;
    private final Clock clock;
    private final Monitor monitor = new Monitor();
    private final Map<Long, Open> openByNumber = new HashMap<>();
    private long lastNumber;
    private boolean closed;

    /** A copy; its fields are read and written inside the monitor, but for the source, which one reader at a time has. */
    private static final class Open {
        private final int shard;
        private final CopiedRows.Source source;
        private final Monitor reading = new Monitor();
        private long readNanos;
        private long pieces;
        private byte[] piece = NOTHING;

        Open(int shard, CopiedRows.Source source, long nowNanos) {
            this.shard = shard;
            this.source = source;
            this.readNanos = nowNanos;
        }
    }

    CopySource(CopiedRows rows, Clock clock) {
        this.rows = rows;
        this.clock = clock;
    }

    void open(int shard, Terms terms, DataOutput answer) throws IOException {
        giveUpIdle();
        monitor.enter();
        try {
            long others = openByNumber.values().stream()
                    .filter(open -> open.shard == shard)
                    .count();
            if (closed || others >= OPEN_MAX) {
                throw new IOException(
                        closed ? "this member stops" : others + " members copy shard " + shard + " already");
            }
            CopiedRows.Source source = rows.read(shard);
            lastNumber++;
            openByNumber.put(lastNumber, new Open(shard, source, clock.nanoTime()));
            answer.writeLong(lastNumber);
            answer.writeLong(source.appliedIndex());
            terms.write(answer);
        } finally {
            monitor.leave();
        }
    }

    /** Reads a piece, the first one being 1; the last one again when it was asked for before. */
    void read(long number, long piece, DataOutput answer) throws IOException {
        Open open = find(number);
        open.reading.enter();
        try {
            if (piece == open.pieces + 1) {
                open.piece = open.source.next(PIECE_BYTES);
                open.pieces = piece;
                if (open.piece.length == 0) {
                    open.source.close();
                }
            } else if (piece != open.pieces) {
                throw new IOException(
                        "piece " + piece + " of copy " + number + " does not follow piece " + open.pieces);
            }
            answer.write(open.piece);
        } finally {
            open.reading.leave();
        }
    }

    private Open find(long number) throws IOException {
        monitor.enter();
        try {
            Open open = openByNumber.get(number);
            if (open == null) {
                throw new IOException(
                        "there is no copy " + number + ": nobody read it for a while, or this member was restarted");
            }
            open.readNanos = clock.nanoTime();
            return open;
        } finally {
            monitor.leave();
        }
    }

    /** The entry from which on the log of a shard is needed by those who copy or have just copied; the largest number when by nobody. */
    long neededAfter(int shard) {
        monitor.enter();
        try {
            return openByNumber.values().stream()
                    .filter(open -> open.shard == shard)
                    .mapToLong(open -> open.source.appliedIndex())
                    .min()
                    .orElse(Long.MAX_VALUE);
        } finally {
            monitor.leave();
        }
    }

    /** To be called now and then. */
    void giveUpIdle() {
        long now = clock.nanoTime();
        monitor.enter();
        try {
            boolean unused = openByNumber.values().removeIf(open -> {
                boolean idle = now - open.readNanos > IDLE_NANOS_MAX;
                if (idle) {
                    open.source.close();
                }
                return idle;
            });
        } finally {
            monitor.leave();
        }
    }

    @Override
    public void close() {
        monitor.enter();
        try {
            closed = true;
            openByNumber.values().forEach(open -> open.source.close());
            openByNumber.clear();
        } finally {
            monitor.leave();
        }
    }
}
