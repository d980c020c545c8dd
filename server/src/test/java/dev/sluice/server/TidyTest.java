package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Tidy;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TidyTest {
    private static final String CORE = "src/main/java/dev/sluice/server/core/";

    @Test
    void sourcesKeepTheHouseNumbers() throws IOException {
        assertThat(Tidy.faultsOfThisModule(
                        new Tidy.Larger(
                                "src/test/java/dev/sluice/server/selector/SelectorRulesTest.java",
                                650,
                                60,
                                "one test for each rule of the section"),
                        new Tidy.Larger(
                                CORE + "ReplicatedMachine.java", 700, 60, "all commands of the log in one place"),
                        new Tidy.Larger(
                                CORE + "Dispatcher.java", 600, 60, "all that decides who gets what, in one place"),
                        new Tidy.Larger(
                                "src/main/java/dev/sluice/server/shard/FrameHandler.java",
                                570,
                                60,
                                "one method for each frame of a client")))
                .isEmpty();
    }
}
