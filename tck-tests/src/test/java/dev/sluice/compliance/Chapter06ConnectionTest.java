package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Session;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Connections: client identifiers, start, stop, what they say about themselves. */
class Chapter06ConnectionTest extends Chapter {
    @Test
    @Section("6.1")
    void aConnectionSupportsConcurrentUse() throws Exception {
        connection.start();
        List<Aside<Boolean>> threads = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            threads.add(Aside.call(() -> {
                for (int round = 0; round < 20; round++) {
                    try (Session own = connection.createSession()) {
                        var reply = own.createTemporaryQueue();
                        own.createProducer(reply).send(own.createTextMessage("x"));
                        assertThat(Peer.text(own.createConsumer(reply))).isEqualTo("x");
                    }
                }
                return true;
            }));
        }
        for (Aside<Boolean> thread : threads) {
            assertThat(thread.result()).isTrue();
        }
    }

    @Test
    @Section("6.1")
    void aFactoryMakesConnectionsAndContextsOfEveryKind() throws Exception {
        SluiceConnectionFactory factory = (SluiceConnectionFactory) factory();
        QueueConnectionFactory queues = factory;
        TopicConnectionFactory topics = factory;
        try (QueueConnection ofQueues = queues.createQueueConnection();
                TopicConnection ofTopics = topics.createTopicConnection()) {
            assertThat(ofQueues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE)
                            .createReceiver(queue)
                            .getQueue())
                    .isEqualTo(queue);
            assertThat(ofTopics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE)
                            .createSubscriber(topic)
                            .getTopic())
                    .isEqualTo(topic);
        }
        assertThat(context().getSessionMode()).isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
        assertThat(context(JMSContext.CLIENT_ACKNOWLEDGE).getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
        assertThat(context(JMSContext.DUPS_OK_ACKNOWLEDGE).getSessionMode()).isEqualTo(JMSContext.DUPS_OK_ACKNOWLEDGE);
    }

    @Test
    @Section({"6.1.1", "10.3"})
    void credentialsMayBeLeftOutAndWrongOnesAreRefused() throws Exception {
        ConnectionFactory factory = factory();
        factory.createConnection(null, null).close();
        factory.createContext(null, null).close();
        try (JMSContext context = factory.createContext(null, null, JMSContext.CLIENT_ACKNOWLEDGE)) {
            assertThat(context.getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
        }
        assertThatThrownBy(() -> factory.createConnection("nobody", "wrong")).isInstanceOf(JMSSecurityException.class);
        assertThatThrownBy(() -> factory.createContext("nobody", "wrong"))
                .isInstanceOf(JMSSecurityRuntimeException.class);
    }

    @Test
    @Section("6.1.2")
    void aConfiguredClientIdentifierCannotBeChanged() throws Exception {
        String clientId = Peer.name("configured");
        ConnectionFactory factory =
                new SluiceConnectionFactory("sluice:mem:Chapter06ConnectionTest?client.id=" + clientId);
        try (Connection configured = factory.createConnection()) {
            assertThat(configured.getClientID()).isEqualTo(clientId);
            assertThatThrownBy(() -> configured.setClientID("other")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> configured.setClientID(clientId)).isInstanceOf(IllegalStateException.class);
            assertThat(configured.getClientID()).isEqualTo(clientId);
        }
        try (JMSContext configured = factory.createContext()) {
            assertThat(configured.getClientID()).isEqualTo(clientId);
            assertThatThrownBy(() -> configured.setClientID("other")).isInstanceOf(IllegalStateRuntimeException.class);
        }
    }

    @Test
    @Section("6.1.2")
    void aClientIdentifierIsSetOnceAndReadBack() throws JMSException {
        Connection fresh = peer.connection();
        assertThat(fresh.getClientID()).isNull();
        String clientId = Peer.name("client");
        fresh.setClientID(clientId);
        assertThat(fresh.getClientID()).isEqualTo(clientId);
        assertThatThrownBy(() -> fresh.setClientID(Peer.name("client"))).isInstanceOf(IllegalStateException.class);
        assertThat(fresh.getClientID()).isEqualTo(clientId);
    }

    @Test
    @Section("6.1.2")
    void aClientIdentifierComesBeforeAnythingElse() throws JMSException {
        assertThatThrownBy(() -> connection.setClientID(Peer.name("late"))).isInstanceOf(IllegalStateException.class);
        Connection started = peer.started();
        assertThatThrownBy(() -> started.setClientID(Peer.name("late"))).isInstanceOf(IllegalStateException.class);
        Connection stopped = peer.connection();
        stopped.stop();
        assertThatThrownBy(() -> stopped.setClientID(Peer.name("late"))).isInstanceOf(IllegalStateException.class);
        JMSContext used = context();
        used.createTextMessage();
        assertThatThrownBy(() -> used.setClientID(Peer.name("late"))).isInstanceOf(IllegalStateRuntimeException.class);
        JMSContext withAnother = context();
        withAnother.createContext(JMSContext.AUTO_ACKNOWLEDGE).close();
        assertThatThrownBy(() -> withAnother.setClientID(Peer.name("late")))
                .isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    @Section("6.1.2")
    void aClientIdentifierIsInUseByOneClientAtATime() throws JMSException {
        String clientId = Peer.name("client");
        Connection first = peer.connection(clientId);
        Connection second = peer.connection();
        assertThatThrownBy(() -> second.setClientID(clientId)).isInstanceOf(InvalidClientIDException.class);
        JMSContext third = context();
        assertThatThrownBy(() -> third.setClientID(clientId)).isInstanceOf(InvalidClientIDRuntimeException.class);
        assertThat(second.getClientID()).isNull();
        first.close();
        second.setClientID(clientId);
        assertThat(second.getClientID()).isEqualTo(clientId);
    }

    @Test
    @Section("6.1.2")
    void aRefusedClientIdentifierLeavesTheConnectionUsable() throws JMSException {
        Connection fresh = peer.connection();
        assertThatThrownBy(() -> fresh.setClientID(null)).isInstanceOf(InvalidClientIDException.class);
        assertThatThrownBy(() -> fresh.setClientID("")).isInstanceOf(InvalidClientIDException.class);
        String clientId = Peer.name("client");
        fresh.setClientID(clientId);
        assertThat(fresh.getClientID()).isEqualTo(clientId);
    }

    @Test
    @Section({"6.1.2", "6.1"})
    void contextsOfOneConnectionShareItsClientIdentifier() {
        JMSContext context = context();
        String clientId = Peer.name("client");
        context.setClientID(clientId);
        try (JMSContext other = context.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
            assertThat(other.getClientID()).isEqualTo(clientId);
            assertThatThrownBy(() -> other.setClientID("another")).isInstanceOf(IllegalStateRuntimeException.class);
        }
    }

    @Test
    @Section({"6.1.3", "6.1.4"})
    void nothingIsDeliveredBeforeTheConnectionIsStarted() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        send(queue, "early");
        session.createConsumer(queue).setMessageListener(message -> heard.add(text(message)));
        Session synchronous = connection.createSession();
        MessageConsumer consumer = synchronous.createConsumer(topic);
        send(topic, "early");
        assertThat(consumer.receive(100)).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
        assertThat(heard).isEmpty();
        connection.start();
        assertThat(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("early");
        assertThat(Peer.text(consumer)).isEqualTo("early");
    }

    @Test
    @Section({"6.1.4", "6.1.5"})
    void aStoppedConnectionSends() throws JMSException {
        session.createProducer(queue).send(session.createTextMessage("never started"));
        connection.start();
        connection.stop();
        session.createProducer(queue).send(session.createTextMessage("stopped again"));
        MessageConsumer elsewhere = peer.started().createSession().createConsumer(queue);
        assertThat(Peer.texts(elsewhere, 2)).containsExactly("never started", "stopped again");
    }

    @Test
    @Section({"6.1.4", "8.4"})
    void aContextStartsWithItsFirstConsumer() throws JMSException {
        send(queue, "one");
        JMSContext context = context();
        assertThat(context.getAutoStart()).isTrue();
        assertThat(text(context.createConsumer(queue).receive(Peer.LONG))).isEqualTo("one");
    }

    @Test
    @Section({"6.1.4", "8.4"})
    void aContextWithoutAutoStartWaitsForStart() throws JMSException {
        send(queue, "one");
        JMSContext context = context();
        context.setAutoStart(false);
        assertThat(context.getAutoStart()).isFalse();
        JMSConsumer consumer = context.createConsumer(queue);
        assertThat(consumer.receive(50)).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
        context.start();
        assertThat(text(consumer.receive(Peer.LONG))).isEqualTo("one");
    }

    @Test
    @Section("6.1.5")
    void startingAndStoppingTwiceChangesNothing() throws JMSException {
        MessageConsumer consumer = session.createConsumer(queue);
        connection.start();
        connection.start();
        send(queue, "one", "two");
        assertThat(Peer.text(consumer)).isEqualTo("one");
        connection.stop();
        connection.stop();
        assertThat(consumer.receiveNoWait()).isNull();
        connection.start();
        assertThat(Peer.text(consumer)).isEqualTo("two");
    }

    @Test
    @Section("6.1.5")
    void timersOfReceiveRunOnWhileStopped() throws Exception {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        Aside<Message> waiting = Aside.call(() -> consumer.receive(400)).waits();
        connection.stop();
        send(queue, "while stopped");
        assertThat(waiting.result()).isNull();
        connection.start();
        assertThat(Peer.text(consumer)).isEqualTo("while stopped");
    }

    @Test
    @Section("6.1.5")
    void aReceiveThatWaitsGetsItsMessageOnlyAfterTheRestart() throws Exception {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        Aside<Message> waiting = Aside.call(() -> consumer.receive()).waits();
        connection.stop();
        send(queue, "while stopped");
        letPass(50);
        assertThat(waiting.isDone()).isFalse();
        connection.start();
        assertThat(text(waiting.result())).isEqualTo("while stopped");
    }

    @Test
    @Section("6.1.5")
    void stopWaitsForTheListenersThatRun() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        session.createConsumer(queue).setMessageListener(message -> {
            entered.countDown();
            awaitQuietly(leave);
            order.add("listener " + text(message));
        });
        connection.start();
        send(queue, "one", "two");
        assertThat(entered.await(Peer.LONG, TimeUnit.MILLISECONDS)).isTrue();
        Aside<Boolean> stop = Aside.run(() -> {
                    connection.stop();
                    order.add("stopped");
                })
                .waits();
        leave.countDown();
        assertThat(stop.result()).isTrue();
        letPass(20);
        assertThat(order).containsExactly("listener one", "stopped");
    }

    @Test
    @Section("6.1.5")
    void aListenerHasTheWholeConnectionWhileStopWaitsForIt() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        var answers = session.createProducer(topic);
        MessageConsumer answered = peer.started().createSession().createConsumer(topic);
        session.createConsumer(queue).setMessageListener(message -> {
            entered.countDown();
            awaitQuietly(leave);
            try {
                answers.send(session.createTextMessage("answer"));
                session.createConsumer(session.createTemporaryQueue()).close();
                outcome.complete("served");
            } catch (JMSException error) {
                outcome.completeExceptionally(error);
            }
        });
        connection.start();
        send(queue, "one");
        assertThat(entered.await(Peer.LONG, TimeUnit.MILLISECONDS)).isTrue();
        Aside<Boolean> stop = Aside.run(() -> connection.stop()).waits();
        leave.countDown();
        assertThat(stop.result()).isTrue();
        assertThat(outcome.get(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("served");
        assertThat(Peer.text(answered)).isEqualTo("answer");
    }

    @Test
    @Section("6.1.5")
    void stopInAListenerOfTheConnectionIsRefused() throws Exception {
        BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
        session.createConsumer(queue).setMessageListener(message -> outcomes.add(outcomeOf(connection::stop)));
        connection.start();
        send(queue, "one");
        assertThat(outcomes.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateException.class);
        JMSContext context = context();
        context.createConsumer(topic).setMessageListener(message -> outcomes.add(outcomeOf(context::stop)));
        JMSContext sibling = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        send(topic, "one");
        assertThat(outcomes.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateRuntimeException.class);
        sibling.createConsumer(queue).setMessageListener(message -> outcomes.add(outcomeOf(context::stop)));
        connection.close();
        send(queue, "two");
        assertThat(outcomes.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    @Section("6.1.5")
    void noListenerIsCalledAfterStopUnderLoad() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        for (int number = 0; number < 3; number++) {
            connection.createSession().createConsumer(queue).setMessageListener(message -> heard.add(text(message)));
        }
        Aside<Boolean> load = Aside.run(() -> {
            for (int number = 0; number < 300; number++) {
                send(queue, "m" + number);
            }
        });
        for (int round = 0; round < 20; round++) {
            connection.start();
            connection.stop();
            int count = heard.size();
            send(topic, "a round trip later");
            assertThat(heard).hasSize(count);
        }
        assertThat(load.result()).isTrue();
        connection.start();
        Awaitility.await().until(() -> heard.size() == 300);
        assertThat(heard).doesNotHaveDuplicates();
    }

    @Test
    @Section("6.1.6")
    void metaDataNameTheVersionAndTheProvider() throws JMSException {
        ConnectionMetaData facts = connection.getMetaData();
        assertThat(facts.getJMSVersion()).isEqualTo("3.1");
        assertThat(facts.getJMSMajorVersion()).isEqualTo(3);
        assertThat(facts.getJMSMinorVersion()).isEqualTo(1);
        assertThat(facts.getJMSProviderName()).isNotBlank();
        assertThat(facts.getProviderVersion())
                .startsWith(facts.getProviderMajorVersion() + "." + facts.getProviderMinorVersion());
        assertThat(context().getMetaData().getJMSVersion()).isEqualTo("3.1");
    }

    @Test
    @Section("6.1.6")
    void metaDataListTheSupportedPropertiesOfTheStandard() throws JMSException {
        List<Object> names =
                new ArrayList<>(Collections.list(connection.getMetaData().getJMSXPropertyNames()));
        assertThat(names)
                .contains("JMSXDeliveryCount")
                .allSatisfy(name -> assertThat((String) name).startsWith("JMSX"));
    }

    @Test
    @Section("6.1.7")
    void theExceptionListenerIsTheOneThatWasSetOrNull() throws JMSException {
        assertThat(connection.getExceptionListener()).isNull();
        ExceptionListener listener = problem -> {};
        connection.setExceptionListener(listener);
        assertThat(connection.getExceptionListener()).isSameAs(listener);
        connection.setExceptionListener(null);
        assertThat(connection.getExceptionListener()).isNull();
        JMSContext context = context();
        context.setExceptionListener(listener);
        assertThat(context.getExceptionListener()).isSameAs(listener);
    }

    @Test
    @Section("6.1.7")
    void aConnectionThatIsLostTellsItsExceptionListener() throws Exception {
        try (Restartable server = Restartable.inMemory("exceptions")) {
            BlockingQueue<JMSException> problems = new LinkedBlockingQueue<>();
            Connection lost = server.factory("?reconnect.for=0s").createConnection();
            lost.setExceptionListener(problems::add);
            lost.start();
            MessageListener listener = message -> {};
            Session idle = lost.createSession();
            idle.createConsumer(idle.createQueue("idle")).setMessageListener(listener);
            server.stop();
            JMSException problem = problems.poll(Peer.LONG, TimeUnit.MILLISECONDS);
            assertThat(problem).isNotNull();
            assertThat(problem.getMessage()).isNotBlank();
            assertThat(problems).isEmpty();
            lost.close();
        }
    }

    @Test
    @Section("6.1.7")
    void theExceptionListenerMayCloseItsConnection() throws Exception {
        try (Restartable server = Restartable.inMemory("exceptionsclose")) {
            CompletableFuture<String> closed = new CompletableFuture<>();
            Connection lost = server.factory("?reconnect.for=0s").createConnection();
            lost.setExceptionListener(problem -> {
                try {
                    lost.close();
                    closed.complete("closed");
                } catch (JMSException error) {
                    closed.completeExceptionally(error);
                }
            });
            lost.start();
            server.stop();
            assertThat(closed.get(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("closed");
        }
    }

    @Test
    @Section("6.1.7")
    void whatACallThrowsIsNotReportedAgain() throws JMSException {
        List<JMSException> problems = new CopyOnWriteArrayList<>();
        connection.setExceptionListener(problems::add);
        connection.start();
        assertThatThrownBy(() -> session.createConsumer(queue, "= =")).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.unsubscribe("unknown")).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> connection.createSession(false, 77)).isInstanceOf(JMSException.class);
        send(queue, "marker");
        assertThat(Peer.text(session.createConsumer(queue))).isEqualTo("marker");
        assertThat(problems).isEmpty();
    }

    /** What the call threw, or {@code "done"}. */
    static Object outcomeOf(Aside.Action action) {
        try {
            action.run();
            return "done";
        } catch (Exception thrown) {
            return thrown;
        }
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(Peer.LONG, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
    }
}
