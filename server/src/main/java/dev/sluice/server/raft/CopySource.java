package dev.sluice.server.raft;

import dev.sluice.base.Monitor;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The copies that other members read from this one. One of a shard at a time: who begins another has given up the one before. Thread-safe. */
final class CopySource implements AutoCloseable {
    /** A piece is about so long. */
    private static final int PIECE_BYTES = 1 << 20;

    private final CopiedRows rows;
    private final Monitor monitor = new Monitor();
    private final Map<Integer, Open> openByShard = new HashMap<>();
    private long lastNumber;
    private boolean closed;

    private record Open(long number, CopiedRows.Source source) {}

    CopySource(CopiedRows rows) {
        this.rows = rows;
    }

    void open(int shard, Terms terms, DataOutput answer) throws IOException {
        CopiedRows.Source source = rows.read(shard);
        monitor.enter();
        try {
            if (closed) {
                source.close();
                throw new IOException("this member stops");
            }
            lastNumber++;
            Open before = openByShard.put(shard, new Open(lastNumber, source));
            if (before != null) {
                before.source.close();
            }
            answer.writeLong(lastNumber);
            answer.writeLong(source.appliedIndex());
            terms.write(answer);
        } finally {
            monitor.leave();
        }
    }

    void read(long number, DataOutput answer) throws IOException {
        CopiedRows.Source source = null;
        monitor.enter();
        try {
            for (Open open : openByShard.values()) {
                if (open.number == number) {
                    source = open.source;
                }
            }
        } finally {
            monitor.leave();
        }
        if (source == null) {
            throw new IOException("there is no copy " + number + ": another was begun, or this member was restarted");
        }
        byte[] piece = source.next(PIECE_BYTES);
        if (piece.length == 0) {
            end(number);
        }
        answer.write(piece);
    }

    private void end(long number) {
        monitor.enter();
        try {
            openByShard.values().removeIf(open -> {
                boolean ended = open.number == number;
                if (ended) {
                    open.source.close();
                }
                return ended;
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
            openByShard.values().forEach(open -> open.source.close());
            openByShard.clear();
        } finally {
            monitor.leave();
        }
    }
}
