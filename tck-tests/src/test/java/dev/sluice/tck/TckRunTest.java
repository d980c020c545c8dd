package dev.sluice.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the run makes of the results, without the TCK. */
class TckRunTest {
    private static final TckResult ACKNOWLEDGED = result("core.queuetests", "autoAckQueueTest", 1_600, "");
    private static final TckResult LOST = result("core20.sessiontests", "getTransactedTest", 20, "nothing came");

    @Test
    void aRunWithoutFailuresIsGood() {
        assertThat(run(Reach.TCP, ACKNOWLEDGED).faults(1)).isEmpty();
    }

    @Test
    void oneFailureIsAFault() {
        assertThat(run(Reach.TCP, ACKNOWLEDGED, LOST).faults(2))
                .containsExactly("core20.sessiontests.SomeIT.getTransactedTest (20 ms) nothing came");
    }

    @Test
    void aTestThatIsMissingIsAFault() {
        assertThat(run(Reach.TCP, ACKNOWLEDGED).faults(903)).containsExactly("1 tests were run, 903 are expected");
    }

    @Test
    void theTableCountsWhatPassedInEachPackage() {
        Map<Reach, TckRun> runs = new EnumMap<>(Reach.class);
        runs.put(Reach.TCP, run(Reach.TCP, ACKNOWLEDGED, LOST));
        runs.put(Reach.EMBEDDED, run(Reach.EMBEDDED, ACKNOWLEDGED));
        runs.put(Reach.CLUSTER, run(Reach.CLUSTER, LOST, ACKNOWLEDGED));
        assertThat(ComplianceTable.text(runs, 6))
                .startsWith("""
                        | package | tests | passed over TCP | passed embedded | passed on a cluster |
                        |---|---:|---:|---:|---:|
                        | `core.queuetests` | 1 | 1 | 1 | 1 |
                        | `core20.sessiontests` | 1 | 0 | 0 | 0 |
                        | all | 2 | 1 | 1 | 1 |
                        """)
                .contains("over TCP 2 s,")
                .contains("6 tests side by side");
    }

    private static TckRun run(Reach reach, TckResult... results) {
        return new TckRun(reach, List.of(results), 1_000);
    }

    private static TckResult result(String packageName, String method, long millis, String failure) {
        return new TckResult(new TckTest("id", TckTest.ROOT + packageName + ".SomeIT", method), millis, failure);
    }
}
