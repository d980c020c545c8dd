package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceException;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FullDiskIT {
    private static final int BODY_BYTES = 64 * 1024;
    private static final int MESSAGES_MAX = 4_096;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with("--store-limit", "32MiB");

    @Test
    void aFullStoreRefusesSendsWhileConsumersGoOnAndTakesThemAgainWhenThereIsSpace() throws JMSException {
        try (Connection connection = server.factory().createConnection();
                Session session = connection.createSession()) {
            MessageProducer producer = session.createProducer(session.createQueue("parcels"));
            int accepted = 0;
            ResourceAllocationException refused = null;
            while (refused == null && accepted < MESSAGES_MAX) {
                refused = send(session, producer);
                accepted += refused == null ? 1 : 0;
            }
            assertThat(refused)
                    .as("a refusal before " + MESSAGES_MAX + " messages")
                    .isNotNull();
            // The limit, as it was given or in bytes.
            assertThat(refused).message().containsPattern("32 ?MiB|33554432|33,554,432");
            SluiceException why = SluiceException.in(refused).orElseThrow();
            assertThat(why.reason()).isEqualTo(SluiceException.Reason.STORAGE_FULL);
            assertThat(why.limit()).hasValue(32L << 20);
            assertThat(why.value().orElseThrow()).isBetween(1L << 20, 64L << 20);
            assertThat(why.retryAfter()).isPresent();
            assertThat(accepted).isGreaterThan(10);

            connection.start();
            MessageConsumer consumer = session.createConsumer(session.createQueue("parcels"));
            for (int index = 0; index < accepted; index++) {
                assertThat(consumer.receive(30_000))
                        .as("message " + index + " of " + accepted)
                        .isNotNull();
            }
            assertThat(consumer.receive(500)).isNull();

            Awaitility.await("sends are taken again")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> send(session, producer) == null);
            assertThat(consumer.receive(30_000)).isNotNull();
            assertThat(server.isAlive()).isTrue();
        }
    }

    private static @Nullable ResourceAllocationException send(Session session, MessageProducer producer)
            throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[BODY_BYTES]);
        try {
            producer.send(message);
            return null;
        } catch (ResourceAllocationException e) {
            return e;
        }
    }
}
