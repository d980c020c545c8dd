package dev.sluice.compliance;

import static dev.sluice.compliance.Chapter06ConnectionTest.awaitQuietly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asynchronous sends and their completion listeners. */
class Chapter07AsynchronousSendTest extends Chapter {
    private final Completions completions = new Completions();

    @Test
    @Section("7.3")
    void everyAsynchronousSendOfAProducerSends() throws Exception {
        MessageProducer bound = session.createProducer(queue);
        MessageProducer free = session.createProducer(null);
        bound.send(session.createTextMessage("1"), completions);
        bound.send(session.createTextMessage("2"), DeliveryMode.PERSISTENT, 4, 0, completions);
        free.send(queue, session.createTextMessage("3"), completions);
        free.send(queue, session.createTextMessage("4"), DeliveryMode.PERSISTENT, 4, 0, completions);
        for (int number = 1; number <= 4; number++) {
            Completions.Completed completed = completions.next();
            assertThat(completed.failure()).isNull();
            assertThat(text(completed.message())).isEqualTo(String.valueOf(number));
        }
        connection.start();
        assertThat(Peer.texts(session.createConsumer(queue), 4)).containsExactly("1", "2", "3", "4");
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section("7.3.1")
    void whatIsCompletedWasSent(int mode) throws Exception {
        session.createProducer(queue).send(session.createTextMessage("one"), mode, 4, 0, completions);
        assertThat(completions.next().failure()).isNull();
        MessageConsumer consumer = peer.started().createSession().createConsumer(queue);
        assertThat(mode == DeliveryMode.PERSISTENT ? text(consumer.receiveNoWait()) : Peer.text(consumer))
                .isEqualTo("one");
    }

    @Test
    @Section("7.3.2")
    void whatTheCallThrowsIsNotToldToTheListener() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        Message message = session.createMessage();
        assertThatThrownBy(() -> producer.send(null, completions)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> producer.send(message, 2, 11, 0, completions)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createProducer(null).send(null, message, completions))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> producer.send(message, (CompletionListener) null))
                .isInstanceOf(IllegalArgumentException.class);
        producer.send(session.createTextMessage("marker"), completions);
        assertThat(text(completions.next().message())).isEqualTo("marker");
        assertThat(completions.calls).isEmpty();
    }

    @Test
    @Section("7.3.2")
    void whatTheServerRefusesIsToldToTheListener() throws Exception {
        TemporaryQueue temporary = sending.createTemporaryQueue();
        MessageProducer producer = session.createProducer(temporary);
        temporary.delete();
        Message message = session.createTextMessage("nowhere");
        producer.send(message, completions);
        Completions.Completed completed = completions.next();
        assertThat(completed.failure()).isInstanceOf(InvalidDestinationException.class);
        assertThat(completed.message()).isSameAs(message);
        assertThat(completions.calls).isEmpty();
    }

    @Test
    @Section("7.3.3")
    void synchronousAndAsynchronousSendsKeepTheirOrder() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            TextMessage message = session.createTextMessage("m" + number);
            sent.add("m" + number);
            if (number % 5 == 0) {
                producer.send(message);
            } else {
                producer.send(message, completions);
            }
        }
        MessageConsumer consumer = peer.started().createSession().createConsumer(queue);
        assertThat(Peer.texts(consumer, 200)).isEqualTo(sent);
    }

    @Test
    @Section("7.3.4")
    void closeOfTheProducerWaitsForItsCompletions() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        completesBefore(producer, producer::close);
    }

    @Test
    @Section("7.3.4")
    void closeOfTheSessionWaitsForItsCompletions() throws Exception {
        completesBefore(session.createProducer(queue), session::close);
    }

    @Test
    @Section("7.3.4")
    void closeOfTheConnectionWaitsForItsCompletions() throws Exception {
        completesBefore(session.createProducer(queue), connection::close);
    }

    private void completesBefore(MessageProducer producer, Aside.Action close) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        CompletionListener slow = new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                entered.countDown();
                awaitQuietly(leave);
                order.add(text(message));
            }

            @Override
            public void onException(Message message, Exception exception) {
                order.add(exception.toString());
            }
        };
        producer.send(session.createTextMessage("one"), slow);
        producer.send(session.createTextMessage("two"), slow);
        producer.send(session.createTextMessage("three"), slow);
        assertThat(entered.await(Peer.LONG, TimeUnit.MILLISECONDS)).isTrue();
        Aside<Boolean> closing = Aside.run(() -> {
                    close.run();
                    order.add("closed");
                })
                .waits();
        leave.countDown();
        assertThat(closing.result()).isTrue();
        assertThat(order).containsExactly("one", "two", "three", "closed");
        MessageConsumer consumer = peer.started().createSession().createConsumer(queue);
        assertThat(Peer.texts(consumer, 3)).containsExactly("one", "two", "three");
    }

    @Test
    @Section("7.3.4")
    void aCompletionListenerMustNotCloseItsOwn() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        for (Aside.Action close : List.<Aside.Action>of(producer::close, session::close, connection::close)) {
            assertThat(outcomeInCompletion(producer, close)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(outcomeInCompletion(producer, session::commit)).isInstanceOf(IllegalStateException.class);
        assertThat(outcomeInCompletion(producer, session::rollback)).isInstanceOf(IllegalStateException.class);
        producer.send(session.createTextMessage("still open"));
        JMSContext context = context();
        for (Aside.Action close : List.<Aside.Action>of(context::close, context::commit, context::rollback)) {
            CompletableFuture<Object> outcome = new CompletableFuture<>();
            context.createProducer().setAsync(Completions.of(close, outcome)).send(topic, "x");
            assertThat(outcome.get(Peer.LONG, TimeUnit.MILLISECONDS)).isInstanceOf(IllegalStateRuntimeException.class);
        }
        assertThat(context.createTextMessage("still open")).isNotNull();
    }

    private Object outcomeInCompletion(MessageProducer producer, Aside.Action action) throws Exception {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        producer.send(session.createMessage(), Completions.of(action, outcome));
        return outcome.get(Peer.LONG, TimeUnit.MILLISECONDS);
    }

    @Test
    @Section("7.3.4")
    void aCompletionListenerMayCloseAnotherSession() throws Exception {
        Session other = connection.createSession();
        assertThat(outcomeInCompletion(session.createProducer(queue), other::close))
                .isEqualTo("done");
        assertThatThrownBy(other::createMessage).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Section("7.3.6")
    void theListenerSeesTheHeadersThatSendingSets() throws Exception {
        Message message = session.createTextMessage("one");
        session.createProducer(queue).send(message, DeliveryMode.NON_PERSISTENT, 6, 70_000, completions);
        Message completed = completions.next().message();
        assertThat(completed).isSameAs(message);
        assertThat(completed.getJMSMessageID()).startsWith("ID:");
        assertThat(completed.getJMSDestination()).isEqualTo(queue);
        assertThat(completed.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(completed.getJMSPriority()).isEqualTo(6);
        assertThat(completed.getJMSExpiration()).isEqualTo(completed.getJMSTimestamp() + 70_000);
        assertThat(completed.getJMSDeliveryTime()).isEqualTo(completed.getJMSTimestamp());
        connection.start();
        assertThat(Peer.next(session.createConsumer(queue)).getJMSMessageID()).isEqualTo(completed.getJMSMessageID());
    }

    @Test
    @Section({"7.3.7", "7.3.8"})
    void theApplicationGoesOnWithItsSessionWhileACompletionRuns() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("one"), Completions.of(() -> awaitQuietly(leave), outcome));
        connection.start();
        producer.send(session.createTextMessage("two"));
        assertThat(Peer.texts(session.createConsumer(queue), 2)).containsExactly("one", "two");
        assertThat(outcome).isNotDone();
        leave.countDown();
        assertThat(outcome.get(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("done");
    }

    @Test
    @Section({"7.3.8", "7.3.3"})
    void completionsComeInTheOrderOfTheSendsAndOneAtATime() throws Exception {
        TemporaryQueue gone = sending.createTemporaryQueue();
        MessageProducer free = session.createProducer(null);
        free.send(gone, session.createMessage());
        gone.delete();
        List<String> expected = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            boolean fails = number % 10 == 3;
            int mode = number % 2 == 0 ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
            expected.add("m" + number);
            try {
                free.send(
                        fails ? gone : queue,
                        session.createTextMessage("m" + number),
                        fails ? DeliveryMode.PERSISTENT : mode,
                        4,
                        0,
                        completions);
            } catch (InvalidDestinationException known) {
                // The connection knows by now, and says so at once.
                expected.remove("m" + number);
            }
        }
        List<String> completed = new ArrayList<>();
        Thread thread = null;
        for (int number = 0; number < expected.size(); number++) {
            Completions.Completed each = completions.next();
            completed.add(text(each.message()));
            thread = each.thread();
            assertThat(thread).isNotSameAs(Thread.currentThread());
        }
        assertThat(completed).isEqualTo(expected);
        assertThat(completions.calls).isEmpty();
    }

    @Test
    @Section("7.3.8")
    void aCompletionListenerThatThrowsDoesNotStopTheOthers() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("one"), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                throw new UnsupportedOperationException("as the test wants it");
            }

            @Override
            public void onException(Message message, Exception exception) {
                throw new UnsupportedOperationException("as the test wants it");
            }
        });
        producer.send(session.createTextMessage("two"), completions);
        assertThat(text(completions.next().message())).isEqualTo("two");
    }

    @Test
    @Section("7.3.8")
    void theListenerIsNotCalledByTheThreadThatSends() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        for (int mode : new int[] {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT}) {
            producer.send(session.createMessage(), mode, 4, 0, completions);
            assertThat(completions.next().thread()).isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    @Section("7.3.9")
    void oneMessageObjectMayBeSentAgainAfterItsCompletion() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        TextMessage message = session.createTextMessage("first");
        producer.send(message, completions);
        assertThat(completions.next().failure()).isNull();
        message.setText("second");
        producer.send(message, completions);
        assertThat(completions.next().failure()).isNull();
        message.clearBody();
        connection.start();
        assertThat(Peer.texts(session.createConsumer(queue), 2)).containsExactly("first", "second");
    }

    @Test
    @Section("7.3.9")
    void whatWasSentIsWhatTheMessageWasAtThatTime() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        CompletableFuture<Object> first = new CompletableFuture<>();
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("blocks"), Completions.of(() -> awaitQuietly(leave), first));
        TextMessage message = session.createTextMessage("as sent");
        producer.send(message, completions);
        try {
            message.setText("changed too early");
        } catch (JMSException refused) {
            // A provider may refuse it.
            assertThat(refused.getMessage()).isNotBlank();
        }
        leave.countDown();
        assertThat(completions.next().failure()).isNull();
        connection.start();
        assertThat(Peer.texts(session.createConsumer(queue), 2)).containsExactly("blocks", "as sent");
    }

    @Test
    @Section({"7.3", "7.3.8"})
    void aProducerOfAContextSendsAsynchronouslyOnceItIsTold() throws Exception {
        JMSContext context = context();
        var producer = context.createProducer();
        assertThat(producer.getAsync()).isNull();
        producer.setAsync(completions);
        assertThat(producer.getAsync()).isSameAs(completions);
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            producer.send(queue, "m" + number);
            sent.add("m" + number);
        }
        List<String> completed = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            completed.add(text(completions.next().message()));
        }
        assertThat(completed).isEqualTo(sent);
        producer.setAsync(null).send(queue, "synchronous");
        assertThat(completions.calls).isEmpty();
    }

    @Test
    @Section("7.3.8")
    void completionsOfSeveralProducersOfAContextKeepTheOrderOfTheSends() throws Exception {
        JMSContext context = context();
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 30; number++) {
            context.createProducer().setAsync(completions).send(queue, "m" + number);
            sent.add("m" + number);
        }
        List<String> completed = new ArrayList<>();
        for (int number = 0; number < 30; number++) {
            completed.add(text(completions.next().message()));
        }
        assertThat(completed).isEqualTo(sent);
    }
}
