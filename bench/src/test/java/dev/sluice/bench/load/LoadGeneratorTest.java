package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every workload, for a moment and slowly, against a server in this JVM. */
@Timeout(60)
class LoadGeneratorTest {
    private static final String URL = "sluice:mem:bench";

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(
            names = {"W7FILL", "W7DRAIN", "W7BOTH", "W10", "W11", "W12"},
            mode = EnumSource.Mode.EXCLUDE)
    void pipes(Workload workload) throws Exception {
        JsonNode result = run(workload, "--rate", "1000");
        Workload.Shape shape = workload.shape();

        assertThat(result.get("workload").textValue()).isEqualTo(workload.toString());
        assertThat(result.get("producers").intValue()).isEqualTo(shape.producers());
        assertThat(result.get("consumers").intValue()).isEqualTo(shape.consumers());
        assertThat(result.get("persistent").booleanValue()).isEqualTo(shape.persistent());
        assertThat(result.get("body_bytes").intValue()).isEqualTo(shape.bodyBytes());
        assertThat(result.get("rate").intValue()).isEqualTo(1_000);
        assertThat(result.get("commit_every").intValue()).isEqualTo(shape.commitEvery());
        assertThat(result.get("seconds").doubleValue()).isGreaterThanOrEqualTo(1);
        assertTimes(result.get("sent"));
        if (shape.consumers() > 0) {
            assertTimes(result.get("received"));
        } else {
            assertThat(result.has("received")).isFalse();
        }
        assertThat(result.at("/extra/unread").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dups_ok", "client"})
    void receiversAcknowledgeInOtherWays(String how) throws Exception {
        assertTimes(run(Workload.W3, "--rate", "1000", "--acknowledge", how).get("received"));
    }

    @Test
    void whatIsMeasuredOfTheServerIsToldWhenItIsAskedFor() throws Exception {
        String pid = Long.toString(ProcessHandle.current().pid());
        JsonNode asked =
                run(Workload.W1, "--rate", "1000", "--server-pid", pid, "--data-directory", directory.toString());
        JsonNode notAsked = run(Workload.W1, "--rate", "1000");

        for (String name : List.of(
                "server_cpu_seconds",
                "server_cpu_us_per_message",
                "server_rss_bytes",
                "server_read_calls",
                "server_write_calls",
                "disk_bytes")) {
            assertThat(asked.get(name).isNumber()).as(name).isTrue();
            assertThat(notAsked.has(name)).as(name).isFalse();
        }
        assertThat(notAsked.get("client_cpu_seconds").doubleValue()).isPositive();
    }

    @Test
    void aBacklogComesAndGoes() throws Exception {
        JsonNode filled = run(Workload.W7FILL, "--messages", "5000");
        Path started = directory.resolve("started");
        Files.writeString(started, ProcessHandle.current().pid() + " " + System.currentTimeMillis());
        JsonNode drained = run(Workload.W7DRAIN, "--messages", "5000", "--started", started.toString());

        assertThat(filled.at("/sent/count").intValue()).isEqualTo(5_000);
        assertThat(filled.get("first_tenth_per_second").longValue()).isPositive();
        assertThat(filled.path("last_tenth_per_second").asLong(1)).isPositive();
        assertThat(filled.at("/extra/asynchronous").booleanValue()).isTrue();
        assertThat(drained.at("/received/count").intValue()).isEqualTo(5_000);
        assertThat(drained.at("/received/per_second").longValue()).isPositive();
        assertThat(drained.at("/received/p50_us").isMissingNode()).isTrue();
        assertThat(drained.get("first_message_ms").longValue()).isBetween(0L, 60_000L);
        assertThat(drained.has("sent")).isFalse();
    }

    @Test
    void aBacklogGoesWhileMoreComes() throws Exception {
        JsonNode result = run(Workload.W7BOTH, "--messages", "2000", "--rate", "1000");

        assertThat(result.at("/extra/backlog").intValue()).isEqualTo(2_000);
        assertThat(result.at("/extra/left").isNumber()).isTrue();
        assertThat(result.at("/received/count").intValue()).isPositive();
    }

    @Test
    void requestsAreAnswered() throws Exception {
        JsonNode result = run(Workload.W10, "--rate", "1000");

        List<String> clients = new ArrayList<>();
        result.at("/extra/clients").fieldNames().forEachRemaining(clients::add);
        assertThat(clients).containsExactly("1", "4", "16", "64");
        assertTimes(result.at("/extra/clients/1/received"));
        assertTimes(result.get("received"));
        assertThat(result.get("received")).isEqualTo(result.at("/extra/clients/64/received"));
    }

    @Test
    void manyQueuesAreMadeAndUsed() throws Exception {
        JsonNode result = run(Workload.W11, "--rate", "1000", "--queues", "50");

        assertThat(result.at("/extra/queues").intValue()).isEqualTo(50);
        assertThat(result.at("/extra/creation_seconds").doubleValue()).isPositive();
        assertTimes(result.get("received"));
    }

    @Test
    void othersAreMeasuredBesideAReader() throws Exception {
        JsonNode result = run(Workload.W12, "--rate", "500", "--messages", "3000");

        assertThat(result.at("/extra/p99_alone_us").doubleValue()).isPositive();
        assertThat(result.at("/extra/p99_with_reader_us").doubleValue()).isPositive();
        assertThat(result.at("/extra/reader_per_second").longValue()).isPositive();
        assertTimes(result.at("/extra/alone/received"));
    }

    @Test
    void aMessageThatWasNotSentByTheRunMakesItFail() throws Exception {
        SluiceConnectionFactory factory = new SluiceConnectionFactory(URL);
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession()) {
            var message = session.createBytesMessage();
            message.writeLong(System.nanoTime());
            session.createProducer(session.createQueue("foreign")).send(message);
        }

        assertThatThrownBy(() -> run(Workload.W1, "--rate", "100", "--queue", "foreign"))
                .hasMessageContaining("some came more than once");
    }

    @Test
    void saysThatTheFactoryIsNone() {
        assertThatThrownBy(() -> run(Workload.W1, "--factory", "nowhere.Factory"))
                .hasMessageContaining("nowhere.Factory is not on the class path");
        assertThatThrownBy(() -> run(Workload.W1, "--factory", "java.lang.Object"))
                .hasMessageContaining("no ConnectionFactory");
    }

    private static JsonNode run(Workload workload, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("--workload", workload.toString(), "--warmup", "0", "--seconds", "1"));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--url")) {
            arguments.addAll(List.of("--url", URL));
        }
        return new ObjectMapper().readTree(LoadGenerator.measure(Options.parse(arguments.toArray(new String[0]))));
    }

    private static void assertTimes(JsonNode figures) {
        assertThat(figures.get("count").longValue()).isPositive();
        assertThat(figures.get("per_second").longValue()).isPositive();
        double before = 0;
        for (String name : List.of("p50_us", "p90_us", "p99_us", "p999_us", "p9999_us", "max_us")) {
            assertThat(figures.get(name).doubleValue()).as(name).isGreaterThanOrEqualTo(before);
            before = figures.get(name).doubleValue();
        }
    }
}
