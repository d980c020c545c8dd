package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Tidy;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TidyTest {
    @Test
    void sourcesKeepTheHouseNumbers() throws IOException {
        assertThat(Tidy.faultsOfThisModule(
                        new Tidy.Larger(
                                "src/main/java/dev/sluice/jms/SessionCore.java",
                                800,
                                60,
                                "what sessions, consumers and producers of one thread share"),
                        new Tidy.Larger(
                                "src/main/java/dev/sluice/link/LinkMachine.java",
                                440,
                                60,
                                "the states of a link in one place"),
                        new Tidy.Larger(
                                "src/main/java/dev/sluice/wire/FrameShape.java",
                                410,
                                112,
                                "two tables, read from top to bottom")))
                .isEmpty();
    }
}
