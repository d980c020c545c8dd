package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class LargeBodyIT {
    private static final int MEBIBYTES = Boolean.getBoolean("sluice.long") ? 1024 : 300;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with()
            .onJvm("-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aBodyLargerThanBothHeapsArrivesUnharmed() {
        assertArrives(DeliveryMode.PERSISTENT);
    }

    @Test
    @EnabledIfSystemProperty(named = "sluice.long", matches = "true")
    void soDoesOneThatIsNotPersistent() {
        assertArrives(DeliveryMode.NON_PERSISTENT);
    }

    private void assertArrives(int deliveryMode) {
        JavaProcess client = JavaProcess.ofTheTests(
                directory.resolve("client.txt"),
                List.of("-Xmx256m", "-XX:MaxDirectMemorySize=128m", "-XX:+ExitOnOutOfMemoryError"),
                LargeBodyClient.class,
                List.of(server.url(), Integer.toString(MEBIBYTES), Integer.toString(deliveryMode)));

        int exit = client.awaitExit(Duration.ofMinutes(5));

        assertThat(exit).as(client.output()).isZero();
        try (JMSContext context = server.factory().createContext()) {
            Received.nothing(context.createConsumer(context.createQueue("parcels")));
        }
        assertThat(server.isAlive()).isTrue();
    }
}
