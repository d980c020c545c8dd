package dev.sluice.bench.parts;

import dev.sluice.server.selector.Selector;
import dev.sluice.server.selector.SelectorEvaluator;
import dev.sluice.server.selector.SelectorException;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A selector on an encoded message with three properties. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SelectorBenchmark {
    private final UnsafeBuffer envelope = Sample.envelope();

    @Param({"n = 42", "n = 41", "region IN ('eu', 'us') AND price BETWEEN 10 AND 20 AND n > 40", "region LIKE 'e%'"})
    private String selector = "";

    @SuppressWarnings("NullAway.Init")
    private SelectorEvaluator evaluator;

    @Setup
    public void parse() throws SelectorException {
        evaluator = Selector.parse(selector).evaluator();
    }

    @Benchmark
    public boolean evaluate() {
        return evaluator.matches(envelope, 0, envelope.capacity());
    }
}
