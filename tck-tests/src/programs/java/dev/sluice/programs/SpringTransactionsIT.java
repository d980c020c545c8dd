package dev.sluice.programs;

import static dev.sluice.programs.RunningServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;
import org.springframework.jms.listener.SimpleMessageListenerContainer;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's local transactions: transacted templates and containers, and {@code JmsTransactionManager}. */
@ParameterizedClass
@EnumSource
class SpringTransactionsIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    @Parameter
    Connecting connecting;

    private final String in = fresh("in");
    private final String out = fresh("out");
    private final List<Runnable> ends = new ArrayList<>();
    private Connecting.Source source;
    private JmsTemplate template;
    private TransactionTemplate transaction;

    @BeforeEach
    void connect() throws JMSException {
        Transactions.assumeThatTheyAreThere(SERVER.factory());
        source = connecting.over(SERVER.factory());
        template = new JmsTemplate(source.factory());
        template.setSessionTransacted(true);
        template.setReceiveTimeout(Moments.PATIENCE.toMillis());
        transaction = new TransactionTemplate(new JmsTransactionManager(source.factory()));
    }

    @AfterEach
    void disconnect() {
        ends.forEach(Runnable::run);
        if (source != null) {
            source.close();
        }
    }

    /** What an application without transactions sees. */
    private static List<String> visible(String queue) throws JMSException {
        List<String> texts = new ArrayList<>();
        try (JMSContext context = SERVER.factory().createContext()) {
            var messages = context.createBrowser(context.createQueue(queue)).getEnumeration();
            for (Object each : Collections.list((java.util.Enumeration<?>) messages)) {
                texts.add(((Message) each).getBody(String.class));
            }
        }
        return texts;
    }

    private static void sendNumbered(String queue, int count) {
        try (JMSContext context = SERVER.factory().createContext()) {
            for (int number = 0; number < count; number++) {
                context.createProducer().send(context.createQueue(queue), "message " + number);
            }
        }
    }

    // ---- templates

    @Test
    void aTransactedTemplateCommitsEachOperation() throws JMSException {
        template.convertAndSend(in, "text");
        assertThat(visible(in)).containsExactly("text");

        assertThat(template.receiveAndConvert(in)).isEqualTo("text");
        assertThat(visible(in)).isEmpty();
    }

    @Test
    void aTransactionOfManyOperationsIsOne() throws JMSException {
        sendNumbered(in, 1);

        transaction.executeWithoutResult(status -> {
            assertThat(template.receiveAndConvert(in)).isEqualTo("message 0");
            template.convertAndSend(out, "first");
            template.convertAndSend(out, "second");
            assertNotVisible(out);
        });

        assertThat(visible(out)).containsExactly("first", "second");
        assertThat(visible(in)).isEmpty();
    }

    private static void assertNotVisible(String queue) {
        try {
            assertThat(visible(queue)).isEmpty();
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTransactionThatFailsLeavesNothingBehind() throws JMSException {
        sendNumbered(in, 1);

        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    assertThat(template.receiveAndConvert(in)).isEqualTo("message 0");
                    template.convertAndSend(out, "first");
                    throw new IllegalArgumentException("no");
                }))
                .hasMessage("no");

        assertThat(visible(out)).isEmpty();
        Message again = template.receive(in);
        assertThat(again.getBody(String.class)).isEqualTo("message 0");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
    }

    @Test
    void rollbackOnlyRollsBack() throws JMSException {
        transaction.executeWithoutResult(status -> {
            template.convertAndSend(out, "first");
            status.setRollbackOnly();
        });

        assertThat(visible(out)).isEmpty();
        transaction.executeWithoutResult(status -> template.convertAndSend(out, "second"));
        assertThat(visible(out)).containsExactly("second");
    }

    // ---- containers

    private void run(AbstractMessageListenerContainer container, Object listener) {
        container.setConnectionFactory(source.factory());
        container.setDestinationName(in);
        container.setMessageListener(listener);
        container.setSessionTransacted(true);
        container.setErrorHandler(error -> {});
        ends.add(container::shutdown);
        container.afterPropertiesSet();
        container.start();
    }

    private static DefaultMessageListenerContainer polling() {
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConcurrency("2-3");
        container.setReceiveTimeout(200);
        return container;
    }

    /** Passes each message on, but fails at its first try, after the send. */
    private SessionAwareMessageListener<Message> failingOnce(Set<String> failed) {
        JmsTemplate sending = new JmsTemplate(source.factory());
        sending.setSessionTransacted(true);
        return (message, session) -> {
            String text = message.getBody(String.class);
            sending.convertAndSend(out, text);
            if (failed.add(text)) {
                throw new IllegalArgumentException("the first try of " + text);
            }
            assertThat(message.getJMSRedelivered()).isTrue();
        };
    }

    private void assertPassedOnOnce(int count) throws JMSException {
        Moments.await("all is passed on").until(() -> visible(out).size() >= count);
        Moments.awaitSilence();
        assertThat(Collected.faults(Collected.numbered(count), visible(out))).isEmpty();
        assertThat(visible(in)).isEmpty();
    }

    @Test
    void aDefaultContainerSendsAndReceivesInOneTransaction() throws JMSException {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        run(polling(), failingOnce(failed));

        sendNumbered(in, 50);

        assertPassedOnOnce(50);
        assertThat(failed).hasSize(50);
    }

    @Test
    void aDefaultContainerWithATransactionManagerDoesToo() throws JMSException {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        DefaultMessageListenerContainer container = polling();
        container.setTransactionManager(new JmsTransactionManager(source.factory()));
        run(container, failingOnce(failed));

        sendNumbered(in, 50);

        assertPassedOnOnce(50);
        assertThat(failed).hasSize(50);
    }

    @Test
    void aSimpleContainerDoesToo() throws JMSException {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        SimpleMessageListenerContainer container = new SimpleMessageListenerContainer();
        container.setConcurrency("2");
        SessionAwareMessageListener<Message> listener = failingOnce(failed);
        run(container, (SessionAwareMessageListener<Message>) (message, session) -> {
            try {
                listener.onMessage(message, session);
            } catch (IllegalArgumentException firstTry) {
                session.rollback();
            }
        });

        sendNumbered(in, 50);

        assertPassedOnOnce(50);
        assertThat(failed).hasSize(50);
    }

    @Test
    void aShutdownInTheMiddleLosesAndDoublesNothing() throws JMSException {
        sendNumbered(in, 300);
        JmsTemplate sending = new JmsTemplate(source.factory());
        sending.setSessionTransacted(true);
        for (int turn = 0; turn < 3; turn++) {
            DefaultMessageListenerContainer container = polling();
            run(container, (SessionAwareMessageListener<Message>) (message, session) -> {
                Moments.work(1);
                sending.convertAndSend(out, message.getBody(String.class));
            });
            int enough = visible(out).size() + 30;
            Moments.await("some messages").until(() -> visible(out).size() >= enough);
            container.shutdown();
        }

        run(polling(), (SessionAwareMessageListener<Message>)
                (message, session) -> sending.convertAndSend(out, message.getBody(String.class)));
        assertPassedOnOnce(300);
    }
}
