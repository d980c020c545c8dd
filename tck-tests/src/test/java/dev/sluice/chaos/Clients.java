package dev.sluice.chaos;

import dev.sluice.system.ClusterProcesses;
import dev.sluice.system.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/** The client processes of a run, and how far their workers are, which is seen from the sizes of their journals. */
final class Clients {
    private static final List<String> JVM = List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration DUMP_TIME = Duration.ofSeconds(1);
    private static final Duration END_PATIENCE = Duration.ofMinutes(4);

    private final Path directory;
    private final Options options;
    private final ClusterProcesses.Place place;
    private final ClusterProcesses cluster;
    private final Map<String, JavaProcess> processes = new LinkedHashMap<>();
    private final Map<String, Integer> incarnations = new HashMap<>();

    Clients(Path directory, Options options, ClusterProcesses.Place place, ClusterProcesses cluster) {
        this.directory = directory;
        this.options = options;
        this.place = place;
        this.cluster = cluster;
    }

    void startAll() {
        Workload.CLIENTS.keySet().forEach(this::start);
    }

    void start(String name) {
        int incarnation = incarnations.merge(name, 1, Integer::sum);
        // Each member is the first choice of some.
        String url = cluster.url(List.copyOf(Workload.CLIENTS.keySet()).indexOf(name));
        processes.put(
                name,
                JavaProcess.ofTheTests(
                        place.before(name),
                        directory.resolve(name + ".txt"),
                        JVM,
                        ChaosClient.class,
                        List.of(
                                directory.toString(),
                                name,
                                Integer.toString(incarnation),
                                url,
                                Long.toString(options.seed() + name.hashCode()),
                                Integer.toString(options.rate()))));
    }

    JavaProcess process(String name) {
        return Objects.requireNonNull(processes.get(name));
    }

    /** Those that have ended by themselves. */
    List<String> dead() {
        List<String> dead = new ArrayList<>();
        processes.forEach((name, process) -> {
            if (!process.isAlive()) {
                dead.add(name);
            }
        });
        return dead;
    }

    /** Waits until every worker has done something more. */
    void awaitProgress() {
        Map<String, Long> from = sizes();
        Awaitility.await("every worker goes on")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .failFast("clients have ended by themselves", () -> !dead().isEmpty())
                .until(() -> Workload.CLIENTS.values().stream()
                        .flatMap(List::stream)
                        .allMatch(part -> sizes().getOrDefault(part.name(), 0L) > from.getOrDefault(part.name(), 0L)));
    }

    /** Waits until none of those that receive has done anything for so long. */
    void awaitSilence(Duration silence, Duration most) {
        long[] since = {System.nanoTime()};
        List<Map<String, Long>> last = new ArrayList<>(List.of(sizes()));
        Awaitility.await("silence")
                .atMost(most)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    Map<String, Long> now = sizes();
                    if (!now.equals(last.get(0))) {
                        last.set(0, now);
                        since[0] = System.nanoTime();
                    }
                    return System.nanoTime() - since[0] > silence.toNanos();
                });
    }

    private Map<String, Long> sizes() {
        Map<String, Long> sizes = new HashMap<>();
        try {
            for (Path journal : Journal.all(directory)) {
                String worker = journal.getFileName().toString().split("\\.", 2)[0];
                sizes.merge(worker, Files.size(journal), Long::sum);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sizes;
    }

    /** Waits for the end of all, which they were told of. */
    void awaitEnd() {
        processes.forEach((name, process) -> {
            int code = process.awaitExit(END_PATIENCE);
            if (code != 0) {
                throw new IllegalStateException("client " + name + " ended with " + code);
            }
        });
    }

    void killAll() {
        processes.values().stream().filter(JavaProcess::isAlive).forEach(JavaProcess::kill);
    }

    /** After they have said what their threads are at. */
    void dumpAndKillAll() {
        processes.values().stream().filter(JavaProcess::isAlive).forEach(JavaProcess::dump);
        Awaitility.await().pollDelay(DUMP_TIME).until(() -> true);
        killAll();
    }
}
