package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.server.Redelivery;
import dev.sluice.server.ServerConfig;
import dev.sluice.server.SluiceServer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that its bean never takes: how often it comes, and after which delays, the server says, or the bean. */
@Timeout(60)
class DeadLetterTest {
    private static final int LIMIT = 3;
    private static final Duration DELAY = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<Long> poisoned = new CopyOnWriteArrayList<>();

    private void onMessage(Message message) {
        try {
            String text = message.getBody(String.class);
            seen.add(text);
            if (text.equals("poison")) {
                poisoned.add(System.nanoTime());
                throw new IllegalArgumentException("not this one");
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void comesAsOftenAsItMayWithDelaysWhileOthersGoOnAndIsADeadLetterThen(boolean transacted) throws Exception {
        run(Redelivery.of(LIMIT, DELAY), new SluiceActivationSpec(), transacted, LIMIT);
        assertThat(seen).containsExactly("poison", "a", "b", "poison", "poison");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void comesAsOftenAndAsLateAsTheBeanSays(boolean transacted) throws Exception {
        SluiceActivationSpec spec = new SluiceActivationSpec();
        spec.setRedeliveryLimit(2);
        spec.setRedeliveryDelay((int) DELAY.toMillis());
        run(Redelivery.of(10, Duration.ZERO), spec, transacted, 2);
        assertThat(seen).containsExactly("poison", "a", "b", "poison");
    }

    private void run(Redelivery ofTheServer, SluiceActivationSpec spec, boolean transacted, int deliveries)
            throws Exception {
        ServerConfig config = ServerConfig.defaults()
                .withData(directory.resolve("data"))
                .withPort(0)
                .withRedelivery(ofTheServer);
        try (SluiceServer server = SluiceServer.start(config)) {
            String url = "sluice://localhost:" + server.port();
            Container container = new Container(url);
            spec.setResourceAdapter(container.adapter);
            spec.setDestination("in");
            spec.setDestinationType("jakarta.jms.Queue");
            spec.setMaxSessions(1);
            spec.validate();
            Broker.put(url, "in", "poison", "a", "b");
            Endpoints beans = transacted
                    ? Endpoints.transacted(container, this::onMessage)
                    : Endpoints.plain(container, this::onMessage);
            container.adapter.endpointActivation(beans, spec);
            awaitDeadLetter(url, deliveries);
            container.adapter.endpointDeactivation(beans, spec);
            container.close();
            assertThat(Broker.drain(url, "in")).isEmpty();
        }
        for (int time = 1; time < deliveries; time++) {
            assertThat(Duration.ofNanos(poisoned.get(time) - poisoned.get(time - 1)))
                    .isGreaterThan(DELAY.minusMillis(50));
        }
    }

    private static void awaitDeadLetter(String url, int deliveries) throws JMSException {
        try (JMSContext context = new SluiceConnectionFactory(url).createContext()) {
            Awaitility.await("the dead letter").atMost(PATIENCE).until(() -> {
                try (var browser = context.createBrowser(context.createQueue("DLQ.in"))) {
                    return browser.getEnumeration().hasMoreElements();
                }
            });
            Message letter =
                    context.createConsumer(context.createQueue("DLQ.in")).receive(PATIENCE.toMillis());
            assertThat(letter.getBody(String.class)).isEqualTo("poison");
            assertThat(letter.getStringProperty("JMS_SLUICE_DLQ_SOURCE")).isEqualTo("in");
            assertThat(letter.getIntProperty("JMS_SLUICE_DLQ_DELIVERIES")).isEqualTo(deliveries);
            assertThat(letter.getStringProperty("JMS_SLUICE_DLQ_REASON")).contains(deliveries + " times");
        }
    }
}
