package dev.sluice.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import dev.sluice.system.ServerProcess;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** pooled-jms while its server goes away. */
class PooledFailuresIT {
    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    private final JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();

    @AfterEach
    void end() {
        pool.stop();
    }

    @Test
    void aConnectionThatFailedForGoodIsReplacedByThePool() throws JMSException {
        pool.setConnectionFactory(new SluiceConnectionFactory(server.url() + "?reconnect.for=0s"));
        List<Throwable> told = new CopyOnWriteArrayList<>();
        Connection first = pool.createConnection();
        first.setExceptionListener(told::add);
        Session session = first.createSession();

        server.kill();
        Moments.await("the listener of the pooled connection hears of it").until(() -> !told.isEmpty());
        assertThatThrownBy(() ->
                        session.createProducer(session.createQueue("orders")).send(session.createTextMessage("lost")))
                .isInstanceOf(JMSException.class);
        server.start();

        Moments.await("the pool has a new connection").until(() -> {
            try (JMSContext context = pool.createContext()) {
                context.createProducer().send(context.createQueue("orders"), "text");
                return true;
            } catch (JMSRuntimeException stillTheOld) {
                return false;
            }
        });
        first.close();
        try (JMSContext context = pool.createContext()) {
            assertThat(context.createConsumer(context.createQueue("orders"))
                            .receive(Moments.PATIENCE.toMillis())
                            .getBody(String.class))
                    .isEqualTo("text");
        }
    }

    @Test
    void underKillsNothingIsLostOrDoubled() throws Exception {
        pool.setConnectionFactory(server.factory());
        pool.setMaxConnections(2);
        Load load = new Load("orders");
        AtomicBoolean on = new AtomicBoolean(true);
        Thread receiver = new Thread(() -> receive(load.collected(), on), "receiver");
        receiver.start();
        try (load) {
            load.from("context", this::sendByAContext).from("connection", this::sendByAConnection);
            Load.whileKilled(server, 3, List.of(load));
            load.assertNothingLostOrDoubled();
        } finally {
            on.set(false);
            receiver.join(30_000);
        }
    }

    private void sendByAContext(String text) {
        try (JMSContext context = pool.createContext()) {
            context.createProducer().send(context.createQueue("orders"), text);
        }
    }

    private void sendByAConnection(String text) {
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession()) {
            session.createProducer(session.createQueue("orders")).send(session.createTextMessage(text));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private void receive(Collected collected, AtomicBoolean on) {
        while (on.get()) {
            try (JMSContext context = pool.createContext()) {
                var consumer = context.createConsumer(context.createQueue("orders"));
                for (int number = 0; number < 20; number++) {
                    Message message = consumer.receive(100);
                    if (message != null) {
                        collected.onMessage(message);
                    }
                }
            }
        }
    }
}
