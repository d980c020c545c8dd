package dev.sluice.bench.parts;

import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.LocalLog;
import dev.sluice.server.log.LogOptions;
import dev.sluice.server.store.SlabPool;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A batch appended to the log and synced, on the thread that proposes it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class LogBenchmark {
    private static final int SLAB_BYTES = 1 << 20;

    @Param({"1", "16", "256"})
    private int kibibytes;

    private long committed;

    @SuppressWarnings("NullAway.Init")
    private Directory directory;

    @SuppressWarnings("NullAway.Init")
    private LocalLog log;

    @SuppressWarnings("NullAway.Init")
    private Slab slab;

    @Setup
    public void open() throws IOException {
        SlabPool pool = new SlabPool(SLAB_BYTES, SLAB_BYTES);
        directory = new Directory();
        log = LocalLog.open(directory.path(), LogOptions.defaults().withSync(LogOptions.Sync.INLINE));
        log.start(0, pool, (index, timestamp, shown, offset, length) -> {});
        slab = pool.take(SLAB_BYTES);
    }

    @TearDown
    public void close() throws IOException {
        log.close();
        directory.close();
    }

    @Benchmark
    public void appendAndSync(Messages counted) {
        int bytes = kibibytes * Sample.BODY_BYTES;
        log.propose(slab, BatchLog.HEADER_BYTES, bytes, committed);
        committed += log.poll((index, timestamp, shown, offset, length) -> {});
        // As when LMDB has followed: the segments are used again.
        log.truncate(committed);
        counted.messages += kibibytes;
    }
}
