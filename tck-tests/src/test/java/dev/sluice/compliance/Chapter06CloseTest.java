package dev.sluice.compliance;

import static dev.sluice.compliance.Chapter06ConnectionTest.awaitQuietly;
import static dev.sluice.compliance.Chapter06ConnectionTest.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the close of connections, sessions and contexts waits for, and what can be done afterwards. */
class Chapter06CloseTest extends Chapter {
    private static final long LONG = Peer.LONG;

    @Test
    @Section("6.1.8")
    void closingAConnectionEndsEveryReceive() throws Exception {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageConsumer other = connection.createSession().createConsumer(topic);
        Aside<Message> forEver = Aside.call(() -> consumer.receive()).waits();
        Aside<Message> limited = Aside.call(() -> other.receive(LONG * 2)).waits();
        connection.close();
        assertThat(forEver.result()).isNull();
        assertThat(limited.result()).isNull();
    }

    @Test
    @Section({"6.1.8", "6.2.15"})
    void closingAStoppedConnectionEndsEveryReceive() throws Exception {
        send(queue, "one");
        MessageConsumer consumer = session.createConsumer(queue);
        Aside<Message> waiting = Aside.call(() -> consumer.receive()).waits();
        connection.close();
        assertThat(waiting.result()).isNull();
        assertThat(Peer.text(peer.started().createSession().createConsumer(queue)))
                .isEqualTo("one");
    }

    @Test
    @Section("6.1.8")
    void closingAConnectionWaitsForItsListeners() throws Exception {
        CountDownLatch entered = new CountDownLatch(2);
        CountDownLatch leave = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        for (int number = 0; number < 2; number++) {
            connection.createSession().createConsumer(topic).setMessageListener(message -> {
                entered.countDown();
                awaitQuietly(leave);
                order.add("listener");
            });
        }
        connection.start();
        send(topic, "one", "two");
        assertThat(entered.await(LONG, TimeUnit.MILLISECONDS)).isTrue();
        Aside<Boolean> close = Aside.run(() -> {
                    connection.close();
                    order.add("closed");
                })
                .waits();
        leave.countDown();
        assertThat(close.result()).isTrue();
        assertThat(order).containsExactly("listener", "listener", "closed");
    }

    @Test
    @Section("6.1.8")
    void aListenerHasItsSessionWhileTheConnectionCloses() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
        MessageConsumer answered = peer.started().createSession().createConsumer(topic);
        session.createConsumer(queue).setMessageListener(message -> {
            entered.countDown();
            awaitQuietly(leave);
            outcomes.add(outcomeOf(() -> session.createProducer(topic).send(session.createTextMessage("answer"))));
            outcomes.add(outcomeOf(() -> session.createConsumer(session.createTemporaryQueue())));
            outcomes.add(outcomeOf(() -> connection.getMetaData()));
        });
        connection.start();
        send(queue, "one");
        assertThat(entered.await(LONG, TimeUnit.MILLISECONDS)).isTrue();
        Aside<Boolean> close = Aside.run(() -> connection.close()).waits();
        leave.countDown();
        assertThat(close.result()).isTrue();
        assertThat(outcomes).containsExactly("done", "done", "done");
        assertThat(Peer.text(answered)).isEqualTo("answer");
    }

    @Test
    @Section("6.1.8")
    void aListenerHasTheOtherSessionsWhileTheConnectionCloses() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
        // One was made before the listener's session, one after it.
        Session before = connection.createSession();
        Session listening = connection.createSession();
        Session after = connection.createSession();
        send(topic, "nobody listens");
        MessageConsumer pending = before.createConsumer(topic);
        send(topic, "pending");
        MessageProducer producer = after.createProducer(topic);
        MessageConsumer answered = peer.started().createSession().createConsumer(topic);
        listening.createConsumer(queue).setMessageListener(message -> {
            entered.countDown();
            awaitQuietly(leave);
            outcomes.add(outcomeOf(() -> assertThat(Peer.text(pending)).isEqualTo("pending")));
            outcomes.add(outcomeOf(() -> producer.send(after.createTextMessage("answer"))));
            outcomes.add(outcomeOf(() -> connection.createSession()));
        });
        connection.start();
        send(queue, "one");
        assertThat(entered.await(LONG, TimeUnit.MILLISECONDS)).isTrue();
        Aside<Boolean> close = Aside.run(() -> connection.close()).waits();
        leave.countDown();
        assertThat(close.result()).isTrue();
        assertThat(outcomes).containsExactly("done", "done", "done");
        assertThat(Peer.text(answered)).isEqualTo("answer");
    }

    @Test
    @Section({"6.1.8", "6.2.15"})
    void closeInAListenerOfItsOwnIsRefusedAndTheMessageStaysAcknowledged() throws Exception {
        BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
        session.createConsumer(queue).setMessageListener(message -> {
            outcomes.add(outcomeOf(connection::close));
            outcomes.add(outcomeOf(session::close));
        });
        connection.start();
        send(queue, "one");
        assertThat(outcomes.poll(LONG, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(outcomes.poll(LONG, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateException.class);
        connection.close();
        assertThat(rest(peer.started().createSession().createConsumer(queue))).isEmpty();
    }

    @Test
    @Section({"6.1.8", "6.2.15"})
    void closeOfAContextInItsListenerIsRefused() throws Exception {
        BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
        JMSContext context = context();
        context.createConsumer(queue).setMessageListener(message -> outcomes.add(outcomeOf(context::close)));
        send(queue, "one");
        assertThat(outcomes.poll(LONG, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateRuntimeException.class);
        context.close();
        assertThat(rest(peer.started().createSession().createConsumer(queue))).isEmpty();
    }

    @Test
    @Section({"6.1.8", "6.2.15"})
    void aListenerMayCloseAnotherSessionAndAnotherContext() throws Exception {
        BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
        Session other = connection.createSession();
        session.createConsumer(queue).setMessageListener(message -> outcomes.add(outcomeOf(other::close)));
        connection.start();
        send(queue, "one");
        assertThat(outcomes.poll(LONG, TimeUnit.MILLISECONDS)).isEqualTo("done");
        JMSContext context = context();
        JMSContext sibling = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        context.createConsumer(topic).setMessageListener(message -> outcomes.add(outcomeOf(sibling::close)));
        send(topic, "one");
        assertThat(outcomes.poll(LONG, TimeUnit.MILLISECONDS)).isEqualTo("done");
    }

    @Test
    @Section("6.1.8")
    void theLastContextClosesTheConnection() throws JMSException {
        JMSContext first = context();
        String clientId = Peer.name("client");
        first.setClientID(clientId);
        JMSContext second = first.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        JMSConsumer consumer = second.createConsumer(queue);
        first.close();
        assertThatThrownBy(() -> first.createTextMessage()).isInstanceOf(IllegalStateRuntimeException.class);
        send(queue, "one");
        assertThat(text(consumer.receive(LONG))).isEqualTo("one");
        Connection waiting = peer.connection();
        assertThatThrownBy(() -> waiting.setClientID(clientId)).isInstanceOf(JMSException.class);
        second.close();
        waiting.setClientID(clientId);
        assertThat(waiting.getClientID()).isEqualTo(clientId);
    }

    @Test
    @Section("6.1.8")
    void closingAConnectionDoesNotAcknowledgeForTheClient() throws JMSException {
        send(queue, "one", "two");
        connection.start();
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Message one = Peer.next(own.createConsumer(queue));
        connection.close();
        assertThatThrownBy(one::acknowledge).isInstanceOf(IllegalStateException.class);
        assertThat(text(one)).isEqualTo("one");
        MessageConsumer next = peer.started().createSession().createConsumer(queue);
        assertThat(nextMark(next)).isEqualTo("one/2r");
        assertThat(nextMark(next)).isEqualTo("two/1");
    }

    @Test
    @Section("6.1.8")
    void everythingOfAClosedConnectionRefusesButClose() throws Exception {
        Closable it = new Closable();
        connection.close();
        assertThatThrownBy(connection::createSession).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.createSession(Session.CLIENT_ACKNOWLEDGE))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.createSession(false, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::stop).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::getClientID).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.setClientID("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::getMetaData).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(connection::getExceptionListener).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.setExceptionListener(null)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.createConnectionConsumer(topic, null, null, 1))
                .isInstanceOf(IllegalStateException.class);
        it.refuses();
        connection.close();
        it.ignoresClose();
    }

    @Test
    @Section("6.2.15")
    void everythingOfAClosedSessionRefusesButClose() throws Exception {
        Closable it = new Closable();
        session.close();
        it.refuses();
        session.close();
        it.ignoresClose();
        assertThat(connection.createSession().createTextMessage()).isNotNull();
    }

    @Test
    @Section({"6.1.8", "6.2.15"})
    void everythingOfAClosedContextRefusesButClose() {
        JMSContext context = context();
        JMSConsumer consumer = context.createConsumer(queue);
        JMSProducer producer = context.createProducer();
        Message message = context.createTextMessage("x");
        context.close();
        List<Aside.Action> calls = List.of(
                () -> context.createContext(JMSContext.AUTO_ACKNOWLEDGE),
                context::createProducer,
                context::getClientID,
                () -> context.setClientID("x"),
                context::getMetaData,
                context::getExceptionListener,
                () -> context.setExceptionListener(null),
                context::start,
                context::stop,
                () -> context.setAutoStart(true),
                context::getAutoStart,
                context::createBytesMessage,
                context::createMapMessage,
                context::createMessage,
                context::createObjectMessage,
                () -> context.createObjectMessage("x"),
                context::createStreamMessage,
                context::createTextMessage,
                () -> context.createTextMessage("x"),
                context::getTransacted,
                context::getSessionMode,
                context::commit,
                context::rollback,
                context::recover,
                context::acknowledge,
                () -> context.createConsumer(queue),
                () -> context.createConsumer(queue, "a = 1"),
                () -> context.createConsumer(topic, "a = 1", true),
                () -> context.createDurableConsumer(topic, "s"),
                () -> context.createSharedConsumer(topic, "s"),
                () -> context.createSharedDurableConsumer(topic, "s"),
                () -> context.createQueue("q"),
                () -> context.createTopic("t"),
                () -> context.createBrowser(queue),
                context::createTemporaryQueue,
                context::createTemporaryTopic,
                () -> context.unsubscribe("s"),
                () -> producer.send(queue, message),
                () -> producer.send(queue, "x"),
                () -> producer.send(queue, Map.of()),
                () -> producer.send(queue, new byte[0]),
                () -> producer.send(queue, (java.io.Serializable) 1),
                consumer::receive,
                () -> consumer.receive(1),
                consumer::receiveNoWait,
                () -> consumer.receiveBody(String.class),
                () -> consumer.receiveBody(String.class, 1),
                () -> consumer.receiveBodyNoWait(String.class),
                consumer::getMessageSelector,
                consumer::getMessageListener,
                () -> consumer.setMessageListener(null));
        for (int number = 0; number < calls.size(); number++) {
            assertThat(outcomeOf(calls.get(number)))
                    .as("call %d", number)
                    .isInstanceOf(IllegalStateRuntimeException.class);
        }
        consumer.close();
        context.close();
    }

    @Test
    @Section({"6.1.8", "6.2.15", "7.10"})
    void everythingOfAProducerOfAClosedContextRefuses() {
        JMSContext context = context();
        JMSProducer producer = context.createProducer();
        ProducerCalls calls = new ProducerCalls(queue, context.createMessage());
        context.close();
        for (Method method : ProducerCalls.ALL) {
            assertThat(outcomeOf(() -> calls.call(producer, method)))
                    .as(method.toString())
                    .isInstanceOf(IllegalStateRuntimeException.class);
        }
    }

    @Test
    @Section({"6.1.8", "6.2.15"})
    void messagesOutliveTheirConnection() throws JMSException {
        TextMessage made = session.createTextMessage("made");
        send(queue, "one");
        connection.start();
        Message received = Peer.next(session.createConsumer(queue));
        connection.close();
        assertThat(made.getText()).isEqualTo("made");
        made.setText("changed");
        assertThat(text(received)).isEqualTo("one");
        received.clearBody();
        ((TextMessage) received).setText("again");
        sending.createProducer(queue).send(received);
        sending.createProducer(queue).send(made);
        assertThat(Peer.texts(peer.started().createSession().createConsumer(queue), 2))
                .containsExactly("again", "changed");
    }

    @Test
    @Section("6.1.8")
    void tryWithResourcesClosesConnectionsSessionsAndWhatTheyMake() throws Exception {
        Connection kept;
        Session keptSession;
        try (Connection own = factory().createConnection();
                Session ownSession = own.createSession();
                MessageProducer producer = ownSession.createProducer(queue);
                MessageConsumer consumer = ownSession.createConsumer(queue);
                QueueBrowser browser = ownSession.createBrowser(queue)) {
            own.start();
            producer.send(ownSession.createTextMessage("x"));
            assertThat(Peer.text(consumer)).isEqualTo("x");
            assertThat(browser.getQueue()).isEqualTo(queue);
            kept = own;
            keptSession = ownSession;
        }
        assertThatThrownBy(kept::createSession).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(keptSession::createMessage).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Section("6.2.15")
    void closingASessionEndsItsReceiveAndNoOther() throws Exception {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageConsumer other = connection.createSession().createConsumer(queue);
        Aside<Message> ended = Aside.call(() -> consumer.receive()).waits();
        Aside<Message> served = Aside.call(() -> other.receive()).waits();
        session.close();
        assertThat(ended.result()).isNull();
        send(queue, "one");
        assertThat(text(served.result())).isEqualTo("one");
    }

    @Test
    @Section("6.2.15")
    void closingASessionWaitsForItsListenerWhichIsThenAcknowledged() throws Exception {
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
        assertThat(entered.await(LONG, TimeUnit.MILLISECONDS)).isTrue();
        Aside<Boolean> close = Aside.run(() -> {
                    session.close();
                    order.add("closed");
                })
                .waits();
        leave.countDown();
        assertThat(close.result()).isTrue();
        assertThat(order).containsExactly("listener one", "closed");
        MessageConsumer next = peer.started().createSession().createConsumer(queue);
        assertThat(nextMark(next)).isEqualTo("two/1");
        assertThat(rest(next)).isEmpty();
    }

    @Test
    @Section("6.2.15")
    void closingASessionDoesNotAcknowledgeForTheClient() throws JMSException {
        send(queue, "one", "two", "three");
        connection.start();
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = own.createConsumer(queue);
        Message one = Peer.next(consumer);
        Message two = Peer.next(consumer);
        own.close();
        assertThatThrownBy(one::acknowledge).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(two::acknowledge).isInstanceOf(IllegalStateException.class);
        MessageConsumer next = session.createConsumer(queue);
        assertThat(List.of(nextMark(next), nextMark(next), nextMark(next)))
                .containsExactly("one/2r", "two/2r", "three/1");
    }

    @Test
    @Section({"6.1.8", "6.2.15"})
    void manyThreadsMayCloseAtOnce() throws Exception {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        Aside<Message> waiting = Aside.call(() -> consumer.receive()).waits();
        Map<String, Aside<Boolean>> closes = new LinkedHashMap<>();
        closes.put("consumer", Aside.run(consumer::close));
        closes.put("session", Aside.run(session::close));
        closes.put("connection", Aside.run(connection::close));
        closes.put("connection again", Aside.run(connection::close));
        for (Map.Entry<String, Aside<Boolean>> close : closes.entrySet()) {
            assertThat(close.getValue().result()).as(close.getKey()).isTrue();
        }
        assertThat(waiting.result()).isNull();
    }

    @Test
    @Section("6.1.8")
    void aCompletionMayCloseAnotherConnection() throws Exception {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Connection other = peer.started();
        session.createProducer(queue).send(session.createMessage(), Completions.of(() -> other.close(), outcome));
        assertThat(outcome.get(LONG, TimeUnit.MILLISECONDS)).isEqualTo("done");
        assertThatThrownBy(other::createSession).isInstanceOf(IllegalStateException.class);
    }

    /** Everything that a session of the test's connection can make, and all that can be called on it. */
    private final class Closable {
        private final Session own = session;
        private final MessageProducer producer = own.createProducer(queue);
        private final MessageConsumer consumer = own.createConsumer(queue);
        private final QueueBrowser browser = own.createBrowser(queue);
        private final Message message = own.createMessage();

        Closable() throws JMSException {}

        void refuses() {
            List<Aside.Action> calls = List.of(
                    own::createBytesMessage,
                    own::createMapMessage,
                    own::createMessage,
                    own::createObjectMessage,
                    () -> own.createObjectMessage("x"),
                    own::createStreamMessage,
                    own::createTextMessage,
                    () -> own.createTextMessage("x"),
                    own::getTransacted,
                    own::getAcknowledgeMode,
                    own::commit,
                    own::rollback,
                    own::recover,
                    own::getMessageListener,
                    () -> own.setMessageListener(null),
                    () -> own.createProducer(queue),
                    () -> own.createProducer(null),
                    () -> own.createConsumer(queue),
                    () -> own.createConsumer(queue, "a = 1"),
                    () -> own.createConsumer(topic, "a = 1", true),
                    () -> own.createSharedConsumer(topic, "s"),
                    () -> own.createSharedConsumer(topic, "s", "a = 1"),
                    () -> own.createDurableSubscriber(topic, "s"),
                    () -> own.createDurableSubscriber(topic, "s", "a = 1", false),
                    () -> own.createDurableConsumer(topic, "s"),
                    () -> own.createDurableConsumer(topic, "s", "a = 1", false),
                    () -> own.createSharedDurableConsumer(topic, "s"),
                    () -> own.createSharedDurableConsumer(topic, "s", "a = 1"),
                    () -> own.createQueue("q"),
                    () -> own.createTopic("t"),
                    () -> own.createBrowser(queue),
                    () -> own.createBrowser(queue, "a = 1"),
                    own::createTemporaryQueue,
                    own::createTemporaryTopic,
                    () -> own.unsubscribe("s"),
                    producer::getDestination,
                    producer::getDeliveryMode,
                    () -> producer.setDeliveryMode(2),
                    producer::getPriority,
                    () -> producer.setPriority(4),
                    producer::getTimeToLive,
                    () -> producer.setTimeToLive(0),
                    producer::getDeliveryDelay,
                    () -> producer.setDeliveryDelay(0),
                    producer::getDisableMessageID,
                    () -> producer.setDisableMessageID(true),
                    producer::getDisableMessageTimestamp,
                    () -> producer.setDisableMessageTimestamp(true),
                    () -> producer.send(message),
                    () -> producer.send(message, 1, 4, 0),
                    () -> producer.send(message, Completions.NONE),
                    consumer::receive,
                    () -> consumer.receive(1),
                    consumer::receiveNoWait,
                    consumer::getMessageSelector,
                    consumer::getMessageListener,
                    () -> consumer.setMessageListener(null),
                    browser::getQueue,
                    browser::getMessageSelector,
                    browser::getEnumeration);
            for (int number = 0; number < calls.size(); number++) {
                assertThat(outcomeOf(calls.get(number)))
                        .as("call %d", number)
                        .isInstanceOf(IllegalStateException.class);
            }
        }

        void ignoresClose() throws JMSException {
            producer.close();
            consumer.close();
            browser.close();
            own.close();
        }
    }
}
