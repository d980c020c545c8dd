package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.base.Clock;
import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.store.SlabPool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A member on Ratis with one shard that does nothing but propose and count; its turns are taken by a thread of its own. */
final class CountingMember implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LENGTH = 8;

    private final SlabPool pool = new SlabPool(4096, 0);
    private final RaftLog log = new RaftLog(() -> {}, () -> Long.MAX_VALUE);
    private final ScheduledExecutorService shard = Executors.newSingleThreadScheduledExecutor();
    private final Slab slab = pool.take(4096);
    private @Nullable RaftMember raft;
    private int offset = BatchLog.HEADER_BYTES;
    private long leadership = BatchLog.FOLLOWS;
    private int applied;
    private long lastIndex;

    /** {@code stored}: the last entry that its store has. */
    void start(RaftOptions options, long stored) throws InterruptedException {
        RaftMember.Belonging belonging = RaftMember.belong(options);
        log.start(stored, pool, (index, timestampMillis, of, at, length) -> {});
        List<Path> terms = List.of(terms(options));
        raft = RaftMember.start(
                belonging, new RaftMember.Shards(List.of(log), terms, new NothingToCopy(), new Leaders(1)));
        var unused = shard.scheduleWithFixedDelay(this::turn, 0, 1, TimeUnit.MILLISECONDS);
    }

    /** Where it keeps in which term its shard's entries were written. */
    static Path terms(RaftOptions options) {
        return options.directory().resolveSibling("terms");
    }

    private void turn() {
        leadership = log.leadership();
        applied += log.poll((index, timestampMillis, of, at, length) -> lastIndex = index);
    }

    private <T> T onShard(Callable<T> call) {
        try {
            return shard.submit(call).get();
        } catch (InterruptedException | ExecutionException fault) {
            throw new IllegalStateException(fault);
        }
    }

    long leadership() {
        return onShard(() -> leadership);
    }

    int applied() {
        return onShard(() -> applied);
    }

    void awaitLeadership() {
        Awaitility.await("it leads")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> leadership() != BatchLog.FOLLOWS);
    }

    void awaitApplied(int count) {
        Awaitility.await(count + " batches")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> applied() == count);
    }

    /** The entry that its shard has seen last. */
    long lastIndex() {
        return onShard(() -> lastIndex);
    }

    void propose() {
        int now = onShard(() -> {
            log.propose(slab, offset, LENGTH, 100);
            offset += LENGTH + BatchLog.HEADER_BYTES;
            return offset;
        });
        assertThat(now).isLessThan(4096);
    }

    void proposeIfItLeads() {
        boolean unused = onShard(() -> {
            boolean leads = log.leadership() != BatchLog.FOLLOWS;
            if (leads) {
                log.propose(slab, offset, LENGTH, 100);
                offset += LENGTH + BatchLog.HEADER_BYTES;
            }
            return leads;
        });
    }

    /** From now on it gives away what others ask it to. */
    void lead() {
        Objects.requireNonNull(raft).lead(false);
    }

    Catalog catalog() {
        return Objects.requireNonNull(raft).catalog();
    }

    ShardMembers catalogMembers() {
        return Objects.requireNonNull(raft).members(RaftOptions.CATALOG);
    }

    List<Transfers.Post> posts() {
        return Objects.requireNonNull(raft).posts();
    }

    Group group() {
        return posts().get(0).group();
    }

    Transfers transfers() {
        return new Transfers(posts(), Clock.SYSTEM);
    }

    @Override
    public void close() {
        shard.shutdownNow();
        log.close();
        if (raft != null) {
            raft.close();
            raft = null;
        }
    }

    /** No member is ever so late that it needs a copy. */
    private static final class NothingToCopy implements CopiedRows {
        @Override
        public Source read(int shard) {
            throw new IllegalStateException("nothing is copied here");
        }

        @Override
        public Target replace(int shard) {
            throw new IllegalStateException("nothing is copied here");
        }
    }
}
