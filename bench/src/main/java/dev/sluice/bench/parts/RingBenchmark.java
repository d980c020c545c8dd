package dev.sluice.bench.parts;

import dev.sluice.base.Mailbox;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/** The ring between the gateway and a shard, of the default size: on one thread, and from one that offers to one that takes. */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingBenchmark {
    private static final int CAPACITY = 4_096;
    private static final Object ENTRY = new Object();

    private final Mailbox<Object> ring = new Mailbox<>(CAPACITY);

    @Benchmark
    @Group("alone")
    @GroupThreads(1)
    public @Nullable Object offerAndPoll() {
        return ring.offer(ENTRY) ? ring.poll() : null;
    }

    @Benchmark
    @Group("between")
    @GroupThreads(1)
    public void offer(Control control) {
        while (!ring.offer(ENTRY) && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    @Benchmark
    @Group("between")
    @GroupThreads(1)
    public @Nullable Object poll(Control control) {
        Object entry = ring.poll();
        while (entry == null && !control.stopMeasurement) {
            Thread.onSpinWait();
            entry = ring.poll();
        }
        return entry;
    }
}
