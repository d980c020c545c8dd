package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bench.peer.Home;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole way, with real processes. */
class CampaignTest {
    private static final List<String> SHORT = List.of(
            "--provider",
            "sluice",
            "--rounds",
            "1",
            "--warmup",
            "0",
            "--seconds",
            "1",
            "--messages",
            "2000",
            "--limit",
            "2");

    private final StringWriter summary = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void measuresSluiceAndWritesALineForTheRun() throws Exception {
        List<JsonNode> runs = measure("w1");

        assertThat(runs).hasSize(1);
        JsonNode run = runs.get(0);
        assertThat(run.path("provider").asText()).isEqualTo("sluice");
        assertThat(run.path("workload").asText()).isEqualTo("w1");
        assertThat(run.path("round").asInt()).isEqualTo(1);
        assertThat(run.path("sent").path("count").asLong()).isPositive();
        assertThat(run.path("server_cpu_seconds").asDouble()).isPositive();
        assertThat(run.path("durability").asText()).contains("fdatasync");
        assertThat(run.path("machine").path("cores").asInt()).isPositive();
        assertThat(run.path("machine").path("steal_percent").isNumber()).isTrue();
        assertThat(summary.toString()).contains("w1").contains("sluice");
        assertThat(directory.resolve("work")).isEmptyDirectory();
    }

    @Test
    void aBacklogIsThereAfterTheServerWasKilled() throws Exception {
        List<JsonNode> runs = measure("w7");

        assertThat(runs)
                .extracting(run -> run.path("workload").asText())
                .containsExactly("w7fill", "w7drain", "w7both");
        assertThat(runs.get(0).path("sent").path("count").asLong()).isEqualTo(2_000);
        assertThat(runs.get(1).path("received").path("count").asLong()).isEqualTo(2_000);
        assertThat(runs.get(1).path("first_message_ms").asLong()).isPositive();
    }

    private List<JsonNode> measure(String workload) throws Exception {
        Path results = directory.resolve("results.jsonl");
        List<String> arguments = new ArrayList<>(List.of(workload));
        arguments.addAll(SHORT);
        arguments.addAll(List.of(
                "--out", results.toString(), "--work", directory.resolve("work").toString()));
        CommandLine line = Bench.commandLine(new Bench(home()));
        line.setOut(new PrintWriter(summary, true));

        int exit = line.execute(arguments.toArray(String[]::new));

        assertThat(results).exists();
        String text = Files.readString(results);
        assertThat(exit).as(text).isZero();
        List<JsonNode> runs = new ArrayList<>();
        for (String run : text.lines().toList()) {
            runs.add(new ObjectMapper().readTree(run));
        }
        return runs;
    }

    private static Home home() {
        List<String> classPath = Home.ownClassPath();
        return new Home(
                Path.of("..").toAbsolutePath().normalize(),
                classPath,
                List.of(
                        Home.java(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        "dev.sluice.server.cli.Main",
                        "server"));
    }
}
