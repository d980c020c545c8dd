package dev.sluice.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The official TCK of Jakarta Messaging, the part that needs no container: run by {@code mvn -Ptck verify} alone. Fails when one test
 * fails or some are missing; a whole run writes its table to docs/compliance.md.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialTck {
    private static final Path LOGS = Path.of("target/tck");

    private final TckOptions options = TckOptions.read();
    private final Map<Reach, TckRun> runs = new EnumMap<>(Reach.class);
    private List<TckTest> tests = List.of();

    @BeforeAll
    void findTheTests() throws IOException {
        tests = TckCatalog.read(options.jars()).stream()
                .filter(test -> options.only().matcher(test.fileName()).matches())
                .toList();
    }

    @Test
    void passesOverTcp() throws IOException, InterruptedException {
        passes(Reach.TCP);
    }

    @Test
    void passesEmbedded() throws IOException, InterruptedException {
        passes(Reach.EMBEDDED);
    }

    @Test
    void passesOnACluster() throws IOException, InterruptedException {
        passes(Reach.CLUSTER);
    }

    private void passes(Reach reach) throws IOException, InterruptedException {
        Path logs = LOGS.resolve(reach.name().toLowerCase(Locale.ROOT));
        TckRun run = TckRun.of(options, reach, tests, logs);
        runs.put(reach, run);
        writeTimes(run, logs.resolve("times.txt"));
        assertThat(run.faults(options.isWhole() ? options.expected() : 1))
                .as("faults of %d tests; what the failed ones said is in %s", tests.size(), logs)
                .isEmpty();
    }

    private static void writeTimes(TckRun run, Path file) throws IOException {
        Files.write(
                file,
                run.results().stream()
                        .sorted(Comparator.comparingLong(TckResult::millis).reversed())
                        .map(result -> "%,9d ms  %s  %s"
                                .formatted(result.millis(), result.test().fileName(), result.failure()))
                        .toList());
    }

    @AfterAll
    void writeTheTable() throws IOException {
        if (options.isWhole() && runs.size() == Reach.values().length) {
            ComplianceTable.write(runs, options.workers());
        }
    }
}
