package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A message that kills each process that receives it, or whose deliveries all fail. */
class RedeliveryIT {
    private static final boolean LONG = Boolean.getBoolean("sluice.long");
    private static final int LIMIT = LONG ? 10 : 3;
    /** Of a server inside a JVM. */
    private static final int DEFAULT_LIMIT = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final ServerProcess server =
            ServerProcess.with("--grace", "100ms", "--redelivery-limit", Integer.toString(LIMIT), "--shards", "2");

    @TempDir
    Path directory;

    /** Ends with the exit code of a consumer. */
    private int run(String... arguments) {
        return JavaProcess.ofTheTests(
                        directory.resolve("output.txt"),
                        List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                        DyingConsumer.class,
                        List.of(arguments))
                .awaitExit(PATIENCE);
    }

    private static void checkDeadLetter(JMSContext context, int deliveries) throws JMSException {
        JMSConsumer consumer = context.createConsumer(context.createQueue("DLQ.orders"));
        Message letter = Received.next(consumer);
        assertThat(letter.getBody(String.class)).isEqualTo("poison");
        assertThat(letter.getIntProperty("JMS_SLUICE_DLQ_DELIVERIES")).isEqualTo(deliveries);
        assertThat(letter.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        Received.nothing(consumer);
    }

    @Test
    void aMessageThatKillsItsConsumersIsADeadLetterAfterTheLimitAlsoWhenTheServerIsKilledAmongThem()
            throws JMSException {
        try (JMSContext context = server.factory().createContext()) {
            context.createProducer().send(context.createQueue("orders"), "poison");
            for (int delivery = 1; delivery <= LIMIT; delivery++) {
                assertThat(run(server.url(), "orders", "60000"))
                        .as("end of consumer %s", delivery)
                        .isEqualTo(DyingConsumer.KILLED);
                if (delivery == 2) {
                    server.killAndRestart();
                }
            }
            JMSConsumer consumer = context.createConsumer(context.createQueue("orders"));
            context.createProducer().send(context.createQueue("orders"), "bread");

            assertThat(Received.nextText(consumer)).isEqualTo("bread");
            checkDeadLetter(context, LIMIT);
        }
    }

    @Test
    void whatAConsumerBringsHoldsThroughAKillOfTheServerBetweenFailureAndRedelivery() throws JMSException {
        Duration delay = Duration.ofSeconds(4);
        String url = server.url() + "?redelivery.limit=2&redelivery.delay=" + delay.toMillis() + "ms";
        try (JMSContext context = new SluiceConnectionFactory(url).createContext(JMSContext.SESSION_TRANSACTED)) {
            JMSConsumer consumer = context.createConsumer(context.createQueue("orders"));
            context.createProducer().send(context.createQueue("orders"), "poison");
            context.commit();
            assertThat(Received.nextText(consumer)).isEqualTo("poison");
            long failure = System.nanoTime();
            context.rollback();
            server.killAndRestart();

            assertThat(Received.next(consumer).getIntProperty("JMSXDeliveryCount"))
                    .isEqualTo(2);
            assertThat(Duration.ofNanos(System.nanoTime() - failure)).isGreaterThanOrEqualTo(delay.minusMillis(50));
            context.rollback();
            checkDeadLetter(context, 2);
        }
    }

    /** Each time the server waits for its grace of 10 s for the consumer that has died. */
    @Test
    @EnabledIfSystemProperty(named = "sluice.long", matches = "true")
    void aMessageThatKillsTheServerInItsOwnJvmIsADeadLetterToo() {
        String url = "sluice:embedded:" + directory.resolve("data");
        assertThat(run(url, "orders", "20000", "poison")).isEqualTo(DyingConsumer.KILLED);
        int killed = 1;
        while (run(url, "orders", "20000") == DyingConsumer.KILLED) {
            killed++;
        }
        assertThat(killed).as("the first one may not count").isBetween(DEFAULT_LIMIT, DEFAULT_LIMIT + 1);
        assertThat(run(url, "DLQ.orders", "20000")).as("it is there").isEqualTo(DyingConsumer.KILLED);
    }
}
