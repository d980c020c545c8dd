package dev.sluice.compliance;

import static dev.sluice.compliance.Chapter06ConnectionTest.awaitQuietly;
import static dev.sluice.compliance.Chapter06ConnectionTest.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions: what they make, who may use them, and in which order they deliver. */
class Chapter06SessionTest extends Chapter {
    @Test
    @Section("6.2")
    void aSessionIsMadeInEachWayAndTellsItsMode() throws JMSException {
        assertThat(connection.createSession().getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
        for (int mode : new int[] {1, 2, 3}) {
            assertThat(connection.createSession(mode).getAcknowledgeMode()).isEqualTo(mode);
            Session other = connection.createSession(false, mode);
            assertThat(other.getAcknowledgeMode()).isEqualTo(mode);
            assertThat(other.getTransacted()).isFalse();
        }
        assertThatThrownBy(() -> connection.createSession(false, 4711)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> connection.createSession(-1)).isInstanceOf(JMSException.class);
    }

    @Test
    @Section("6.2")
    void whatAQueueSessionDidNotAcknowledgeIsRetained() throws JMSException {
        send(queue, "one", "two");
        connection.start();
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        assertThat(Peer.texts(own.createConsumer(queue), 2)).containsExactly("one", "two");
        own.close();
        MessageConsumer next = session.createConsumer(queue);
        assertThat(nextMark(next)).isEqualTo("one/2r");
        assertThat(nextMark(next)).isEqualTo("two/2r");
    }

    @Test
    @Section("6.2")
    void whatADurableSubscriberDidNotAcknowledgeIsRetained() throws JMSException {
        Connection own = peer.connection(Peer.name("client"));
        Session first = own.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = first.createDurableConsumer(topic, "s");
        send(topic, "one", "two", "three");
        Peer.next(consumer).acknowledge();
        assertThat(nextMark(consumer)).isEqualTo("two/1");
        first.close();
        MessageConsumer next = own.createSession().createDurableConsumer(topic, "s");
        assertThat(nextMark(next)).isEqualTo("two/2r");
        assertThat(nextMark(next)).isEqualTo("three/1");
        assertThat(rest(next)).isEmpty();
    }

    @Test
    @Section("6.2.1")
    void aSessionServesManyProducersAndConsumers() throws JMSException {
        connection.start();
        List<MessageConsumer> consumers = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            Destination own = session.createQueue(Peer.name("many"));
            session.createProducer(own).send(session.createTextMessage("m" + number));
            consumers.add(session.createConsumer(own));
        }
        for (int number = 19; number >= 0; number--) {
            assertThat(Peer.text(consumers.get(number))).isEqualTo("m" + number);
        }
    }

    @Test
    @Section("6.2.2")
    void anySessionOfTheConnectionMayConsumeFromATemporaryDestination() throws JMSException {
        connection.start();
        Session maker = connection.createSession();
        TemporaryQueue ofQueue = maker.createTemporaryQueue();
        TemporaryTopic ofTopic = maker.createTemporaryTopic();
        maker.close();
        MessageConsumer first = session.createConsumer(ofQueue);
        MessageConsumer second = session.createConsumer(ofTopic);
        send(ofQueue, "to the queue");
        send(ofTopic, "to the topic");
        assertThat(Peer.text(first)).isEqualTo("to the queue");
        assertThat(Peer.text(second)).isEqualTo("to the topic");
    }

    @Test
    @Section("6.2.2")
    void contextsOfOneConnectionShareTheirTemporaryDestinations() {
        JMSContext context = context();
        TemporaryQueue temporary = context.createTemporaryQueue();
        try (JMSContext sibling = context.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
            JMSConsumer consumer = sibling.createConsumer(temporary);
            context.createProducer().send(temporary, "hello");
            assertThat(consumer.receiveBody(String.class, Peer.LONG)).isEqualTo("hello");
        }
    }

    @Test
    @Section("6.2.2")
    void noOtherConnectionMayConsumeFromATemporaryDestination() throws JMSException {
        TemporaryQueue ofQueue = session.createTemporaryQueue();
        TemporaryTopic ofTopic = session.createTemporaryTopic();
        assertThatThrownBy(() -> sending.createConsumer(ofQueue)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> sending.createConsumer(ofTopic)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> sending.createSharedConsumer(ofTopic, "s")).isInstanceOf(JMSException.class);
    }

    @Test
    @Section("6.2.2")
    void temporaryDestinationsAreUnique() throws JMSException {
        Set<String> names = new HashSet<>();
        for (int round = 0; round < 10; round++) {
            assertThat(names.add(session.createTemporaryQueue().getQueueName())).isTrue();
            assertThat(names.add(sending.createTemporaryQueue().getQueueName())).isTrue();
            assertThat(names.add(session.createTemporaryTopic().getTopicName())).isTrue();
        }
    }

    @Test
    @Section("6.2.2")
    void temporaryDestinationsEndWithTheirConnection() throws JMSException {
        TemporaryQueue temporary = session.createTemporaryQueue();
        send(temporary, "kept until then");
        connection.close();
        MessageProducer unidentified = sending.createProducer(null);
        assertThatThrownBy(() -> unidentified.send(temporary, sending.createMessage()))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> sending.createProducer(temporary)).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("6.2.2")
    void aDeletedTemporaryDestinationIsGone() throws JMSException {
        connection.start();
        TemporaryQueue temporary = session.createTemporaryQueue();
        MessageProducer toIt = sending.createProducer(temporary);
        MessageConsumer consumer = session.createConsumer(temporary);
        assertThatThrownBy(temporary::delete).isInstanceOf(JMSException.class);
        consumer.close();
        temporary.delete();
        assertThatThrownBy(() -> session.createConsumer(temporary)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createProducer(temporary)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> toIt.send(sending.createMessage())).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("6.2.3")
    void aDestinationMadeFromItsNameIsTheSameDestination() throws JMSException {
        connection.start();
        assertThat(session.createQueue(queue.getQueueName())).isEqualTo(queue).hasSameHashCodeAs(queue);
        assertThat(session.createTopic(topic.getTopicName())).isEqualTo(topic);
        assertThat((Object) session.createTopic(queue.getQueueName())).isNotEqualTo(queue);
        send(queue, "one");
        assertThat(Peer.text(session.createConsumer(session.createQueue(queue.getQueueName()))))
                .isEqualTo("one");
        assertThatThrownBy(() -> session.createQueue(null)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createTopic("")).isInstanceOf(JMSException.class);
    }

    @Test
    @Section("6.2.4")
    void aSessionMakesEveryKindOfMessage() throws JMSException {
        assertThat(session.createMessage()).isNotNull();
        assertThat(session.createBytesMessage()).isInstanceOf(BytesMessage.class);
        assertThat(session.createMapMessage()).isInstanceOf(MapMessage.class);
        assertThat(session.createStreamMessage()).isInstanceOf(StreamMessage.class);
        assertThat(session.createObjectMessage()).isInstanceOf(ObjectMessage.class);
        assertThat(session.createObjectMessage("x").getObject()).isEqualTo("x");
        assertThat(session.createTextMessage().getText()).isNull();
        assertThat(session.createTextMessage("x").getText()).isEqualTo("x");
    }

    @Test
    @Section("6.2.4")
    void anySessionSendsAMessageThatAnotherMade() throws JMSException {
        TextMessage made = session.createTextMessage("made elsewhere");
        connection.close();
        sending.createProducer(queue).send(made);
        MessageConsumer consumer = peer.started().createSession().createConsumer(queue);
        assertThat(Peer.text(consumer)).isEqualTo("made elsewhere");
    }

    @Test
    @Section("6.2.5")
    void aSecondReceiveInTheSameSessionIsRefused() throws Exception {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageConsumer other = session.createConsumer(topic);
        Aside<Message> first = Aside.call(() -> consumer.receive()).waits();
        assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> other.receive(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> consumer.setMessageListener(message -> {})).isInstanceOf(IllegalStateException.class);
        send(queue, "one");
        assertThat(text(first.result())).isEqualTo("one");
    }

    @Test
    @Section("6.2.5")
    void receiveBesideTheListenerOfAConsumerIsRefused() throws JMSException {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        consumer.setMessageListener(message -> {});
        assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Section("6.2.5")
    void theThreadThatReceivedMaySendOnTheSameSession() throws JMSException {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = session.createProducer(topic);
        MessageConsumer answered = peer.started().createSession().createConsumer(topic);
        send(queue, "one");
        producer.send(session.createTextMessage("after " + Peer.text(consumer)));
        assertThat(Peer.text(answered)).isEqualTo("after one");
    }

    @Test
    @Section({"6.2.5", "6.2.6"})
    void moreListenersMayFollowOnAStartedContext() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        JMSContext context = context();
        context.createConsumer(queue).setMessageListener(message -> heard.add("queue " + text(message)));
        send(queue, "one");
        assertThat(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("queue one");
        JMSConsumer second = context.createConsumer(topic);
        second.setMessageListener(message -> heard.add("topic " + text(message)));
        send(topic, "two");
        assertThat(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("topic two");
    }

    @Test
    @Section("6.2.6")
    void anotherThreadMayMakeAContextAndCloseAContextOrConsumer() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        JMSContext context = context();
        JMSConsumer idle = context.createConsumer(topic);
        JMSConsumer busy = context.createConsumer(queue);
        busy.setMessageListener(message -> {
            entered.countDown();
            awaitQuietly(leave);
        });
        send(queue, "one");
        assertThat(entered.await(Peer.LONG, TimeUnit.MILLISECONDS)).isTrue();
        JMSContext other = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        assertThat(other.createTextMessage("x")).isNotNull();
        idle.close();
        leave.countDown();
        assertThat(Aside.run(context::close).result()).isTrue();
        other.createProducer().send(queue, "still open");
    }

    @Test
    @Section({"6.2.7", "6.2.8", "10.3"})
    void commitAndRollbackNeedATransactedSession() {
        assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(session::rollback).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section({"6.2.9.1", "6.2.9.2"})
    void theMessagesOfASessionToADestinationKeepTheirOrder(int mode) throws JMSException {
        connection.start();
        MessageProducer first = sending.createProducer(queue);
        MessageProducer second = sending.createProducer(queue);
        first.setDeliveryMode(mode);
        second.setDeliveryMode(mode);
        List<String> sent = new ArrayList<>();
        MessageConsumer consumer = session.createConsumer(queue);
        for (int number = 0; number < 300; number++) {
            sent.add("m" + number);
            (number % 3 == 0 ? first : second).send(sending.createTextMessage("m" + number));
        }
        assertThat(Peer.texts(consumer, 300)).isEqualTo(sent);
    }

    @Test
    @Section("6.2.9.2")
    void orderHoldsWithinEachDeliveryMode() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        for (int number = 0; number < 100; number++) {
            int mode = number % 2 == 0 ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
            producer.send(sending.createTextMessage(mode + " " + (1000 + number)), mode, 4, 0);
        }
        connection.start();
        List<String> received = Peer.texts(session.createConsumer(queue), 100);
        for (String mode : List.of("1 ", "2 ")) {
            assertThat(received.stream().filter(text -> text.startsWith(mode)))
                    .hasSize(50)
                    .isSorted();
        }
    }

    @Test
    @Section("6.2.9.2")
    void higherPrioritiesJumpAheadAndKeepTheirOwnOrder() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        for (int number = 0; number < 60; number++) {
            int priority = number % 3 * 4;
            producer.send(
                    sending.createTextMessage(priority + " " + (100 + number)), DeliveryMode.PERSISTENT, priority, 0);
        }
        connection.start();
        List<String> received = Peer.texts(session.createConsumer(queue), 60);
        List<String> expected = new ArrayList<>();
        for (int priority : new int[] {8, 4, 0}) {
            for (int number = priority / 4; number < 60; number += 3) {
                expected.add(priority + " " + (100 + number));
            }
        }
        assertThat(received).isEqualTo(expected);
    }

    @Test
    @Section("6.2.9.2")
    void aLaterDeliveryTimeComesAfterAnEarlierOne() throws JMSException {
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        MessageProducer producer = sending.createProducer(queue);
        producer.setDeliveryDelay(300);
        producer.send(sending.createTextMessage("sent first"));
        producer.setDeliveryDelay(50);
        producer.send(sending.createTextMessage("sent second"));
        producer.setDeliveryDelay(0);
        producer.send(sending.createTextMessage("sent third"));
        assertThat(Peer.texts(consumer, 3)).containsExactly("sent third", "sent second", "sent first");
    }

    @Test
    @Section({"6.2.13", "6.2.5"})
    void aSessionRunsOneListenerAtATimeOnOneThread() throws Exception {
        List<String> running = new CopyOnWriteArrayList<>();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        List<String> overlaps = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(150);
        for (int number = 0; number < 3; number++) {
            String name = "c" + number;
            session.createConsumer(topic).setMessageListener(message -> {
                running.add(name);
                if (running.size() != 1) {
                    overlaps.add(running.toString());
                }
                threads.add(Thread.currentThread());
                Thread.yield();
                running.remove(name);
                all.countDown();
            });
        }
        connection.start();
        for (int number = 0; number < 50; number++) {
            send(topic, "m" + number);
        }
        assertThat(all.await(Peer.LONG, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(overlaps).isEmpty();
        assertThat(new HashSet<>(threads)).hasSize(1);
    }

    @Test
    @Section("6.2.13")
    void messagesForOtherListenersWaitWhileOneRuns() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        session.createConsumer(queue).setMessageListener(message -> {
            entered.countDown();
            awaitQuietly(leave);
            heard.add("slow");
        });
        session.createConsumer(topic).setMessageListener(message -> heard.add("other"));
        connection.start();
        send(queue, "one");
        assertThat(entered.await(Peer.LONG, TimeUnit.MILLISECONDS)).isTrue();
        send(topic, "two");
        letPass(20);
        assertThat(heard).isEmpty();
        leave.countDown();
        assertThat(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("slow");
        assertThat(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("other");
    }

    @Test
    @Section("6.2.14")
    void listenersOfSeveralSessionsRunAtTheSameTime() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();
        for (int number = 0; number < 3; number++) {
            connection
                    .createSession()
                    .createConsumer(topic)
                    .setMessageListener(
                            message -> outcomes.add(outcomeOf(() -> together.await(Peer.LONG, TimeUnit.MILLISECONDS))));
        }
        connection.start();
        send(topic, "one");
        for (int number = 0; number < 3; number++) {
            assertThat(outcomes.poll(Peer.LONG, TimeUnit.MILLISECONDS)).isEqualTo("done");
        }
    }
}
