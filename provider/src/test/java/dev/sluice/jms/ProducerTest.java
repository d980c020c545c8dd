package dev.sluice.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceQueue;
import dev.sluice.SluiceTopic;
import dev.sluice.link.LinkException;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueSender;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicPublisher;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chapter 7, sending messages. */
@Timeout(60)
class ProducerTest {
    private final Given given = new Given();
    private final SluiceQueue queue = new SluiceQueue("q");
    private ClassicConnection connection;
    private ClassicSession session;

    @BeforeEach
    void connect() throws JMSException {
        connection = given.started();
        session = (ClassicSession) connection.createSession();
    }

    @Test
    void aNonPersistentMessageThatIsNotSentIsAnExceptionOfTheStandard() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.send(session.createMessage());
        given.link().refused = new LinkException(RefusalCode.INTERNAL, "the connection is closed");
        assertThatThrownBy(() -> producer.send(session.createMessage()))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("the connection is closed");
    }

    @Test
    void setsTheHeaderOfWhatItSends() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        TextMessage message = session.createTextMessage("hello");
        long before = System.currentTimeMillis();
        producer.send(message, DeliveryMode.NON_PERSISTENT, 7, 60_000);
        assertThat(message.getJMSMessageID()).startsWith("ID:");
        assertThat(message.getJMSDestination()).isEqualTo(queue);
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(message.getJMSPriority()).isEqualTo(7);
        assertThat(message.getJMSTimestamp()).isGreaterThanOrEqualTo(before);
        assertThat(message.getJMSExpiration()).isEqualTo(message.getJMSTimestamp() + 60_000);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(message.getJMSTimestamp());
        Message received = Given.next(session.createConsumer(queue));
        assertThat(received.getJMSMessageID()).isEqualTo(message.getJMSMessageID());
        assertThat(received.getJMSPriority()).isEqualTo(7);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(received.getJMSExpiration()).isEqualTo(message.getJMSExpiration());
        assertThat(received.getJMSDestination()).isEqualTo(queue);
    }

    @Test
    void keepsItsOptions() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(4);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.setPriority(9);
        producer.setTimeToLive(5);
        producer.setDeliveryDelay(6);
        producer.setDisableMessageID(true);
        producer.setDisableMessageTimestamp(true);
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(9);
        assertThat(producer.getTimeToLive()).isEqualTo(5);
        assertThat(producer.getDeliveryDelay()).isEqualTo(6);
        assertThat(producer.getDisableMessageID()).isTrue();
        assertThat(producer.getDisableMessageTimestamp()).isTrue();
        assertThat(producer.getDestination()).isEqualTo(queue);
    }

    @Test
    void refusesOptionsOutOfRange() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        Message message = session.createMessage();
        for (ThrowingCallable action : List.<ThrowingCallable>of(
                () -> producer.setDeliveryMode(0),
                () -> producer.setDeliveryMode(3),
                () -> producer.setPriority(-1),
                () -> producer.setPriority(10),
                () -> producer.setTimeToLive(-1),
                () -> producer.setDeliveryDelay(-1),
                () -> producer.send(message, 5, 4, 0),
                () -> producer.send(message, 1, 10, 0),
                () -> producer.send(message, 1, 4, -1))) {
            assertThatThrownBy(action).isInstanceOf(JMSException.class);
        }
    }

    @Test
    void refusesDestinationsThatDoNotFitTheMethod() throws JMSException {
        MessageProducer bound = session.createProducer(queue);
        MessageProducer free = session.createProducer(null);
        Message message = session.createMessage();
        assertThatThrownBy(() -> bound.send(queue, message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> free.send(message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> free.send((SluiceQueue) null, message))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> bound.send((Message) null)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> bound.send(message, (CompletionListener) null))
                .isInstanceOf(IllegalArgumentException.class);
        free.send(queue, message);
        free.send(new SluiceTopic("t"), message);
    }

    @Test
    void disabledIdentifiersAndTimestampsAreAbsent() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        producer.setDisableMessageID(true);
        producer.setDisableMessageTimestamp(true);
        producer.send(session.createMessage());
        Message received = Given.next(session.createConsumer(queue));
        assertThat(received.getJMSMessageID()).isNull();
        assertThat(received.getJMSTimestamp()).isZero();
    }

    @Test
    void theSameMessageMayBeSentTwice() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        TextMessage message = session.createTextMessage("one");
        producer.send(message);
        String first = message.getJMSMessageID();
        message.setText("two");
        producer.send(message);
        assertThat(message.getJMSMessageID()).isNotEqualTo(first);
        assertThat(Given.texts(session.createConsumer(queue), 2)).containsExactly("one", "two");
    }

    @Test
    void completesAsynchronousSendsInOrderOnAThreadOfTheSession() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        List<String> completed = new CopyOnWriteArrayList<>();
        List<String> threads = new CopyOnWriteArrayList<>();
        given.link().holdAnswers();
        for (int number = 0; number < 5; number++) {
            TextMessage message = session.createTextMessage("m" + number);
            producer.setDeliveryMode(number == 2 ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT);
            producer.send(message, completion(completed, threads));
        }
        assertThat(completed).isEmpty();
        given.link().releaseAnswers();
        Awaitility.await().untilAsserted(() -> assertThat(completed).containsExactly("m0", "m1", "m2", "m3", "m4"));
        assertThat(threads).allMatch(name -> name.startsWith("sluice-completion-"));
        assertThat(Given.texts(session.createConsumer(queue), 5)).containsExactly("m0", "m1", "m2", "m3", "m4");
    }

    private static CompletionListener completion(List<String> completed, List<String> threads) {
        return new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                threads.add(Thread.currentThread().getName());
                completed.add(String.valueOf(JmsErrors.nullable(() -> Given.text(message))));
            }

            @Override
            public void onException(Message message, Exception exception) {
                completed.add(exception.getClass().getSimpleName());
            }
        };
    }

    @Test
    void tellsTheCompletionListenerWhatWasRefused() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        given.server.loop.run(() -> given.server.delete(AddressKind.QUEUE, "q"));
        List<String> completed = new CopyOnWriteArrayList<>();
        producer.send(session.createTextMessage("x"), completion(completed, new CopyOnWriteArrayList<>()));
        Awaitility.await().untilAsserted(() -> assertThat(completed).containsExactly("InvalidDestinationException"));
    }

    @Test
    void sendsAgainToAQueueThatWasDeletedMeanwhile() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        given.server.loop.run(() -> given.server.delete(AddressKind.QUEUE, "q"));
        producer.send(session.createTextMessage("x"));
        assertThat(Given.texts(session.createConsumer(queue), 1)).containsExactly("x");
    }

    @Test
    void sendsToANewDestinationOnceThoughItLivesElsewhere() throws Exception {
        MessageProducer producer = session.createProducer(null);
        given.server.move(1);
        producer.send(queue, session.createTextMessage("x"));
        producer.send(queue, session.createTextMessage("y"));
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Given.texts(consumer, 2)).containsExactly("x", "y");
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void sendsToADestinationThatIsNewToItsConnectionInOneGo() throws Exception {
        given.messages(queue, 1);
        connection = given.started();
        session = (ClassicSession) connection.createSession();
        MessageProducer producer = session.createProducer(null);
        given.link().holdAnswers();
        CompletableFuture<Void> sent = CompletableFuture.runAsync(
                () -> JmsErrors.run(() -> producer.send(queue, session.createTextMessage("x"))));
        Awaitility.await()
                .untilAsserted(() -> assertThat(given.link().calls).containsExactly("createAddress", "publish"));
        assertThat(sent).isNotDone();
        given.link().releaseAnswers();
        sent.get(Given.LONG, TimeUnit.MILLISECONDS);
    }

    @Test
    void refusesToSendToATemporaryQueueThatIsGone() throws Exception {
        MessageProducer producer = session.createProducer(null);
        TemporaryQueue gone = session.createTemporaryQueue();
        TemporaryQueue another;
        try (ClassicConnection other = given.started();
                Session of = other.createSession()) {
            another = of.createTemporaryQueue();
            another.delete();
        }
        gone.delete();
        for (TemporaryQueue each : List.of(gone, another)) {
            assertThatThrownBy(() -> producer.send(each, session.createMessage()))
                    .isInstanceOf(InvalidDestinationException.class);
        }
    }

    @Test
    void closeWaitsForCompletions() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        List<String> completed = new CopyOnWriteArrayList<>();
        given.link().holdAnswers();
        producer.send(session.createTextMessage("x"), completion(completed, new CopyOnWriteArrayList<>()));
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> JmsErrors.run(producer::close));
        assertThatThrownBy(() -> closed.get(Given.SHORT, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        given.link().releaseAnswers();
        closed.get(Given.LONG, TimeUnit.MILLISECONDS);
        assertThat(completed).containsExactly("x");
    }

    @Test
    void refusesToCloseInACompletionListener() throws Exception {
        MessageProducer producer = session.createProducer(queue);
        CompletableFuture<List<Throwable>> refused = new CompletableFuture<>();
        producer.send(session.createMessage(), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                refused.complete(List.of(
                        thrown(producer::close),
                        thrown(session::close),
                        thrown(connection::close),
                        thrown(session::commit)));
            }

            @Override
            public void onException(Message message, Exception exception) {
                refused.completeExceptionally(exception);
            }
        });
        assertThat(refused.get(Given.LONG, TimeUnit.MILLISECONDS))
                .allSatisfy(error -> assertThat(error).isInstanceOf(IllegalStateException.class));
    }

    private static Throwable thrown(JmsErrors.Action action) {
        try {
            action.run();
            return new AssertionError("nothing was thrown");
        } catch (JMSException error) {
            return error;
        }
    }

    @Test
    void everythingOnAClosedProducerIsIllegal() throws JMSException {
        QueueSender sender = session.createSender(queue);
        TopicPublisher publisher = session.createPublisher(new SluiceTopic("t"));
        assertThat(sender.getQueue()).isEqualTo(queue);
        assertThat(publisher.getTopic()).isEqualTo(new SluiceTopic("t"));
        sender.close();
        sender.close();
        publisher.close();
        Message message = session.createMessage();
        for (ThrowingCallable action : List.<ThrowingCallable>of(
                () -> sender.send(message),
                sender::getQueue,
                sender::getDestination,
                sender::getDeliveryMode,
                sender::getPriority,
                sender::getTimeToLive,
                sender::getDeliveryDelay,
                sender::getDisableMessageID,
                sender::getDisableMessageTimestamp,
                () -> sender.setDeliveryMode(1),
                () -> sender.setPriority(1),
                () -> sender.setTimeToLive(1),
                () -> sender.setDeliveryDelay(1),
                () -> sender.setDisableMessageID(true),
                () -> sender.setDisableMessageTimestamp(true),
                publisher::getTopic,
                () -> publisher.publish(message))) {
            assertThatThrownBy(action).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void higherPriorityComesFirst() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        for (int priority = 0; priority < 10; priority++) {
            producer.send(session.createTextMessage("p" + priority), DeliveryMode.PERSISTENT, priority, 0);
        }
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Given.texts(consumer, 10))
                .containsExactly("p9", "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1", "p0");
    }
}
