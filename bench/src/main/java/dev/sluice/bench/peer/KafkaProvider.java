package dev.sluice.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Apache Kafka, one node (KRaft): as it comes, which is without a sync before the confirmation, or with one for each message. */
final class KafkaProvider implements Provider {
    private static final Jars JARS = new Jars("kafka");
    private static final String CONFIGURATION = "server.properties";
    private static final int FORMAT_MINUTES = 2;
    private static final List<String> OPTIONS = List.of(
            "-Xms512m", "-Xmx2g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35");

    private final boolean flush;

    KafkaProvider(boolean flush) {
        this.flush = flush;
    }

    @Override
    public String name() {
        return flush ? "kafka-flush" : "kafka";
    }

    @Override
    public void fetch(Home home) throws IOException, InterruptedException {
        JARS.fetch(home);
    }

    @Override
    public String version(Home home) throws IOException {
        return JARS.version(home, "kafka-clients");
    }

    @Override
    public String waitsFor(boolean persistent) {
        return flush
                ? "The leader has appended the batch and synced the file (flush.messages=1)."
                : "The leader has the batch in the page cache; nothing is synced before the confirmation (Kafka's default).";
    }

    @Override
    public void prepare(Place place) throws IOException, InterruptedException {
        place.write(JARS.folder(), CONFIGURATION, Map.of("CONTROLLER_PORT", Integer.toString(place.secondPort())));
        if (flush) {
            // The broker's name of flush.messages, as the default of all topics.
            Files.writeString(place.file(CONFIGURATION), "log.flush.interval.messages=1\n", StandardOpenOption.APPEND);
        }
        format(place);
    }

    private static void format(Place place) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(JARS.java(place.home(), List.of("-Xmx256m"), "kafka.tools.StorageTool"));
        String cluster = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("sluice-bench-one".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        command.addAll(List.of(
                "format",
                "--cluster-id",
                cluster,
                "--config",
                place.file(CONFIGURATION).toString()));
        Process tool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(place.output().toFile())
                .start();
        if (!tool.waitFor(FORMAT_MINUTES, TimeUnit.MINUTES) || tool.exitValue() != 0) {
            tool.destroyForcibly();
            throw new IOException(
                    "Kafka's storage tool could not format " + place.data() + ":\n" + Output.tail(place.output()));
        }
    }

    @Override
    public List<String> command(Place place) {
        List<String> command = JARS.java(place.home(), OPTIONS, "kafka.Kafka");
        command.add(place.file(CONFIGURATION).toString());
        return command;
    }

    @Override
    public Client client(Place place) {
        return Client.ofApi("kafka", place.port());
    }

    @Override
    public List<String> clientClassPath(Home home) throws IOException {
        return JARS.clientClassPath(home);
    }
}
