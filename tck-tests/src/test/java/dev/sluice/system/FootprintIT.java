package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a server takes of the memory when it has nothing to do. */
@EnabledOnOs(OS.LINUX)
class FootprintIT {
    /** Those of the launcher. */
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xms256m",
            "-Xmn128m",
            "-Xmx512m",
            "-XX:MaxDirectMemorySize=512m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError");

    private static final int QUEUES = Boolean.getBoolean("sluice.long") ? 100_000 : 5_000;
    private static final long QUEUES_MEBIBYTES_MAX = 1_024;
    private static final long IDLE_MEBIBYTES_MAX = 150;
    private static final int CONNECTIONS = 100;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with().onJvm(JVM_OPTIONS.toArray(String[]::new));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void anIdleServerTakesLittleMoreThanItsJvm() throws JMSException {
        JavaProcess sleeping =
                JavaProcess.ofTheTests(directory.resolve("sleeping.txt"), JVM_OPTIONS, SleepingJvm.class, List.of());
        // The heap is at least there, once the JVM is.
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> sleeping.footprint().residentMebibytes() > 25);
        long least = sleeping.footprint().residentMebibytes();
        sleeping.kill();

        long idle = server.footprint().residentMebibytes();
        List<Connection> connections = new ArrayList<>();
        for (int index = 0; index < CONNECTIONS; index++) {
            connections.add(server.factory().createConnection());
        }
        long connected = server.footprint().residentMebibytes();
        for (Connection connection : connections) {
            connection.close();
        }
        System.out.println("footprint: JVM " + least + " MiB, idle server " + idle + " MiB, with " + CONNECTIONS
                + " connections " + connected + " MiB");

        assertThat(idle - least).as("MiB of an idle server").isLessThan(IDLE_MEBIBYTES_MAX);
        assertThat(connected - least).as("MiB of one with connections").isLessThan(IDLE_MEBIBYTES_MAX);
    }

    @Test
    void idleQueuesCostLittleAlsoAfterARestart() throws JMSException {
        try (Connection connection = server.factory().createConnection();
                Session session = connection.createSession()) {
            for (int index = 0; index < QUEUES; index++) {
                session.createProducer(session.createQueue("idle." + index)).close();
            }
        }
        long created = server.footprint().residentMebibytes();
        long millis = server.millisToRestart();
        long restarted = server.footprint().residentMebibytes();
        System.out.println("footprint: " + QUEUES + " queues " + created + " MiB, after a restart of " + millis + " ms "
                + restarted + " MiB");

        assertThat(created).as("MiB with idle queues").isLessThan(QUEUES_MEBIBYTES_MAX);
        assertThat(restarted).as("MiB with idle queues after a restart").isLessThan(QUEUES_MEBIBYTES_MAX);
        try (JMSContext context = server.factory().createContext()) {
            Received.nothing(context.createConsumer(context.createQueue("idle." + (QUEUES - 1))));
        }
    }
}
