package dev.sluice.bench.parts;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How many messages the operations had: shown as a rate beside theirs. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Messages {
    /** Counted by the benchmark. */
    public long messages;
}
