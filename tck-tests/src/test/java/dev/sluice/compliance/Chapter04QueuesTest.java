package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;

/** Queues: each message for one receiver, browsers, temporary queues, requestors. */
class Chapter04QueuesTest extends Exchange {
    private void send(String... texts) throws JMSException {
        for (String text : texts) {
            TextMessage message = text(text);
            message.setStringProperty("kind", text);
            producer.send(message);
        }
    }

    private static List<String> texts(QueueBrowser browser) throws JMSException {
        List<String> texts = new ArrayList<>();
        for (Object message : Collections.list((Enumeration<?>) browser.getEnumeration())) {
            texts.add(((TextMessage) message).getText());
        }
        return texts;
    }

    @Test
    @Section({"4.1", "4.1.2"})
    void eachMessageGoesToOneConsumerAndNoneIsLost() throws JMSException {
        MessageConsumer first = session.createConsumer(queue);
        MessageConsumer second = peer.started().createSession().createConsumer(queue);
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            sent.add("m" + number);
        }
        send(sent.toArray(new String[0]));
        List<String> ofFirst = rest(first);
        List<String> ofSecond = rest(second);
        assertThat(ofFirst).isSortedAccordingTo((a, b) -> sent.indexOf(a) - sent.indexOf(b));
        assertThat(ofSecond).isSortedAccordingTo((a, b) -> sent.indexOf(a) - sent.indexOf(b));
        List<String> all = new ArrayList<>(ofFirst);
        all.addAll(ofSecond);
        assertThat(all).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    @Section("4.1.2")
    void whatIsNotSelectedStaysOrGoesToAnother() throws JMSException {
        MessageConsumer ofA = session.createConsumer(queue, "kind = 'a'");
        MessageConsumer ofB = session.createConsumer(queue, "kind = 'b'");
        send("a", "b", "c", "a", "b");
        assertThat(rest(ofA)).containsExactly("a", "a");
        assertThat(rest(ofB)).containsExactly("b", "b");
        ofA.close();
        ofB.close();
        assertThat(rest(session.createConsumer(queue))).containsExactly("c");
    }

    @Test
    @Section("4.1.2")
    void whatAClosedConsumerWasSentAheadGoesToAnother() throws JMSException {
        MessageConsumer first = session.createConsumer(queue);
        send("m1", "m2", "m3");
        assertThat(Peer.text(first)).isEqualTo("m1");
        MessageConsumer second = session.createConsumer(queue);
        first.close();
        assertThat(Peer.texts(second, 2)).containsExactly("m2", "m3");
    }

    @Test
    @Section({"4.1.2", "4.1.8"})
    void messagesWaitWhileNobodyConsumes() throws JMSException {
        send("m1", "m2");
        connection.close();
        Connection later = peer.started();
        assertThat(Peer.texts(later.createSession().createConsumer(queue), 2)).containsExactly("m1", "m2");
    }

    @Test
    @Section("4.1.8")
    void persistentMessagesOutliveTheServer(@TempDir Path folder) throws JMSException {
        Queue durable;
        try (Peer embedded = new Peer("sluice:embedded:" + folder)) {
            Session own = embedded.connection().createSession();
            durable = own.createQueue("kept");
            own.createProducer(durable).send(own.createTextMessage("kept"));
        }
        try (Peer embedded = new Peer("sluice:embedded:" + folder)) {
            assertThat(Peer.text(embedded.started().createSession().createConsumer(durable)))
                    .isEqualTo("kept");
        }
    }

    @Test
    @Section({"4.1.3", "4.1.4"})
    void aQueueIsKnownByItsName() throws JMSException {
        String name = Peer.name("named");
        assertThat(session.createQueue(name).getQueueName()).isEqualTo(name);
        send("m");
        assertThat(Peer.text(peer.started().createSession().createConsumer(session.createQueue(queue.getQueueName()))))
                .isEqualTo("m");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @Section("4.1.4")
    void aQueueNeedsAName(String name) {
        assertThatThrownBy(() -> session.createQueue(name)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createTopic(name)).isInstanceOf(JMSException.class);
    }

    @Test
    @Section("4.1.5")
    void temporaryQueuesAreUniqueAndConsumedByTheirConnectionAlone() throws JMSException {
        TemporaryQueue first = session.createTemporaryQueue();
        TemporaryQueue second = connection.createSession().createTemporaryQueue();
        assertThat(first).isNotEqualTo(second);
        assertThat(first.getQueueName()).isNotEqualTo(second.getQueueName());
        Session other = peer.started().createSession();
        assertThatThrownBy(() -> other.createConsumer(first)).isInstanceOf(InvalidDestinationException.class);
        other.createProducer(first).send(other.createTextMessage("m"));
        assertThat(Peer.text(connection.createSession().createConsumer(first))).isEqualTo("m");
    }

    @Test
    @Section("4.1.5")
    void aTemporaryQueueLivesAsLongAsItsConnectionWhateverItsSessionDoes() throws JMSException {
        Session making = connection.createSession();
        TemporaryQueue temporary = making.createTemporaryQueue();
        making.close();
        session.createProducer(temporary).send(text("m"));
        assertThat(Peer.text(session.createConsumer(temporary))).isEqualTo("m");
        Session other = peer.started().createSession();
        MessageProducer late = other.createProducer(temporary);
        connection.close();
        assertThatThrownBy(() -> late.send(other.createTextMessage("m"))).isInstanceOf(JMSException.class);
    }

    @Test
    @Section("4.1.5")
    void aTemporaryQueueIsDeletedWhenNobodyConsumesIt() throws JMSException {
        TemporaryQueue temporary = session.createTemporaryQueue();
        MessageConsumer consumer = session.createConsumer(temporary);
        assertThatThrownBy(temporary::delete).isInstanceOf(JMSException.class);
        session.createProducer(temporary).send(text("still there"));
        assertThat(Peer.text(consumer)).isEqualTo("still there");
        consumer.close();
        temporary.delete();
        assertThatThrownBy(() -> session.createConsumer(temporary)).isInstanceOf(JMSException.class);
    }

    @Test
    @Section("4.1.6")
    void browsingTakesNothingAndKeepsTheOrder() throws JMSException {
        send("a", "b", "c");
        QueueBrowser browser = session.createBrowser(queue);
        assertThat(browser.getQueue()).isEqualTo(queue);
        assertThat(browser.getMessageSelector()).isNull();
        assertThat(texts(browser)).containsExactly("a", "b", "c");
        assertThat(texts(browser)).containsExactly("a", "b", "c");
        assertThat(rest(session.createConsumer(queue))).containsExactly("a", "b", "c");
    }

    @Test
    @Section("4.1.6")
    void aBrowserSeesOnlyWhatItsSelectorAllows() throws JMSException {
        send("a", "b", "a");
        QueueBrowser browser = session.createBrowser(queue, "kind = 'a'");
        assertThat(browser.getMessageSelector()).isEqualTo("kind = 'a'");
        assertThat(texts(browser)).containsExactly("a", "a");
        assertThat(session.createBrowser(queue, "").getMessageSelector()).isNull();
    }

    @Test
    @Section("4.1.6")
    void theEndOfABrowserIsAnEnd() throws JMSException {
        Enumeration<?> empty = session.createBrowser(queue).getEnumeration();
        assertThat(empty.hasMoreElements()).isFalse();
        assertThatThrownBy(empty::nextElement).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    @Section("4.1.6")
    void aBrowserShowsNothingBeforeItsDeliveryTimeNorAfterItsExpiration() throws JMSException {
        producer.setDeliveryDelay(60_000);
        send("later");
        producer.setDeliveryDelay(0);
        producer.send(text("short"), DeliveryMode.PERSISTENT, 4, 1);
        send("now");
        letPass(30);
        assertThat(texts(session.createBrowser(queue))).containsExactly("now");
    }

    @Test
    @Section("4.1.6")
    void aBrowserSeesManyMessagesAndNonPersistentOnes() throws JMSException {
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        for (int number = 0; number < 700; number++) {
            producer.send(text("m" + number));
        }
        List<String> seen = texts(session.createBrowser(queue));
        assertThat(seen).hasSize(700).startsWith("m0", "m1").endsWith("m699");
    }

    @Test
    @Section("4.1.6")
    void aContextBrowsesToo() throws JMSException {
        send("a");
        try (JMSContext context = peer.factory().createContext()) {
            assertThat(texts(context.createBrowser(queue))).containsExactly("a");
        }
    }

    @Test
    @Section("4.1.6")
    void aClosedBrowserShowsNoMore() throws JMSException {
        QueueBrowser browser = session.createBrowser(queue);
        browser.close();
        browser.close();
        assertThatThrownBy(browser::getEnumeration).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createBrowser(null)).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("4.1.7")
    void aRequestorWaitsForTheReply() throws Exception {
        Session serving = peer.started().createSession();
        MessageProducer replies = serving.createProducer(null);
        serving.createConsumer(queue).setMessageListener(request -> {
            try {
                replies.send(
                        request.getJMSReplyTo(),
                        serving.createTextMessage("reply to " + ((TextMessage) request).getText()));
            } catch (JMSException error) {
                throw new AssertionError(error);
            }
        });
        try (QueueConnection legacy = ((QueueConnectionFactory) peer.factory()).createQueueConnection()) {
            legacy.start();
            QueueSession ofQueues = legacy.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            QueueRequestor requestor = new QueueRequestor(ofQueues, queue);
            CompletableFuture<TextMessage> reply = CompletableFuture.supplyAsync(() -> {
                try {
                    return (TextMessage) requestor.request(ofQueues.createTextMessage("r1"));
                } catch (JMSException error) {
                    throw new AssertionError(error);
                }
            });
            assertThat(reply.get(Peer.LONG, TimeUnit.MILLISECONDS).getText()).isEqualTo("reply to r1");
            requestor.close();
            assertThatThrownBy(ofQueues::createMessage).isInstanceOf(jakarta.jms.IllegalStateException.class);
        }
    }
}
