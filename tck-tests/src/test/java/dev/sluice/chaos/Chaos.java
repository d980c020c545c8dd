package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.system.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Half an hour of faults on a real cluster, and nothing is lost, doubled or out of order. Run by {@code mvn -Pchaos} alone, as root; what
 * came of it is in {@code target/chaos}. docs/reliability.md tells more.
 */
class Chaos {
    private static final Path DIRECTORY = Path.of("target/chaos").toAbsolutePath();

    /** A run that hangs ends by itself before that; this is for one that does not. */
    private static final Duration BEYOND = Duration.ofMinutes(30);

    private static final Duration KILL_MOST = Duration.ofSeconds(30);
    private final Options options = Options.read();
    private final Network network = new Network(ChaosRun.hosts());

    @BeforeEach
    void makeTheNetwork() throws IOException {
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> old = Files.walk(DIRECTORY)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(DIRECTORY);
        // Also when this process is told to end.
        Runtime.getRuntime().addShutdownHook(new Thread(Network::remove, "end of the network"));
        try {
            network.create();
        } catch (IllegalStateException | java.io.UncheckedIOException e) {
            throw new AssertionError(
                    "the network of the run cannot be made; that needs Linux, root, and the programs ip (iproute2), tc and nft"
                            + " (nftables): " + e.getMessage(),
                    e);
        }
    }

    @AfterEach
    void removeTheNetwork() {
        Network.remove();
    }

    @Test
    void nothingIsLostDoubledOrMisordered() {
        System.out.println("chaos: " + options);
        Path output = DIRECTORY.resolve("run.txt");
        JavaProcess run = JavaProcess.ofTheTests(
                Network.at(Network.HUB), output, jvm(), ChaosRun.class, List.of(DIRECTORY.toString()));
        Duration most = options.isKillsOnly()
                ? KILL_MOST.multipliedBy(options.kills())
                : Duration.ofSeconds((long) (options.minutes() * 60));
        int code = run.awaitExit(most.plus(BEYOND));
        System.out.println(run.output());
        assertThat(code).as("what is wrong is in %s", output).isZero();
    }

    private List<String> jvm() {
        List<String> jvm = new java.util.ArrayList<>(List.of("-Xmx1g", "-XX:+UseSerialGC"));
        jvm.addAll(options.asProperties());
        return jvm;
    }
}
