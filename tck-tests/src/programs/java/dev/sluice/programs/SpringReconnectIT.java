package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.system.ServerProcess;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.util.backoff.FixedBackOff;

/** Where Spring has to connect again itself. */
class SpringReconnectIT {
    private static final String QUEUE = "orders";

    @RegisterExtension
    final ServerProcess server = ServerProcess.with("--grace=500ms");

    private final DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
    private final Load load = new Load(QUEUE);
    private CachingConnectionFactory sending;

    @BeforeEach
    void prepare() {
        sending = new CachingConnectionFactory(server.factory());
        container.setConnectionFactory(new SluiceConnectionFactory(server.url() + "?reconnect.for=0s"));
        container.setDestinationName(QUEUE);
        container.setMessageListener(load.collected());
        container.setConcurrency("2-4");
        container.setReceiveTimeout(200);
        container.setBackOff(new FixedBackOff(50, FixedBackOff.UNLIMITED_ATTEMPTS));
    }

    @AfterEach
    void end() {
        load.close();
        container.shutdown();
        sending.destroy();
    }

    private void run() {
        container.afterPropertiesSet();
        container.start();
    }

    @Test
    void aContainerWhoseConnectionFailsConnectsAgainAndLosesNothing() throws Exception {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        container.setExceptionListener(told::add);
        container.setSessionAcknowledgeMode(Session.CLIENT_ACKNOWLEDGE);
        run();
        JmsTemplate template = new JmsTemplate(sending);

        load.from("sender", text -> template.convertAndSend(QUEUE, text));
        Load.whileKilled(server, 3, List.of(load));

        load.assertNothingLost();
        assertThat(told).as("the exception listener hears of lost connections").isNotEmpty();
    }

    @Test
    void aContainerThatStartsBeforeTheServerFindsItWhenItIsThere() {
        server.kill();
        run();
        Moments.await("it tries again and again").until(container::isRecovering);

        server.start();
        new JmsTemplate(server.factory()).convertAndSend(QUEUE, "message 0");

        load.collected().awaitExactly(1);
    }
}
