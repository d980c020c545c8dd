package dev.sluice.programs;

import static dev.sluice.programs.RunningServer.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.messaginghub.pooled.jms.JmsPoolConnection;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;
import org.messaginghub.pooled.jms.JmsPoolSession;

/** The pool of connections and sessions of pooled-jms. */
class PooledConnectionsIT {
    @RegisterExtension
    static final RunningServer SERVER = RunningServer.with();

    private static final long PATIENCE_MILLIS = Moments.PATIENCE.toMillis();

    private final String name = fresh("orders");
    private final JmsPoolConnectionFactory pool = pool(SERVER.factory());

    private static JmsPoolConnectionFactory pool(SluiceConnectionFactory factory) {
        JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(factory);
        return pool;
    }

    @AfterEach
    void end() {
        pool.stop();
    }

    /** Contexts of the pool refuse receiveBody. */
    private static String next(JMSConsumer consumer) throws JMSException {
        return consumer.receive(PATIENCE_MILLIS).getBody(String.class);
    }

    private static Connection underneath(Connection pooled) throws JMSException {
        return ((JmsPoolConnection) pooled).getConnection();
    }

    // ---- what is shared and what is kept

    @Test
    void connectionsGoRoundAmongAsManyAsThePoolMayHave() throws JMSException {
        pool.setMaxConnections(3);
        Set<Connection> different = new HashSet<>();
        for (int number = 0; number < 9; number++) {
            try (Connection connection = pool.createConnection()) {
                different.add(underneath(connection));
            }
        }

        assertThat(different).hasSize(3);
        assertThat(pool.getNumConnections()).isEqualTo(3);
    }

    @Test
    void aClosedSessionIsUsedAgain() throws JMSException {
        try (Connection connection = pool.createConnection()) {
            Session first;
            try (Session session = connection.createSession()) {
                first = ((JmsPoolSession) session).getInternalSession();
            }
            try (Session session = connection.createSession()) {
                assertThat(((JmsPoolSession) session).getInternalSession()).isSameAs(first);
            }
            try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE)) {
                assertThat(((JmsPoolSession) session).getInternalSession()).isNotSameAs(first);
            }
        }
    }

    @Test
    void aClosedConnectionStaysOpenUnderneathForTheNext() throws JMSException {
        Connection first;
        try (Connection connection = pool.createConnection()) {
            first = underneath(connection);
        }

        try (Connection connection = pool.createConnection();
                Session session = connection.createSession()) {
            assertThat(underneath(connection)).isSameAs(first);
            connection.start();
            Queue queue = session.createQueue(name);
            session.createProducer(queue).send(session.createTextMessage("text"));
            assertThat(session.createConsumer(queue).receive(PATIENCE_MILLIS).getBody(String.class))
                    .isEqualTo("text");
        }
    }

    @Test
    void aPoolOfSessionsThatIsFullRefusesTheNext() throws JMSException {
        pool.setMaxSessionsPerConnection(2);
        pool.setBlockIfSessionPoolIsFull(false);
        try (Connection connection = pool.createConnection()) {
            Session first = connection.createSession();
            connection.createSession();

            assertThatThrownBy(connection::createSession).isInstanceOf(JMSException.class);

            first.close();
            connection.createSession().close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void producersSendToEachDestinationOfTheirOwn(boolean anonymous) throws JMSException {
        pool.setUseAnonymousProducers(anonymous);
        pool.setExplicitProducerCacheSize(2);
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession()) {
            connection.start();
            for (int number = 0; number < 5; number++) {
                Queue queue = session.createQueue(name + "." + number);
                try (MessageProducer producer = session.createProducer(queue)) {
                    producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
                    producer.setPriority(number);
                    producer.send(session.createTextMessage("to " + number));
                }
            }
            for (int number = 0; number < 5; number++) {
                try (MessageConsumer consumer = session.createConsumer(session.createQueue(name + "." + number))) {
                    Message message = consumer.receive(PATIENCE_MILLIS);
                    assertThat(message.getBody(String.class)).isEqualTo("to " + number);
                    assertThat(message.getJMSPriority()).isEqualTo(number);
                    assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
                }
            }
        }
    }

    @Test
    void anIdleConnectionIsClosedAndANewOneMade() throws JMSException {
        pool.setConnectionIdleTimeout(50);
        pool.setConnectionCheckInterval(20);
        Connection first;
        try (Connection connection = pool.createConnection()) {
            first = underneath(connection);
        }

        Moments.await("the idle connection is gone").until(() -> pool.getNumConnections() == 0);

        assertThatThrownBy(first::createSession).isInstanceOf(IllegalStateException.class);
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession()) {
            session.createProducer(session.createQueue(name)).send(session.createTextMessage("text"));
        }
    }

    // ---- what a close ends

    @Test
    void aClosedSessionClosesItsConsumersWhoseMessagesGoToOthers() throws JMSException {
        try (Connection connection = pool.createConnection()) {
            connection.start();
            Session session = connection.createSession();
            Queue queue = session.createQueue(name);
            MessageProducer producer = session.createProducer(queue);
            for (int number = 0; number < 10; number++) {
                producer.send(session.createTextMessage("message " + number));
            }
            MessageConsumer consumer = session.createConsumer(queue);
            assertThat(consumer.receive(PATIENCE_MILLIS).getBody(String.class)).isEqualTo("message 0");
            session.close();

            assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> session.createTextMessage("text")).isInstanceOf(IllegalStateException.class);
            try (Session next = connection.createSession();
                    MessageConsumer again = next.createConsumer(queue)) {
                for (int number = 1; number < 10; number++) {
                    Message message = again.receive(PATIENCE_MILLIS);
                    assertThat(message.getBody(String.class)).isEqualTo("message " + number);
                    assertThat(message.getJMSRedelivered()).isFalse();
                }
                assertThat(again.receive(Moments.SILENCE.toMillis())).isNull();
            }
        }
    }

    @Test
    void temporaryDestinationsEndWithThePooledConnection() throws JMSException {
        TemporaryQueue queue;
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession()) {
            queue = session.createTemporaryQueue();
            session.createProducer(queue).send(session.createTextMessage("text"));
        }

        try (JMSContext context = SERVER.factory().createContext()) {
            assertThatThrownBy(() -> context.createProducer().send(queue, "text"))
                    .isInstanceOf(InvalidDestinationRuntimeException.class);
        }
    }

    @Test
    void aStoppedPoolClosesAllAndStartsAgain() throws JMSException {
        Connection connection = pool.createConnection();
        Connection inner = underneath(connection);
        Session session = connection.createSession();

        pool.stop();

        assertThatThrownBy(() -> inner.createSession()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.createProducer(session.createQueue(name)))
                .isInstanceOf(JMSException.class);
        assertThat(pool.createConnection()).as("what a stopped pool gives").isNull();
        pool.start();
        try (Connection next = pool.createConnection()) {
            next.createSession().close();
        }
    }

    // ---- JMSContext

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contextsSendReceiveAndSubscribe(boolean ofTheProvider) throws JMSException {
        pool.setUseProviderJMSContext(ofTheProvider);
        try (JMSContext context = pool.createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            Queue queue = context.createQueue(name);
            Topic topic = context.createTopic(name);
            JMSConsumer subscriber = context.createSharedConsumer(topic, "shared");
            context.createProducer()
                    .setProperty("region", "eu")
                    .setTimeToLive(60_000)
                    .send(queue, "to the queue")
                    .send(topic, "to the topic");

            Message received = context.createConsumer(queue, "region = 'eu'").receive(PATIENCE_MILLIS);
            assertThat(received.getBody(String.class)).isEqualTo("to the queue");
            assertThat(received.getJMSExpiration()).isPositive();
            assertThat(next(subscriber)).isEqualTo("to the topic");
            received.acknowledge();
        }
        try (JMSContext context = pool.createContext()) {
            assertThat(context.createConsumer(context.createQueue(name)).receive(Moments.SILENCE.toMillis()))
                    .isNull();
        }
    }

    @Test
    void contextsOfOneContextShareItsConnectionAndHaveSessionsOfTheirOwn() throws JMSException {
        try (JMSContext context = pool.createContext();
                JMSContext other = context.createContext(JMSContext.DUPS_OK_ACKNOWLEDGE)) {
            Queue queue = context.createQueue(name);
            Destination reply = other.createTemporaryQueue();
            context.createProducer().setJMSReplyTo(reply).send(queue, "question");
            Message question = context.createConsumer(queue).receive(PATIENCE_MILLIS);
            assertThat(question).isNotNull();
            context.createProducer().send(reply, "answer");

            assertThat(next(other.createConsumer(reply))).isEqualTo("answer");
        }
    }

    @Test
    void manyThreadsUseThePoolAtOnce() throws Exception {
        pool.setMaxConnections(4);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                String prefix = "thread " + thread + " message ";
                running.add(threads.submit(() -> {
                    for (int number = 0; number < 50; number++) {
                        try (JMSContext context = pool.createContext()) {
                            context.createProducer().send(context.createQueue(name), prefix + number);
                        }
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        List<String> expected = IntStream.range(0, 400)
                .mapToObj(number -> "thread " + number / 50 + " message " + number % 50)
                .toList();
        List<String> received = new ArrayList<>();
        try (JMSContext context = pool.createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue(name));
            for (int number = 0; number < 400; number++) {
                received.add(next(consumer));
            }
        }
        assertThat(Collected.faults(expected, received)).isEmpty();
    }

    @Test
    void aWrongUserIsRefusedThroughThePool() {
        assertThatThrownBy(() -> pool.createConnection("nobody", "wrong")).isInstanceOf(JMSSecurityException.class);
    }
}
