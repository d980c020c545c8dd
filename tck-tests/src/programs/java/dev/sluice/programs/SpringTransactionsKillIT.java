package dev.sluice.programs;

import dev.sluice.system.ServerProcess;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;
import org.springframework.jms.listener.SimpleMessageListenerContainer;

/** Transactions of Spring while the server is killed: what is passed on from queue to queue in transactions comes once. */
class SpringTransactionsKillIT {
    private static final int KILLS = 4;

    @RegisterExtension
    final ServerProcess server = ServerProcess.with();

    private final List<Load> loads = new ArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();

    @BeforeEach
    void assumeTransactions() throws JMSException {
        Transactions.assumeThatTheyAreThere(server.factory());
    }

    @AfterEach
    void end() {
        loads.forEach(Load::close);
        ends.forEach(Runnable::run);
    }

    @Test
    void whatIsPassedOnInTransactionsComesOnce() throws Exception {
        pass("default", polling());
        pass("simple", new SimpleMessageListenerContainer());
        DefaultMessageListenerContainer managed = polling();
        CachingConnectionFactory factory = caching();
        managed.setConnectionFactory(factory);
        managed.setTransactionManager(new JmsTransactionManager(factory));
        pass("managed", managed);

        Load.whileKilled(server, KILLS, loads);

        for (Load load : loads) {
            load.assertNothingLostOrDoubled();
        }
    }

    private CachingConnectionFactory caching() {
        CachingConnectionFactory factory = new CachingConnectionFactory(server.factory());
        ends.add(factory::destroy);
        return factory;
    }

    private static DefaultMessageListenerContainer polling() {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConcurrency("2-3");
        container.setReceiveTimeout(200);
        return container;
    }

    /** A sender in transactions, a container that passes on in transactions, and one that counts what comes. */
    private void pass(String name, AbstractMessageListenerContainer container) {
        Load load = new Load(name);
        loads.add(load);
        if (container.getConnectionFactory() == null) {
            container.setConnectionFactory(caching());
        }
        JmsTemplate passing = new JmsTemplate(container.getConnectionFactory());
        passing.setSessionTransacted(true);
        container.setSessionTransacted(true);
        container.setErrorHandler(error -> {});
        start(container, name + ".in", (SessionAwareMessageListener<Message>)
                (message, session) -> passing.convertAndSend(name + ".out", message.getBody(String.class)));
        DefaultMessageListenerContainer counting = polling();
        counting.setConnectionFactory(server.factory());
        start(counting, name + ".out", load.collected());
        JmsTemplate sending = new JmsTemplate(caching());
        sending.setSessionTransacted(true);
        load.from("sender", text -> sending.convertAndSend(name + ".in", text));
    }

    private void start(AbstractMessageListenerContainer container, String queue, Object listener) {
        container.setDestinationName(queue);
        container.setMessageListener(listener);
        ends.add(0, container::shutdown);
        container.afterPropertiesSet();
        container.start();
    }
}
