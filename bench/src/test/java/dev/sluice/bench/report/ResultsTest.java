package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private static final String SENDS = "sent.per_second";
    private static final Mark TWICE = Mark.atLeast(2, Measure.SENDS);

    @Test
    void ratioIsOfTheMediansToTheBestPeerOfTheSameDurability() {
        Results results = new Given()
                .rounds("w1", "sluice", SENDS, 9_000, 30_000, 10_000)
                .rounds("w1", "classic", SENDS, 3_000, 3_000, 3_000)
                .rounds("w1", "artemis", SENDS, 4_000, 5_000, 60_000)
                .rounds("w1", "kafka", SENDS, 50_000)
                .rounds("w1", "unheard-of", SENDS, 70_000)
                .results();

        Verdict verdict = results.verdict(TWICE);

        assertThat(verdict.peer()).hasValue("artemis");
        assertThat(verdict.value()).hasValue(2.0);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.REACHED);
    }

    @Test
    void theBestPeerIsTheFastestOneWhereLessIsBetter() {
        Results results = new Given()
                .rounds("w3r", "sluice", "received.p99_us", 600)
                .rounds("w3r", "classic", "received.p99_us", 1_000)
                .rounds("w3r", "artemis", "received.p99_us", 9_000)
                .results();

        Verdict verdict = results.verdict(Mark.atMost(0.5, Measure.DELIVERY_P99));

        assertThat(verdict.peer()).hasValue("classic");
        assertThat(verdict.value()).hasValue(0.6);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.MISSED);
    }

    @Test
    void aNamedPeerCountsWhateverItsDurability() {
        Results results = new Given()
                .rounds("w5", "sluice", SENDS, 90)
                .rounds("w5", "kafka", SENDS, 100)
                .results();

        Verdict verdict = results.verdict(Mark.atLeast(0.8, Measure.SENDS).against("kafka"));

        assertThat(verdict.value()).hasValue(0.9);
        assertThat(verdict.mark()).hasToString("≥ 0.8 × kafka");
    }

    @Test
    void someMarksAreForSluiceAlone() {
        Results results = new Given()
                .rounds("w7drain", "sluice", "first_message_ms", 900, 1_100, 950)
                .results();

        Verdict verdict = results.verdict(Mark.itselfAtMost(1_000, Measure.FIRST_MESSAGE));

        assertThat(verdict.value()).hasValue(950);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.REACHED);
        assertThat(verdict.mark()).hasToString("≤ 1 s");
    }

    @Test
    void withoutAPeerOrWithoutSluiceNothingIsReached() {
        Results alone = new Given().rounds("w1", "sluice", SENDS, 10).results();
        Results without = new Given().rounds("w1", "artemis", SENDS, 10).results();

        assertThat(alone.verdict(TWICE).outcome()).isEqualTo(Verdict.Outcome.OPEN);
        assertThat(without.verdict(TWICE).outcome()).isEqualTo(Verdict.Outcome.OPEN);
    }

    @Test
    void failedRunsAreInNoMedian() {
        Results results = new Given()
                .rounds("w1", "sluice", SENDS, 10, 20, 30)
                .failure("w1", "sluice", "it died")
                .results();

        assertThat(results.spread("sluice", Measure.SENDS).orElseThrow().rounds())
                .hasSize(3);
        assertThat(results.failed()).hasSize(1);
    }

    @Test
    void workloadsComeInTheOrderOfTheReport() {
        Results results = new Given()
                .rounds("w12", "sluice", SENDS, 1)
                .rounds("own", "sluice", SENDS, 1)
                .rounds("w2", "sluice", SENDS, 1)
                .results();

        assertThat(results.workloads()).containsExactly("w2", "w12", "own");
    }

    @Test
    void readsWhatCanBeReadAndSaysWhatCannot(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("results.jsonl");
        Files.write(
                file,
                List.of("{\"workload\":\"w1\",\"provider\":\"sluice\"}", "", "{\"workload\":\"w1\"", "{\"a\":1}"));

        Results results = Results.read(file);

        assertThat(results.runs()).hasSize(1);
        assertThat(results.unreadable()).hasSize(2);
        assertThat(results.unreadable().get(0)).startsWith("Line 3 is no JSON");
        assertThat(results.unreadable().get(1)).startsWith("Line 4 is no result");
    }

    @Test
    void clientsCpuIsOfTheSameMessagesAsTheServers() throws IOException {
        Run run = new Run(new ObjectMapper()
                .readTree("{\"server_cpu_seconds\":2,\"client_cpu_seconds\":3,\"server_cpu_us_per_message\":20}"));

        assertThat(Measure.CLIENT_CPU.of().apply(run)).hasValue(30);
    }
}
