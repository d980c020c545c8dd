package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.peer.Home;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
    private final StringWriter errors = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void namesTheKnownWorkloads() {
        assertThat(execute("w99")).isEqualTo(2);
        assertThat(errors.toString()).contains("'w99'").contains("w1, w2, w3").contains("w12");
    }

    @Test
    void namesTheKnownProviders() {
        assertThat(execute("w1", "--provider", "sluice,hare")).isEqualTo(2);
        assertThat(errors.toString())
                .contains("'hare'")
                .contains("sluice, sluice-cluster, artemis, artemis-aio, classic, qpid, kafka, kafka-flush, rabbitmq");
    }

    @Test
    void asksForAWorkload() {
        assertThat(execute()).isEqualTo(2);
        assertThat(errors.toString()).contains("name a workload");
    }

    @Test
    void saysWhichNumberIsTooSmall() {
        assertThat(execute("w1", "--rounds", "0")).isEqualTo(2);
        assertThat(errors.toString()).contains("--rounds is 0").contains("at least 1");
    }

    @Test
    void reportWritesAPageOfTheResults() throws Exception {
        Path results = Files.writeString(
                directory.resolve("results.jsonl"), "{\"provider\":\"sluice\",\"workload\":\"w1\"}\n");
        Path page = directory.resolve("report.html");

        assertThat(execute("report", results.toString(), "--out", page.toString()))
                .isZero();

        assertThat(page).content().contains("sluice");
    }

    private int execute(String... arguments) {
        CommandLine line = Bench.commandLine(new Bench(new Home(directory, List.of(), List.of())));
        line.setErr(new PrintWriter(errors, true));
        return line.execute(arguments);
    }
}
