package dev.sluice.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.ClientOptions;
import dev.sluice.SluiceQueue;
import dev.sluice.SluiceTopic;
import dev.sluice.jms.ClassicConnection.Domain;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Session;
import jakarta.jms.TopicSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chapter 8, receiving messages; browsers of chapter 4. */
@Timeout(60)
class ConsumerTest {
    private final Given given = new Given();
    private final SluiceQueue queue = new SluiceQueue("q");
    private final SluiceTopic topic = new SluiceTopic("t");
    private ClassicConnection connection;
    private ClassicSession session;

    @BeforeEach
    void connect() throws JMSException {
        connection = given.connection();
        connection.setClientID("client");
        connection.start();
        session = (ClassicSession) connection.createSession();
    }

    @Test
    void receiveNoWaitFindsWhatIsInTheQueueAlready() throws JMSException {
        given.messages(queue, 2);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Given.text(consumer.receiveNoWait())).isEqualTo("m1");
        assertThat(Given.text(consumer.receiveNoWait())).isEqualTo("m2");
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void receivesWhenTheConnectionIsStartedElsewhereWhileTheConsumerIsOpened() throws JMSException {
        connection.stop();
        given.link().beforeOpening = () -> JmsErrors.nullable(() -> {
            connection.start();
            return null;
        });
        given.messages(queue, 1);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m1");
    }

    @Test
    void aTimeoutOfZeroWaitsForEverAndANegativeOneIsRefused() throws Exception {
        MessageConsumer consumer = session.createConsumer(queue);
        assertThatThrownBy(() -> consumer.receive(-1)).isInstanceOf(JMSException.class);
        CompletableFuture<Message> waiting =
                CompletableFuture.supplyAsync(() -> JmsErrors.nullable(() -> consumer.receive(0)));
        given.messages(queue, 1);
        assertThat(Given.text(waiting.get(Given.LONG, TimeUnit.MILLISECONDS))).isEqualTo("m1");
    }

    @Test
    void receiveIsIllegalBesideAListener() throws JMSException {
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(message -> {});
        assertThat(consumer.getMessageListener()).isNotNull();
        assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
        consumer.setMessageListener(null);
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void keepsTheCreditToppedUp() throws JMSException {
        given.messages(queue, 300);
        ClassicConnection narrow = given.connection(
                Domain.ANY,
                new ClientOptions(
                        ClientOptions.DEFAULT.identity(),
                        ClientOptions.DEFAULT.times(),
                        10,
                        true,
                        List.of(),
                        ClientOptions.Redelivery.SERVERS));
        narrow.start();
        MessageConsumer consumer = narrow.createSession().createConsumer(queue);
        List<@Nullable String> texts = Given.texts(consumer, 300);
        assertThat(texts).doesNotHaveDuplicates().startsWith("m1", "m2").endsWith("m300");
        assertThat(given.link().calls.stream().filter("credit"::equals).count()).isBetween(50L, 70L);
    }

    @Test
    void asksForNoMessagesUntilItsConnectionIsStarted() throws JMSException {
        given.messages(queue, 3);
        ClassicConnection asleep = given.connection();
        MessageConsumer waiting = asleep.createSession().createConsumer(queue);
        assertThat(given.link().calls).doesNotContain("credit");
        assertThat(Given.texts(session.createConsumer(queue), 2)).containsExactly("m1", "m2");
        session.close();
        asleep.start();
        assertThat(Given.texts(waiting, 1)).containsExactly("m3");
    }

    @Test
    void expiredMessagesAreNotHandedOver() throws JMSException {
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("old"), DeliveryMode.PERSISTENT, 4, 1000);
        producer.send(session.createTextMessage("new"));
        MessageConsumer consumer = session.createConsumer(queue);
        given.link().clockSkewMillis = 5000;
        assertThat(Given.texts(consumer, 1)).containsExactly("new");
        assertThat(consumer.receiveNoWait()).isNull();
        session.close();
        assertThat(connection.createSession().createConsumer(queue).receiveNoWait())
                .isNull();
    }

    @Test
    void stopDoesNotWaitForAReceiveThatGotNothingButWhatHadExpired() throws Exception {
        MessageConsumer consumer = session.createConsumer(queue);
        Session other = connection.createSession();
        other.createProducer(queue).send(other.createTextMessage("old"), DeliveryMode.PERSISTENT, 4, 1000);
        given.server.loop.awaitIdle(Given.LONG);
        given.link().clockSkewMillis = 5000;
        CompletableFuture<@Nullable String> waiting =
                CompletableFuture.supplyAsync(() -> JmsErrors.nullable(() -> Given.text(consumer.receive())));
        Awaitility.await().until(() -> given.link().calls.stream().anyMatch(call -> call.startsWith("acknowledge")));
        CompletableFuture.runAsync(() -> JmsErrors.run(connection::stop)).get(Given.LONG, TimeUnit.MILLISECONDS);
        connection.start();
        other.createProducer(queue).send(other.createTextMessage("new"));
        assertThat(waiting.get(Given.LONG, TimeUnit.MILLISECONDS)).isEqualTo("new");
    }

    @Test
    void aListenerMayCloseItsConsumer() throws Exception {
        given.messages(queue, 2);
        MessageConsumer consumer = session.createConsumer(queue);
        List<@Nullable String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch closed = new CountDownLatch(1);
        consumer.setMessageListener(message -> JmsErrors.run(() -> {
            seen.add(Given.text(message));
            consumer.close();
            closed.countDown();
        }));
        assertThat(closed.await(Given.LONG, TimeUnit.MILLISECONDS)).isTrue();
        MessageConsumer next = connection.createSession().createConsumer(queue);
        assertThat(Given.texts(next, 1)).containsExactly("m2");
        assertThat(seen).containsExactly("m1");
        session.close();
        assertThat(next.receiveNoWait()).isNull();
    }

    @Test
    void closeEndsAReceiveInAnotherThreadWithNull() throws Exception {
        MessageConsumer consumer = session.createConsumer(queue);
        CompletableFuture<Boolean> waiting =
                CompletableFuture.supplyAsync(() -> JmsErrors.nullable(consumer::receive) == null);
        Awaitility.await()
                .untilAsserted(
                        () -> assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class));
        consumer.close();
        assertThat(waiting.get(Given.LONG, TimeUnit.MILLISECONDS)).isTrue();
        consumer.close();
    }

    @Test
    void everythingOnAClosedConsumerIsIllegal() throws JMSException {
        QueueReceiver receiver = session.createReceiver(queue, "a = 1");
        TopicSubscriber subscriber = session.createSubscriber(topic, null, true);
        assertThat(receiver.getQueue()).isEqualTo(queue);
        assertThat(receiver.getMessageSelector()).isEqualTo("a = 1");
        assertThat(subscriber.getTopic()).isEqualTo(topic);
        assertThat(subscriber.getNoLocal()).isTrue();
        assertThat(subscriber.getMessageSelector()).isNull();
        receiver.close();
        subscriber.close();
        for (ThrowingCallable action : List.<ThrowingCallable>of(
                receiver::getQueue,
                receiver::getMessageSelector,
                receiver::getMessageListener,
                () -> receiver.setMessageListener(null),
                receiver::receive,
                () -> receiver.receive(1),
                receiver::receiveNoWait,
                subscriber::getTopic,
                subscriber::getNoLocal)) {
            assertThatThrownBy(action).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void messagesOfAClosedConsumerCanStillBeAcknowledgedOrRecovered() throws JMSException {
        given.messages(queue, 2);
        Session client = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer first = client.createConsumer(queue);
        Message message = first.receive(Given.LONG);
        first.close();
        MessageConsumer second = client.createConsumer(queue);
        assertThat(Given.texts(second, 1)).containsExactly("m2");
        message.acknowledge();
        client.recover();
        assertThat(second.receiveNoWait()).isNull();
        given.messages(queue, 1);
        assertThat(Given.texts(second, 1)).containsExactly("m1");
        second.close();
        client.recover();
        MessageConsumer third = client.createConsumer(queue);
        Message again = third.receive(Given.LONG);
        assertThat(again.getJMSRedelivered()).isTrue();
    }

    @Test
    void refusesDestinationsAndSelectorsThatAreWrong() throws JMSException {
        for (ThrowingCallable action : List.<ThrowingCallable>of(
                () -> session.createConsumer(null),
                () -> session.createReceiver(null),
                () -> session.createSubscriber(null),
                () -> session.createBrowser(null),
                () -> session.createDurableSubscriber(null, "s"),
                () -> session.createDurableConsumer(session.createTemporaryTopic(), "s"),
                () -> session.createSharedConsumer(null, "s"),
                () -> session.createSharedDurableConsumer(null, "s"),
                () -> session.createQueue("bad*name"),
                () -> session.createTopic(null),
                () -> session.unsubscribe("unknown"),
                () -> session.unsubscribe(null))) {
            assertThatThrownBy(action).isInstanceOf(InvalidDestinationException.class);
        }
        assertThatThrownBy(() -> session.createConsumer(queue, "!!")).isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> session.createBrowser(queue, "!!")).isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> session.createDurableConsumer(topic, "")).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createSharedConsumer(topic, null)).isInstanceOf(JMSException.class);
    }

    @Test
    void aDurableSubscriptionKeepsWhatComesWhileNobodyListens() throws JMSException {
        TopicSubscriber subscriber = session.createDurableSubscriber(topic, "news");
        assertThatThrownBy(() -> session.createDurableSubscriber(topic, "news")).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.unsubscribe("news")).isInstanceOf(JMSException.class);
        subscriber.close();
        session.createProducer(topic).send(session.createTextMessage("kept"));
        MessageConsumer again = session.createDurableConsumer(topic, "news");
        assertThat(Given.texts(again, 1)).containsExactly("kept");
        again.close();
        session.unsubscribe("news");
        assertThatThrownBy(() -> session.unsubscribe("news")).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    void anUnsharedDurableSubscriptionNeedsAClientIdentifier() throws JMSException {
        Session nameless = given.connection().createSession();
        assertThatThrownBy(() -> nameless.createDurableConsumer(topic, "s")).isInstanceOf(IllegalStateException.class);
        assertThat(nameless.createSharedDurableConsumer(topic, "s")).isNotNull();
    }

    @Test
    void sharedConsumersShareAndOthersEachGetACopy() throws JMSException {
        MessageConsumer one = session.createSharedConsumer(topic, "shared");
        MessageConsumer two = session.createSharedConsumer(topic, "shared");
        MessageConsumer own = session.createConsumer(topic);
        MessageProducer producer = session.createProducer(topic);
        for (int number = 0; number < 4; number++) {
            producer.send(session.createTextMessage("m" + number));
        }
        assertThat(Given.texts(own, 4)).containsExactly("m0", "m1", "m2", "m3");
        List<@Nullable String> shared = new ArrayList<>();
        for (MessageConsumer consumer : List.of(one, two)) {
            Message message = consumer.receiveNoWait();
            while (message != null) {
                shared.add(Given.text(message));
                message = consumer.receiveNoWait();
            }
        }
        assertThat(shared).containsExactlyInAnyOrder("m0", "m1", "m2", "m3");
    }

    @Test
    void noLocalLeavesOutTheOwnConnection() throws Exception {
        MessageConsumer consumer = session.createConsumer(topic, null, true);
        session.createProducer(topic).send(session.createTextMessage("own"));
        Session foreign = given.connection().createSession();
        foreign.createProducer(topic).send(foreign.createTextMessage("foreign"));
        assertThat(Given.texts(consumer, 1)).containsExactly("foreign");
    }

    @Test
    void browsesWithoutTakingAnything() throws JMSException {
        given.messages(queue, 3);
        QueueBrowser browser = session.createBrowser(queue);
        assertThat(browser.getQueue()).isEqualTo(queue);
        assertThat(browser.getMessageSelector()).isNull();
        for (int round = 0; round < 2; round++) {
            List<@Nullable String> seen = new ArrayList<>();
            var enumeration = browser.getEnumeration();
            while (enumeration.hasMoreElements()) {
                seen.add(Given.text((Message) enumeration.nextElement()));
            }
            assertThat(seen).containsExactly("m1", "m2", "m3");
        }
        browser.close();
        browser.close();
        assertThatThrownBy(browser::getEnumeration).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(browser::getQueue).isInstanceOf(IllegalStateException.class);
        assertThat(Given.texts(session.createConsumer(queue), 3)).hasSize(3);
    }

    @Test
    void aDeliveryOnTheCallersThreadIsSettledByItsReturnAndGivenBackByAnException() throws JMSException {
        given.messages(queue, 2);
        ClassicConsumer consumer = session.createConsumer(queue);
        List<String> seen = new ArrayList<>();
        assertThatThrownBy(() -> consumer.deliver(
                        message -> {
                            throw new IllegalArgumentException("not now");
                        },
                        Given.LONG))
                .hasMessage("not now");
        assertThat(consumer.deliver(
                        message -> JmsErrors.run(() -> seen.add(Given.text(message) + message.getJMSRedelivered())),
                        Given.LONG))
                .isTrue();
        assertThat(consumer.deliver(message -> JmsErrors.run(() -> seen.add(Given.text(message))), Given.LONG))
                .isTrue();
        assertThat(seen).containsExactly("m1true", "m2");
        assertThat(consumer.deliver(message -> {}, 1)).isFalse();
    }

    @Test
    void aListenerThatIsGivenAMessageClosesNeitherItsSessionNorItsConnection() throws JMSException {
        given.messages(queue, 1);
        ClassicConsumer consumer = session.createConsumer(queue);
        List<Throwable> refused = new ArrayList<>();

        assertThat(consumer.deliver(
                        message -> {
                            refused.add(catchThrowable(session::close));
                            refused.add(catchThrowable(connection::close));
                        },
                        Given.LONG))
                .isTrue();
        assertThat(refused)
                .hasSize(2)
                .allSatisfy(thrown -> assertThat(thrown)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("it would wait for itself"));
    }
}
