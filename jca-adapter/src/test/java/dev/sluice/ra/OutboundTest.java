package dev.sluice.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionInProgressException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application does with a factory of its container. */
@Timeout(60)
class OutboundTest {
    private static final AtomicLong NAMES = new AtomicLong();
    private static final int LONG = 10_000;

    private final String url = "sluice:mem:outbound-" + NAMES.incrementAndGet();
    private Container container;
    private SluiceManagedConnectionFactory managed;
    private Pool pool;
    private FactoryHandle factory;

    @BeforeEach
    void start() throws Exception {
        container = new Container(url);
        managed = new SluiceManagedConnectionFactory();
        pool = new Pool(container, managed);
        factory = pool.lookUp();
    }

    @AfterEach
    void stop() throws Exception {
        if (container.transactions.getStatus() != jakarta.transaction.Status.STATUS_NO_TRANSACTION) {
            container.transactions.rollback();
        }
        pool.close();
        container.close();
    }

    private void send(String queue, String text) throws JMSException {
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.send(session.createTextMessage(text));
        }
    }

    @Test
    void aContextOutsideOfATransactionSendsAndAcknowledgesAtOnce() {
        Broker.put(url, "in", "a");
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("out"), "b");
            assertThat(Broker.drain(url, "out")).containsExactly("b");
            assertThat(context.createConsumer(context.createQueue("in")).receiveBody(String.class, LONG))
                    .isEqualTo("a");
            assertThat(context.getTransacted()).isFalse();
            assertThat(context.getSessionMode()).isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
        }
        assertThat(Broker.drain(url, "in")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"XATransaction", "LocalTransaction"})
    void whatIsSentAndReceivedInATransactionHappensWithIt(String mode) throws Exception {
        managed.setTransactionMode(mode);
        Broker.put(url, "in", "a");
        for (boolean commit : new boolean[] {false, true}) {
            container.transactions.begin();
            try (JMSContext context = factory.createContext()) {
                assertThat(context.getTransacted()).isTrue();
                assertThat(context.createConsumer(context.createQueue("in")).receiveBody(String.class, LONG))
                        .isEqualTo("a");
                context.createProducer().send(context.createQueue("out"), "b");
            }
            assertThat(Broker.drain(url, "out")).isEmpty();
            if (commit) {
                container.transactions.commit();
            } else {
                container.transactions.rollback();
            }
            assertThat(Broker.drain(url, "out")).hasSize(commit ? 1 : 0);
        }
        assertThat(Broker.drain(url, "in")).isEmpty();
        assertThat(pool.made()).isEqualTo(1);
    }

    @Test
    void withoutTransactionSupportAHandleSendsAtOnceWithinATransaction() throws Exception {
        managed.setTransactionMode("NoTransaction");
        container.transactions.begin();
        send("out", "a");
        container.transactions.rollback();
        assertThat(Broker.drain(url, "out")).containsExactly("a");
    }

    @Test
    void aConnectionGoesBackToThePoolWithNothingOfTheLastUser() throws Exception {
        Broker.put(url, "in", "a", "b");
        JMSContext first = factory.createContext();
        Queue in = first.createQueue("in");
        JMSConsumer consumer = first.createConsumer(in);
        JMSProducer producer = first.createProducer().setProperty("p", 1);
        TemporaryQueue temporary = first.createTemporaryQueue();
        assertThat(consumer.receiveBody(String.class, LONG)).isEqualTo("a");
        first.setAutoStart(false);
        first.close();
        first.close();
        assertThat(pool.freeCount()).isEqualTo(1);
        assertThatThrownBy(() -> producer.send(in, "c")).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(first::createMessage).isInstanceOf(IllegalStateRuntimeException.class);

        try (Connection second = factory.createConnection()) {
            Session session = second.createSession();
            assertThat(pool.made()).isEqualTo(1);
            MessageConsumer other = session.createConsumer(session.createQueue("in"));
            // It was not started by this user.
            assertThat(other.receive(100)).isNull();
            second.start();
            assertThat(((TextMessage) other.receive(LONG)).getText()).isEqualTo("b");
            assertThatThrownBy(() -> session.createConsumer(temporary)).isInstanceOf(JMSException.class);
        }
        try (JMSContext third = factory.createContext()) {
            assertThat(third.getAutoStart()).isTrue();
        }
    }

    @Test
    void aConnectionHasOneSessionAtATime() throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session first = connection.createSession();
            assertThatThrownBy(connection::createSession)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("one at a time");
            first.close();
            assertThat(connection.createSession()).isNotSameAs(first);
        }
    }

    @Test
    void whatTheStandardForbidsInAContainerIsRefused() throws Exception {
        Connection connection = factory.createConnection();
        assertThatThrownBy(connection::stop).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.setClientID("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.setExceptionListener(null)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.createConnectionConsumer((Queue) null, null, null, 1))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.createSession(Session.CLIENT_ACKNOWLEDGE))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("UserTransaction");
        assertThatThrownBy(() -> connection.createSession(true, 0)).isInstanceOf(JMSException.class);
        Session session = connection.createSession(false, Session.DUPS_OK_ACKNOWLEDGE);
        assertThat(session.getAcknowledgeMode()).isEqualTo(Session.DUPS_OK_ACKNOWLEDGE);
        assertThat(session.getTransacted()).isFalse();
        assertThatThrownBy(() -> session.setMessageListener(null)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
        Queue queue = session.createQueue("q");
        MessageConsumer consumer = session.createConsumer(queue);
        assertThatThrownBy(() -> consumer.setMessageListener(null)).isInstanceOf(IllegalStateException.class);
        MessageProducer producer = session.createProducer(queue);
        CompletionListener completion = new CompletionListener() {
            @Override
            public void onCompletion(Message message) {}

            @Override
            public void onException(Message message, Exception exception) {}
        };
        Message message = session.createMessage();
        assertThatThrownBy(() -> producer.send(message, completion)).isInstanceOf(IllegalStateException.class);
        connection.close();
        assertThatThrownBy(connection::createSession).isInstanceOf(IllegalStateException.class);

        try (JMSContext context = factory.createContext()) {
            assertThatThrownBy(() -> context.createContext(1)).isInstanceOf(IllegalStateRuntimeException.class);
            assertThatThrownBy(() -> context.setClientID("x")).isInstanceOf(IllegalStateRuntimeException.class);
            assertThatThrownBy(() -> context.setExceptionListener(null))
                    .isInstanceOf(IllegalStateRuntimeException.class);
            assertThatThrownBy(context::stop).isInstanceOf(IllegalStateRuntimeException.class);
            assertThatThrownBy(() -> context.createProducer().setAsync(completion))
                    .isInstanceOf(JMSRuntimeException.class);
            JMSConsumer simplified = context.createConsumer(queue);
            assertThatThrownBy(() -> simplified.setMessageListener(null)).isInstanceOf(JMSRuntimeException.class);
        }
    }

    @Test
    void withinATransactionTheModeDoesNotMatterAndTheContainerEndsIt() throws Exception {
        container.transactions.begin();
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
            assertThat(session.getTransacted()).isTrue();
            assertThat(session.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
            assertThatThrownBy(session::commit).isInstanceOf(TransactionInProgressException.class);
            assertThatThrownBy(session::rollback).isInstanceOf(TransactionInProgressException.class);
        }
        container.transactions.commit();
    }

    @Test
    void aQueueSessionKnowsNoTopics() throws Exception {
        try (var connection = factory.createQueueConnection()) {
            QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.createTopic("t")).isInstanceOf(IllegalStateException.class);
            assertThat(session.createReceiver(session.createQueue("q"))).isNotNull();
        }
        try (var connection = factory.createTopicConnection()) {
            var session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(() -> session.createQueue("q")).isInstanceOf(IllegalStateException.class);
            assertThat(session.createSubscriber(session.createTopic("t"))).isNotNull();
        }
    }

    @Test
    void theContainersUserGoesBeforeTheApplicationsAndUsersDoNotShareConnections() throws Exception {
        jakarta.resource.spi.security.PasswordCredential credential =
                new jakarta.resource.spi.security.PasswordCredential("container", "secret".toCharArray());
        credential.setManagedConnectionFactory(managed);
        javax.security.auth.Subject subject = new javax.security.auth.Subject();
        subject.getPrivateCredentials().add(credential);
        ConnectionRequest application = new ConnectionRequest("application", "secret");
        assertThat(managed.credentials(subject, application)).isEqualTo(new ConnectionRequest("container", "secret"));
        assertThat(managed.credentials(null, application)).isEqualTo(application);

        var nobodys = managed.createManagedConnection(null, null);
        assertThat(managed.matchManagedConnections(java.util.Set.of(nobodys), null, null))
                .isSameAs(nobodys);
        assertThat(managed.matchManagedConnections(java.util.Set.of(nobodys), null, application))
                .isNull();
        assertThatThrownBy(() -> nobodys.getConnection(subject, null))
                .isInstanceOf(jakarta.resource.spi.SecurityException.class);
        nobodys.destroy();
        // The server of this test knows no users.
        assertThatThrownBy(() -> factory.createContext("application", "secret"))
                .isInstanceOf(jakarta.jms.JMSSecurityRuntimeException.class);
        pool.signOn(subject);
        assertThatThrownBy(factory::createContext).isInstanceOf(jakarta.jms.JMSSecurityRuntimeException.class);
    }

    @Test
    void aContainerThatNamesNobodyLeavesItToTheProperties() throws Exception {
        var nobody = new jakarta.resource.spi.security.PasswordCredential("", new char[0]);
        nobody.setManagedConnectionFactory(managed);
        javax.security.auth.Subject subject = new javax.security.auth.Subject();
        subject.getPrivateCredentials().add(nobody);
        assertThat(managed.credentials(subject, null)).isEqualTo(ConnectionRequest.OF_THE_CONTAINER);
        ConnectionRequest application = new ConnectionRequest("application", "secret");
        assertThat(managed.credentials(subject, application)).isEqualTo(application);
    }

    @Test
    void aConnectionThatHasEndedIsThrownAwayAndAnotherOneIsMade() throws Exception {
        managed.setUrl(url + "?reconnect.for=0s");
        JMSContext context = factory.createContext();
        var servers = java.util.ServiceLoader.load(dev.sluice.wire.EmbeddedServers.class)
                .findFirst()
                .orElseThrow();
        servers.stop(servers.inMemory(url.substring("sluice:mem:".length())));
        Awaitility.await("the pool hears of it").atMost(Duration.ofSeconds(20)).until(() -> pool.broken() == 1);
        assertThatThrownBy(() -> context.createProducer().send(context.createQueue("q"), "a"))
                .isInstanceOf(JMSRuntimeException.class);
        send("q", "b");
        assertThat(pool.made()).isEqualTo(2);
        assertThat(Broker.drain(url, "q")).containsExactly("b");
    }

    @Test
    void whereThereIsNoContainerEachHandleHasItsOwnConnection() throws Exception {
        SluiceManagedConnectionFactory alone = new SluiceManagedConnectionFactory();
        alone.setUrl(url);
        try (JMSContext context = ((FactoryHandle) alone.createConnectionFactory()).createContext()) {
            context.createProducer().send(context.createQueue("alone"), "a");
        }
        assertThat(Broker.drain(url, "alone")).containsExactly("a");
    }

    @Test
    void whoCannotConnectIsToldWhatTheClientSays() {
        managed.setUrl("sluice://localhost:1?connect.timeout=1s");
        assertThatThrownBy(factory::createContext)
                .isInstanceOf(JMSRuntimeException.class)
                .hasMessageContaining("localhost:1");
        managed.setUrl("nonsense");
        assertThatThrownBy(factory::createContext).hasMessageContaining("sluice://");
    }
}
