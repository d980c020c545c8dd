package dev.sluice.base;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("concurrency")
public class MailboxLincheckTest {
    private final Mailbox<Integer> mailbox = new Mailbox<>(4);

    @Operation
    public boolean offer(int value) {
        return mailbox.offer(value);
    }

    @Operation(nonParallelGroup = "owner")
    public @Nullable Integer poll() {
        return mailbox.poll();
    }

    @Test
    void isLinearizable() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(2)
                .check(MailboxLincheckTest.class);
    }
}
