package dev.sluice.base;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("concurrency")
public class GateLincheckTest {
    private final Gate gate = new Gate(2, 100);

    @Operation
    public boolean enter() {
        return gate.tryEnter(60);
    }

    // One that was not entered throws, which is an outcome too.
    @Operation
    public void leave() {
        gate.leave(60);
    }

    @Operation
    public void close() {
        gate.close();
    }

    @Test
    void isLinearizable() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(2)
                .check(GateLincheckTest.class);
    }
}
