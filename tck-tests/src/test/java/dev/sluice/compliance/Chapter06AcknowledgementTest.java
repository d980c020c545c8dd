package dev.sluice.compliance;

import static dev.sluice.compliance.Chapter06ConnectionTest.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Acknowledgement, recovery and what is delivered again. */
class Chapter06AcknowledgementTest extends Chapter {
    private Session client() throws JMSException {
        connection.start();
        return connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    }

    @Test
    @Section("6.2.10")
    void acknowledgingOneMessageAcknowledgesAllThatTheSessionDelivered() throws JMSException {
        send(queue, "one", "two", "three");
        Session own = client();
        MessageConsumer first = own.createConsumer(queue);
        MessageConsumer second = own.createConsumer(topic);
        send(topic, "four");
        Message one = Peer.next(first);
        assertThat(Peer.text(first)).isEqualTo("two");
        assertThat(Peer.text(second)).isEqualTo("four");
        one.acknowledge();
        own.recover();
        assertThat(nextMark(first)).isEqualTo("three/1");
        assertThat(rest(second)).isEmpty();
    }

    @Test
    @Section("6.2.10")
    void acknowledgingTwiceIsHarmless() throws JMSException {
        send(queue, "one", "two");
        Session own = client();
        MessageConsumer consumer = own.createConsumer(queue);
        Message one = Peer.next(consumer);
        one.acknowledge();
        one.acknowledge();
        assertThat(nextMark(consumer)).isEqualTo("two/1");
        one.acknowledge();
        own.recover();
        assertThat(rest(consumer)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    @Section("6.2.10")
    void acknowledgeIsIgnoredInTheAutomaticModes(int mode) throws JMSException {
        send(queue, "one", "two");
        connection.start();
        Session own = connection.createSession(mode);
        MessageConsumer consumer = own.createConsumer(queue);
        Peer.next(consumer).acknowledge();
        assertThat(nextMark(consumer)).isEqualTo("two/1");
    }

    @Test
    @Section("6.2.10")
    void autoAcknowledgeIsDoneWhenReceiveReturns() throws JMSException {
        send(queue, "one", "two");
        connection.start();
        Session own = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        assertThat(Peer.text(own.createConsumer(queue))).isEqualTo("one");
        own.close();
        MessageConsumer next = session.createConsumer(queue);
        assertThat(nextMark(next)).isEqualTo("two/1");
        assertThat(rest(next)).isEmpty();
    }

    @Test
    @Section({"6.2.10", "3.5.11"})
    void recoverStartsAgainWithTheFirstUnacknowledgedMessage() throws JMSException {
        send(queue, "one", "two", "three", "four");
        Session own = client();
        MessageConsumer consumer = own.createConsumer(queue);
        Peer.next(consumer).acknowledge();
        assertThat(nextMark(consumer)).isEqualTo("two/1");
        assertThat(nextMark(consumer)).isEqualTo("three/1");
        own.recover();
        assertThat(nextMark(consumer)).isEqualTo("two/2r");
        own.recover();
        assertThat(nextMark(consumer)).isEqualTo("two/3r");
        assertThat(nextMark(consumer)).isEqualTo("three/2r");
        assertThat(nextMark(consumer)).isEqualTo("four/1");
    }

    @Test
    @Section("6.2.10")
    void recoverOfSeveralConsumersKeepsTheOrderOfEach() throws JMSException {
        Session own = client();
        MessageConsumer first = own.createConsumer(queue);
        MessageConsumer second = own.createConsumer(topic);
        for (int number = 0; number < 20; number++) {
            send(queue, "q" + number);
            send(topic, "t" + number);
        }
        assertThat(Peer.texts(first, 10)).startsWith("q0").endsWith("q9");
        assertThat(Peer.texts(second, 15)).startsWith("t0").endsWith("t14");
        own.recover();
        for (int number = 0; number < 20; number++) {
            assertThat(nextMark(first)).isEqualTo("q" + number + (number < 10 ? "/2r" : "/1"));
            assertThat(nextMark(second)).isEqualTo("t" + number + (number < 15 ? "/2r" : "/1"));
        }
    }

    @Test
    @Section("6.2.10")
    void afterRecoverAHigherPriorityMayComeFirst() throws JMSException {
        send(queue, "ordinary");
        Session own = client();
        MessageConsumer consumer = own.createConsumer(queue);
        assertThat(nextMark(consumer)).isEqualTo("ordinary/1");
        sending.createProducer(queue).send(sending.createTextMessage("urgent"), DeliveryMode.PERSISTENT, 9, 0);
        own.recover();
        assertThat(List.of(nextMark(consumer), nextMark(consumer)))
                .containsExactlyInAnyOrder("ordinary/2r", "urgent/1");
    }

    @Test
    @Section("6.2.10")
    void afterRecoverAnExpiredMessageIsLeftOut() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        producer.send(sending.createTextMessage("short"), DeliveryMode.PERSISTENT, 4, 400);
        producer.send(sending.createTextMessage("lasting"));
        Session own = client();
        MessageConsumer consumer = own.createConsumer(queue);
        assertThat(Peer.texts(consumer, 2)).containsExactly("short", "lasting");
        letPass(450);
        own.recover();
        assertThat(nextMark(consumer)).isEqualTo("lasting/2r");
        assertThat(rest(consumer)).isEmpty();
    }

    @Test
    @Section("6.2.10")
    void recoverInAListenerBeginsAgainWithTheFirstUnacknowledgedMessage() throws Exception {
        assertThat(heardWithRecoverAt("two/1", Session.CLIENT_ACKNOWLEDGE, 5))
                .containsExactly("one/1", "two/1", "one/2r", "two/2r", "three/1");
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    @Section({"6.2.10", "6.2.11"})
    void recoverInAListenerOfAnAutomaticSessionRepeatsItsMessage(int mode) throws Exception {
        assertThat(heardWithRecoverAt("two/1", mode, 4)).containsExactly("one/1", "two/1", "two/2r", "three/1");
    }

    private List<String> heardWithRecoverAt(String when, int mode, int count) throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Session own = connection.createSession(mode);
        own.createConsumer(queue).setMessageListener(message -> {
            heard.add(mark(message));
            if (mark(message).equals(when)) {
                assertThat(outcomeOf(own::recover)).isEqualTo("done");
            }
        });
        send(queue, "one", "two", "three");
        connection.start();
        List<String> marks = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            marks.add(heard.poll(Peer.LONG, TimeUnit.MILLISECONDS));
        }
        own.close();
        assertThat(heard).isEmpty();
        return marks;
    }

    @Test
    @Section("6.2.10")
    void aContextAcknowledgesAndRecoversItsSession() throws JMSException {
        send(queue, "one", "two", "three");
        JMSContext context = context(JMSContext.CLIENT_ACKNOWLEDGE);
        JMSConsumer consumer = context.createConsumer(queue);
        assertThat(mark(consumer.receive(Peer.LONG))).isEqualTo("one/1");
        context.acknowledge();
        assertThat(mark(consumer.receive(Peer.LONG))).isEqualTo("two/1");
        context.recover();
        assertThat(mark(consumer.receive(Peer.LONG))).isEqualTo("two/2r");
        context.acknowledge();
        context.recover();
        assertThat(mark(consumer.receive(Peer.LONG))).isEqualTo("three/1");
    }

    @Test
    @Section("6.2.10")
    void recoverBeforeAnythingWasDeliveredChangesNothing() throws JMSException {
        Session own = client();
        own.recover();
        MessageConsumer consumer = own.createConsumer(queue);
        own.recover();
        send(queue, "one", "two");
        assertThat(nextMark(consumer)).isEqualTo("one/1");
        assertThat(nextMark(consumer)).isEqualTo("two/1");
    }

    @Test
    @Section({"6.2.10", "6.2.11"})
    void recoverLeavesWhatOtherSessionsHold() throws JMSException {
        send(queue, "one", "two");
        Session own = client();
        Session other = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer first = own.createConsumer(queue);
        assertThat(nextMark(first)).isEqualTo("one/1");
        first.close();
        MessageConsumer second = other.createConsumer(queue);
        Message two = Peer.next(second);
        own.recover();
        assertThat(nextMark(second)).isEqualTo("one/2r");
        two.acknowledge();
        own.close();
        other.recover();
        assertThat(rest(second)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section({"6.2.10", "6.2", "8.8"})
    void recoverGivesBackWhatAClosedConsumerReceived(int mode) throws JMSException {
        sending.createProducer(queue).send(sending.createTextMessage("one"), mode, 4, 0);
        Session own = client();
        MessageConsumer consumer = own.createConsumer(queue);
        assertThat(nextMark(consumer)).isEqualTo("one/1");
        consumer.close();
        own.recover();
        MessageConsumer next = own.createConsumer(queue);
        assertThat(nextMark(next)).isEqualTo("one/2r");
        next.close();
        own.close();
        assertThat(nextMark(session.createConsumer(queue))).isEqualTo("one/3r");
    }

    @Test
    @Section("6.2.10")
    void aClientMayCollectThousandsOfUnacknowledgedMessages() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        for (int number = 0; number < 3000; number++) {
            producer.send(sending.createTextMessage("m" + number));
        }
        Session own = client();
        MessageConsumer consumer = own.createConsumer(queue);
        assertThat(Peer.texts(consumer, 3000)).hasSize(3000).startsWith("m0").endsWith("m2999");
        own.recover();
        assertThat(nextMark(consumer)).isEqualTo("m0/2r");
        assertThat(nextMark(consumer)).isEqualTo("m1/2r");
    }

    @Test
    @Section({"6.2.11", "9.1"})
    void anAcknowledgedMessageNeverComesAgainEvenAfterARestart(@TempDir Path directory) throws JMSException {
        try (Restartable server = Restartable.durable(directory)) {
            try (Connection own = server.factory("").createConnection()) {
                own.start();
                Session client = own.createSession(Session.CLIENT_ACKNOWLEDGE);
                for (String text : List.of("one", "two", "three")) {
                    client.createProducer(queue).send(client.createTextMessage(text));
                }
                MessageConsumer consumer = client.createConsumer(queue);
                Peer.next(consumer).acknowledge();
                assertThat(nextMark(consumer)).isEqualTo("two/1");
            }
            server.stop();
            try (Connection own = server.factory("").createConnection()) {
                own.start();
                MessageConsumer consumer = own.createSession().createConsumer(queue);
                // The count need not be exact after a restart; the mark must be there.
                assertThat(nextMark(consumer)).startsWith("two/").endsWith("r");
                assertThat(Peer.text(consumer)).isEqualTo("three");
                assertThat(rest(consumer)).isEmpty();
            }
        }
    }

    @Test
    @Section("6.2.12")
    void whatIsSentOnceIsReceivedOnce() throws Exception {
        List<Aside<Boolean>> senders = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            String prefix = "s" + number + "-";
            Session own = peer.connection().createSession();
            senders.add(Aside.run(() -> {
                MessageProducer producer = own.createProducer(queue);
                for (int each = 0; each < 100; each++) {
                    producer.send(own.createTextMessage(prefix + each));
                }
            }));
        }
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Peer.texts(consumer, 400)).doesNotHaveDuplicates();
        for (Aside<Boolean> sender : senders) {
            assertThat(sender.result()).isTrue();
        }
        assertThat(rest(consumer)).isEmpty();
    }

    @Test
    @Section("6.2.12")
    void sendingTheSameMessageTwiceMakesTwoMessages() throws JMSException {
        MessageProducer producer = sending.createProducer(queue);
        Message message = sending.createTextMessage("again");
        producer.send(message);
        String first = message.getJMSMessageID();
        producer.send(message);
        assertThat(message.getJMSMessageID()).isNotEqualTo(first);
        connection.start();
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Peer.next(consumer).getJMSMessageID()).isEqualTo(first);
        assertThat(Peer.next(consumer).getJMSMessageID()).isEqualTo(message.getJMSMessageID());
    }
}
