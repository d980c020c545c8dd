package dev.sluice.server.raft;

import dev.sluice.base.SerialTasks;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the rows of a shard from the member that leads it, where that has cut from its Raft log what this member needs. One at a time, on a
 * thread of its own, and no faster than a disk and a network bear beside their other work. Thread-safe.
 */
final class StoreCopies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreCopies.class);

    private static final long BYTES_PER_SECOND_MAX = 48L << 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Ratis asks again at once: a leader that cannot be copied from is asked so often. */
    private static final long RETRY_NANOS = NANOS_PER_SECOND;

    private final CopiedRows rows;
    private final SerialTasks thread = new SerialTasks("sluice-copy");
    private final Pauses pauses = new Pauses();

    StoreCopies(CopiedRows rows) {
        this.rows = rows;
    }

    /**
     * Copies a shard; the future is completed on another thread.
     *
     * @param leader host:port of its Raft server
     * @return what the rows are at; null when the leader has none yet, and its log everything
     */
    CompletableFuture<TermIndex> fetch(int shard, String leader, Terms terms) {
        CompletableFuture<TermIndex> done = new CompletableFuture<>();
        thread.run(() -> {
            try {
                done.complete(copy(shard, leader, terms));
            } catch (IOException | RuntimeException fault) {
                LOG.warn("shard={} copy=failed from={} reason={}", shard, leader, fault.getMessage());
                boolean unused = pauses.take(RETRY_NANOS);
                done.completeExceptionally(fault);
            }
        });
        return done;
    }

    @SuppressWarnings("NullAway") // Ratis' way to say that there is none.
    private TermIndex copy(int shard, String leader, Terms terms) throws IOException {
        try (MemberClient client = MemberClient.of(leader)) {
            DataInputStream opened = client.ask(MemberCalls.OPEN_COPY, out -> out.writeInt(shard));
            long number = opened.readLong();
            long applied = opened.readLong();
            if (applied <= 0) {
                return null;
            }
            Terms.Rows termRows = Terms.Rows.read(opened);
            LOG.info("shard={} copy=begun from={} index={}", shard, leader, applied);
            long bytes;
            try (CopiedRows.Target target = rows.replace(shard)) {
                bytes = copy(client, number, target);
                target.complete(applied);
                // Before the rows are in place: they are of no use without.
                terms.add(termRows, applied);
                target.exchange();
            }
            LOG.info("shard={} copy=done from={} index={} bytes={}", shard, leader, applied, bytes);
            return TermIndex.valueOf(terms.termOf(applied), applied);
        }
    }

    private long copy(MemberClient client, long number, CopiedRows.Target target) throws IOException {
        long begun = System.nanoTime();
        long bytes = 0;
        while (true) {
            byte[] piece = client.ask(MemberCalls.READ_COPY, out -> out.writeLong(number))
                    .readAllBytes();
            if (piece.length == 0) {
                return bytes;
            }
            target.add(piece);
            bytes += piece.length;
            double seconds = (double) bytes / BYTES_PER_SECOND_MAX;
            if (!pauses.take(begun + (long) (seconds * NANOS_PER_SECOND) - System.nanoTime())) {
                throw new IOException("this member stops");
            }
        }
    }

    @Override
    public void close() {
        pauses.end();
    }
}
