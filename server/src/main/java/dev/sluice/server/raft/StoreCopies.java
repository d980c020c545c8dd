package dev.sluice.server.raft;

import dev.sluice.base.SerialTasks;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
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

    private static final int ATTEMPTS_MAX = 5;

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
                done.complete(copy(new Wanted(shard, leader, done::isDone), terms));
            } catch (IOException | RuntimeException | Error fault) {
                LOG.warn("shard={} copy=failed from={} reason={}", shard, leader, fault.getMessage());
                boolean unused = pauses.take(RETRY_NANOS);
                done.completeExceptionally(fault);
            }
        });
        return done;
    }

    /** What is copied. {@code givenUp}: whether nobody waits for it any more. */
    private record Wanted(int shard, String leader, BooleanSupplier givenUp) {
        void check() throws IOException {
            if (givenUp.getAsBoolean()) {
                throw new IOException("another member leads the shard now");
            }
        }
    }

    @SuppressWarnings("NullAway") // Ratis' way to say that there is none.
    private TermIndex copy(Wanted wanted, Terms terms) throws IOException {
        int shard = wanted.shard;
        String leader = wanted.leader;
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
                bytes = copy(wanted, client, number, target);
                target.complete(applied);
                // Before the rows are in place: they are of no use without.
                terms.add(termRows, applied);
                wanted.check();
                target.exchange();
            }
            LOG.info("shard={} copy=done from={} index={} bytes={}", shard, leader, applied, bytes);
            return TermIndex.valueOf(terms.termOf(applied), applied);
        }
    }

    private long copy(Wanted wanted, MemberClient client, long number, CopiedRows.Target target) throws IOException {
        long begun = System.nanoTime();
        long bytes = 0;
        for (long piece = 1; ; piece++) {
            byte[] rowsOfPiece = read(client, number, piece);
            if (rowsOfPiece.length == 0) {
                return bytes;
            }
            target.add(rowsOfPiece);
            bytes += rowsOfPiece.length;
            double seconds = (double) bytes / BYTES_PER_SECOND_MAX;
            if (!pauses.take(begun + (long) (seconds * NANOS_PER_SECOND) - System.nanoTime())) {
                throw new IOException("this member stops");
            }
            wanted.check();
        }
    }

    /** A member that is slow for a while is asked for the same again: much may have been copied already. */
    private byte[] read(MemberClient client, long number, long piece) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return client.ask(MemberCalls.READ_COPY, out -> {
                            out.writeLong(number);
                            out.writeLong(piece);
                        })
                        .readAllBytes();
            } catch (IOException slow) {
                if (attempt == ATTEMPTS_MAX || !pauses.take(RETRY_NANOS)) {
                    throw slow;
                }
            }
        }
    }

    @Override
    public void close() {
        pauses.end();
    }
}
