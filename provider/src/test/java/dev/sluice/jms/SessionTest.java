package dev.sluice.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ClientOptions;
import dev.sluice.Sluice;
import dev.sluice.SluiceQueue;
import dev.sluice.SluiceTopic;
import dev.sluice.jms.ClassicConnection.Domain;
import dev.sluice.wire.codec.AddressKind;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TopicSession;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chapter 6.2, sessions: acknowledgement, recovery, serial execution, closing. */
@Timeout(60)
class SessionTest {
    private final Given given = new Given();
    private final SluiceQueue queue = new SluiceQueue("q");

    @Test
    void autoAcknowledgesWhatReceiveReturned() throws JMSException {
        given.messages(queue, 3);
        ClassicConnection connection = given.started();
        Session session = connection.createSession();
        assertThat(Given.texts(session.createConsumer(queue), 2)).containsExactly("m1", "m2");
        session.close();
        MessageConsumer later = connection.createSession().createConsumer(queue);
        Message third = later.receive(Given.LONG);
        assertThat(Given.text(third)).isEqualTo("m3");
        assertThat(third.getJMSRedelivered()).isFalse();
        assertThat(later.receiveNoWait()).isNull();
    }

    @Test
    void asksOnceMoreForADestinationThatHasMoved() throws JMSException {
        Session session = given.started().createSession();
        given.server.move(1);
        session.createProducer(queue).send(session.createTextMessage("sent"));
        given.server.move(1);
        assertThat(session.createTemporaryQueue()).isNotNull();
        given.server.move(2);
        assertThatThrownBy(() -> session.createConsumer(new SluiceQueue("other")))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("WRONG_SHARD");
    }

    @Test
    void closesAConsumerWhoseCreationWasInterrupted() throws JMSException {
        ClassicConnection connection = given.started();
        Session session = connection.createSession();
        session.createConsumer(queue).close();
        given.server.loop.awaitIdle(Given.LONG);
        given.link().calls.clear();
        given.link().holdAnswers();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> session.createConsumer(queue)).isInstanceOf(JMSException.class);
        assertThat(Thread.interrupted()).isTrue();
        given.link().releaseAnswers();
        Awaitility.await().until(() -> given.link().calls.contains("closeConsumer"));
        assertThat(given.link().calls).containsSubsequence("openConsumer", "closeConsumer");
    }

    @Test
    void autoHandsOverOnlyWhenAllButOneAcknowledgementAreConfirmed() throws JMSException {
        given.messages(queue, 3);
        ClassicConnection connection = given.started();
        MessageConsumer consumer = connection.createSession().createConsumer(queue);
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m1");
        given.server.loop.awaitIdle(Given.LONG);
        given.link().holdAnswers();
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m2");
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m3");
        given.messages(queue, 1);
        // m2 and m3 are unconfirmed.
        assertThat(consumer.receive(Given.SHORT)).isNull();
    }

    @Test
    void autoHandsOverNothingWhileAnAcknowledgementBeforeTheNewestIsUnconfirmed() throws JMSException {
        given.messages(queue, 4);
        MessageConsumer consumer = given.started().createSession().createConsumer(queue);
        given.link().holdNextAnswer("acknowledge");
        assertThat(Given.texts(consumer, 2)).containsExactly("m1", "m2");
        given.server.loop.awaitIdle(Given.LONG);
        // That of m2 is confirmed, that of m1 is not, as may be when they are of two shards.
        assertThat(consumer.receive(Given.SHORT)).isNull();
        given.link().releaseAnswers();
        assertThat(Given.texts(consumer, 2)).containsExactly("m3", "m4");
    }

    @Test
    void waitsForNoAcknowledgementWhenItHasNothingMore() throws JMSException {
        SluiceQueue other = new SluiceQueue("other");
        given.messages(queue, 2);
        given.messages(other, 1);
        Session session = given.started().createSession();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageConsumer further = session.createConsumer(other);
        given.server.loop.awaitIdle(Given.LONG);
        assertThat(Given.texts(consumer, 2)).containsExactly("m1", "m2");
        assertThat(Given.texts(further, 1)).containsExactly("m1");
        assertThat(given.link().calls.stream().filter(call -> call.startsWith("acknowledge")))
                .containsExactly("acknowledge", "acknowledge", "acknowledge unawaited");
    }

    @Test
    void clientAcknowledgeCoversAllThatTheSessionConsumed() throws JMSException {
        given.messages(queue, 3);
        ClassicConnection connection = given.started();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        Message ignored = consumer.receive(Given.LONG);
        Message second = consumer.receive(Given.LONG);
        second.acknowledge();
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m3");
        session.close();
        Message again = connection.createSession().createConsumer(queue).receive(Given.LONG);
        assertThat(Given.text(again)).isEqualTo("m3");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
    }

    @Test
    void individualAcknowledgeCoversOneMessage() throws JMSException {
        given.messages(queue, 3);
        ClassicConnection connection = given.started();
        Session session = connection.createSession(Sluice.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        Message first = consumer.receive(Given.LONG);
        consumer.receive(Given.LONG).acknowledge();
        assertThat(Given.text(first)).isEqualTo("m1");
        session.recover();
        assertThat(Given.texts(consumer, 2)).containsExactly("m1", "m3");
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void recoverDeliversWhatIsNotAcknowledgedAgainAndMarksIt() throws JMSException {
        given.messages(queue, 3);
        Session session = given.started().createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Given.texts(consumer, 2)).containsExactly("m1", "m2");
        session.recover();
        Message first = consumer.receive(Given.LONG);
        assertThat(Given.text(first)).isEqualTo("m1");
        assertThat(first.getJMSRedelivered()).isTrue();
        assertThat(Given.texts(consumer, 1)).containsExactly("m2");
        Message third = consumer.receive(Given.LONG);
        assertThat(Given.text(third)).isEqualTo("m3");
        assertThat(third.getJMSRedelivered()).isFalse();
        third.acknowledge();
        session.recover();
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void recoverInsideAListenerBringsTheMessageAgain() throws Exception {
        given.messages(queue, 2);
        for (int mode : new int[] {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE}) {
            SluiceQueue own = new SluiceQueue("recover-" + mode);
            given.messages(own, 2);
            ClassicConnection connection = given.connection();
            Session session = connection.createSession(mode);
            List<String> seen = new CopyOnWriteArrayList<>();
            session.createConsumer(own)
                    .setMessageListener(message -> JmsErrors.run(() -> {
                        seen.add(Given.text(message) + (message.getJMSRedelivered() ? " again" : ""));
                        if (seen.size() == 1) {
                            session.recover();
                        }
                    }));
            connection.start();
            Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("m1", "m1 again", "m2"));
            connection.close();
        }
    }

    @Test
    void dupsOkAcknowledgesInTheEnd() throws Exception {
        given.messages(queue, 200);
        ClassicConnection connection = given.started();
        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        // What is asked after the credit is answered after the messages: none is the last that is there.
        assertThat(given.link().createAddress(AddressKind.QUEUE, 0, "after").await())
                .isPositive();
        assertThat(Given.texts(consumer, 150)).hasSize(150);
        long acknowledgements = given.link().calls.stream()
                .filter(call -> call.startsWith("acknowledge"))
                .count();
        assertThat(acknowledgements).isBetween(1L, 10L);
        session.close();
        Message next = connection.createSession().createConsumer(queue).receive(Given.LONG);
        assertThat(Given.text(next)).isEqualTo("m151");
    }

    @Test
    void dupsOkAcknowledgesWhatItCollectedWhenTheLastMessageHadExpired() throws Exception {
        ClassicConnection connection = given.started();
        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(queue);
        producer.send(session.createTextMessage("m1"));
        producer.send(session.createTextMessage("old"), DeliveryMode.PERSISTENT, 4, 1000);
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(given.link().createAddress(AddressKind.QUEUE, 0, "after").await())
                .isPositive();
        assertThat(Given.texts(consumer, 1)).containsExactly("m1");
        assertThat(given.link().calls).noneMatch(call -> call.startsWith("acknowledge"));
        given.link().clockSkewMillis = 5000;
        assertThat(consumer.receiveNoWait()).isNull();
        given.server.loop.awaitIdle(Given.LONG);
        assertThat(given.server.held()).isZero();
    }

    @Test
    void aListenerThatThrowsGetsTheMessageAgain() throws Exception {
        given.messages(queue, 2);
        ClassicConnection connection = given.connection();
        List<String> seen = new CopyOnWriteArrayList<>();
        connection.createSession().createConsumer(queue).setMessageListener(message -> {
            seen.add(JmsErrors.nullable(() -> Given.text(message)) + "/"
                    + JmsErrors.unchecked(() -> message.getIntProperty("JMSXDeliveryCount")));
            if (seen.size() < 3) {
                throw new UnsupportedOperationException("a listener that fails, as the test wants it");
            }
        });
        connection.start();
        Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("m1/1", "m1/2", "m1/3", "m2/1"));
        connection.close();
    }

    @Test
    void whatInterruptedAListenerIsNotForTheNextMessage() throws Exception {
        given.messages(queue, 3);
        ClassicConnection connection = given.connection();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(new SluiceQueue("out"));
        List<String> seen = new CopyOnWriteArrayList<>();
        session.createConsumer(queue)
                .setMessageListener(message -> JmsErrors.run(() -> {
                    producer.send(session.createMessage());
                    seen.add(Given.text(message) + "/" + message.getIntProperty("JMSXDeliveryCount"));
                    Thread.currentThread().interrupt();
                }));
        connection.start();
        Awaitility.await().untilAsserted(() -> assertThat(seen).containsExactly("m1/1", "m2/1", "m3/1"));
        connection.close();
    }

    @Test
    void aConsumerThatIsOpenedWhileItsSessionClosesIsClosed() throws JMSException {
        ClassicConnection connection = given.started();
        Session session = connection.createSession();
        session.createConsumer(queue).close();
        given.link().calls.clear();
        given.link().beforeOpening = () -> JmsErrors.run(session::close);
        assertThatThrownBy(() -> session.createConsumer(queue)).isInstanceOf(IllegalStateException.class);
        given.server.loop.awaitIdle(Given.LONG);
        assertThat(given.link().calls).containsSubsequence("openConsumer", "closeConsumer");
    }

    @Test
    void listenersOfOneSessionRunOneAtATimeOnItsThread() throws Exception {
        SluiceQueue other = new SluiceQueue("other");
        given.messages(queue, 20);
        given.messages(other, 20);
        ClassicConnection connection = given.connection();
        Session session = connection.createSession();
        CopyOnWriteArrayList<String> threads = new CopyOnWriteArrayList<>();
        for (SluiceQueue source : List.of(queue, other)) {
            session.createConsumer(source)
                    .setMessageListener(
                            message -> threads.add(Thread.currentThread().getName()));
        }
        connection.start();
        Awaitility.await().untilAsserted(() -> assertThat(threads).hasSize(40));
        assertThat(threads.stream().distinct().toList())
                .singleElement()
                .asString()
                .startsWith("sluice-session-");
    }

    @Test
    void closeWaitsForTheListenerAndItsMessageIsAcknowledged() throws Exception {
        given.messages(queue, 1);
        ClassicConnection connection = given.connection();
        Session session = connection.createSession();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        session.createConsumer(queue).setMessageListener(message -> {
            entered.countDown();
            JmsErrors.run(() -> {
                try {
                    assertThat(leave.await(Given.LONG, TimeUnit.MILLISECONDS)).isTrue();
                } catch (InterruptedException interrupt) {
                    throw new AssertionError(interrupt);
                }
                // The services of the session stay with a listener that still runs.
                session.createProducer(new SluiceQueue("out")).send(session.createMessage());
            });
        });
        connection.start();
        assertThat(entered.await(Given.LONG, TimeUnit.MILLISECONDS)).isTrue();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> JmsErrors.run(session::close));
        assertThatThrownBy(() -> closed.get(Given.SHORT, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        leave.countDown();
        closed.get(Given.LONG, TimeUnit.MILLISECONDS);
        Session next = connection.createSession();
        assertThat(next.createConsumer(queue).receiveNoWait()).isNull();
        assertThat(next.createConsumer(new SluiceQueue("out")).receive(Given.LONG))
                .isNotNull();
    }

    @Test
    void refusesASecondThreadInReceive() throws Exception {
        ClassicConnection connection = given.started();
        Session session = connection.createSession();
        MessageConsumer first = session.createConsumer(queue);
        MessageConsumer second = session.createConsumer(new SluiceQueue("other"));
        CompletableFuture<Message> waiting =
                CompletableFuture.supplyAsync(() -> JmsErrors.nullable(() -> first.receive(Given.LONG)));
        Awaitility.await()
                .untilAsserted(
                        () -> assertThatThrownBy(() -> second.receive(1)).isInstanceOf(IllegalStateException.class));
        given.messages(queue, 1);
        assertThat(waiting.get(Given.LONG, TimeUnit.MILLISECONDS)).isNotNull();
    }

    @Test
    void everythingOnAClosedSessionIsIllegalButClose() throws JMSException {
        Session session = given.connection().createSession();
        session.close();
        session.close();
        SluiceTopic topic = new SluiceTopic("t");
        for (ThrowingCallable action : List.<ThrowingCallable>of(
                session::createBytesMessage,
                session::createMapMessage,
                session::createMessage,
                session::createObjectMessage,
                session::createStreamMessage,
                session::createTextMessage,
                session::getTransacted,
                session::getAcknowledgeMode,
                session::commit,
                session::rollback,
                session::recover,
                session::getMessageListener,
                session::createTemporaryQueue,
                session::createTemporaryTopic,
                () -> session.setMessageListener(null),
                () -> session.createQueue("q"),
                () -> session.createTopic("t"),
                () -> session.createProducer(queue),
                () -> session.createConsumer(queue),
                () -> session.createBrowser(queue),
                () -> session.createDurableSubscriber(topic, "s"),
                () -> session.createSharedConsumer(topic, "s"),
                () -> session.createSharedDurableConsumer(topic, "s"),
                () -> session.unsubscribe("s"))) {
            assertThatThrownBy(action).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void sessionsOfOneDomainRefuseTheOther() throws JMSException {
        QueueSession queues =
                given.connection(Domain.QUEUE, ClientOptions.DEFAULT).createQueueSession(false, 1);
        TopicSession topics =
                given.connection(Domain.TOPIC, ClientOptions.DEFAULT).createTopicSession(false, 1);
        SluiceTopic topic = new SluiceTopic("t");
        for (ThrowingCallable action : List.<ThrowingCallable>of(
                () -> queues.createDurableSubscriber(topic, "s"),
                () -> queues.createDurableConsumer(topic, "s"),
                () -> queues.createSharedConsumer(topic, "s"),
                () -> queues.createSharedDurableConsumer(topic, "s"),
                queues::createTemporaryTopic,
                () -> queues.createTopic("t"),
                () -> queues.unsubscribe("s"),
                () -> topics.createBrowser(queue),
                () -> topics.createQueue("q"),
                topics::createTemporaryQueue)) {
            assertThatThrownBy(action).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void commitAndRollbackNeedATransaction() throws JMSException {
        Session session = given.connection().createSession();
        assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::rollback).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void temporaryDestinationsBelongToTheirConnection() throws JMSException {
        ClassicConnection connection = given.started();
        Session session = connection.createSession();
        TemporaryQueue temporary = session.createTemporaryQueue();
        TemporaryTopic topic = session.createTemporaryTopic();
        assertThat(temporary.getQueueName()).isNotEqualTo(topic.getTopicName());
        Session foreign = given.started().createSession();
        assertThatThrownBy(() -> foreign.createConsumer(temporary)).isInstanceOf(InvalidDestinationException.class);
        foreign.createProducer(temporary).send(foreign.createTextMessage("reply"));
        MessageConsumer consumer = session.createConsumer(temporary);
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("reply");
        assertThatThrownBy(temporary::delete).isInstanceOf(JMSException.class);
        consumer.close();
        temporary.delete();
        assertThatThrownBy(() -> session.createProducer(temporary)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> foreign.createProducer(temporary).send(foreign.createMessage()))
                .isInstanceOf(InvalidDestinationException.class);
        topic.delete();
    }

    @Test
    void saysThatWhatWentToOthersWhileItWasAwayIsNotAcknowledged() throws JMSException {
        given.messages(queue, 2);
        ClassicConnection connection = given.started();
        Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue);
        Message lost = consumer.receive(Given.LONG);
        given.server.loop.run(given.server::loseClaims);
        given.server.loop.awaitIdle(Given.LONG);
        long before = given.link().calls.stream()
                .filter(call -> call.startsWith("acknowledge"))
                .count();
        assertThatThrownBy(lost::acknowledge)
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("1 of the messages to acknowledge were given to other consumers");
        assertThat(given.link().calls.stream()
                        .filter(call -> call.startsWith("acknowledge"))
                        .count())
                .isEqualTo(before);
        Message again = consumer.receive(Given.LONG);
        assertThat(Given.text(again)).isEqualTo("m1");
        assertThat(again.getJMSRedelivered()).isTrue();
        assertThat(Given.texts(consumer, 1)).containsExactly("m2");
    }

    @Test
    void handsOutNothingWhileItsClaimMayEnd() throws JMSException {
        given.messages(queue, 1);
        ClassicConnection connection = given.started();
        MessageConsumer consumer = connection.createSession().createConsumer(queue);
        given.link().handOut = false;
        assertThat(consumer.receive(Given.SHORT)).isNull();
        given.link().handOut = true;
        assertThat(Given.text(consumer.receive(Given.LONG))).isEqualTo("m1");
    }

    @Test
    void reportsAConsumerThatTheServerEnded() throws Exception {
        ClassicConnection connection = given.started();
        CompletableFuture<JMSException> heard = new CompletableFuture<>();
        connection.setExceptionListener(heard::complete);
        Session session = connection.createSession();
        MessageConsumer receiving = session.createConsumer(queue);
        connection.createSession().createConsumer(queue).setMessageListener(message -> {});
        given.server.loop.run(() -> given.server.delete(AddressKind.QUEUE, "q"));
        assertThat(heard.get(Given.LONG, TimeUnit.MILLISECONDS)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> receiving.receive(Given.LONG)).isInstanceOf(InvalidDestinationException.class);
    }
}
