package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields: who sets them, when, and what they say. */
class Chapter03HeadersTest extends Exchange {
    @Test
    @Section("3.4")
    void theWholeHeaderReachesTheReceiver() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSCorrelationID("c-1");
        sent.setJMSReplyTo(session.createTopic("replies"));
        sent.setJMSType("kind");
        producer.send(sent, DeliveryMode.NON_PERSISTENT, 7, 60_000);
        Message received = received();
        assertThat(received.getJMSDestination()).isEqualTo(sent.getJMSDestination());
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(received.getJMSPriority()).isEqualTo(7);
        assertThat(received.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
        assertThat(received.getJMSTimestamp()).isEqualTo(sent.getJMSTimestamp());
        assertThat(received.getJMSExpiration()).isEqualTo(sent.getJMSExpiration());
        assertThat(received.getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
        assertThat(received.getJMSCorrelationID()).isEqualTo("c-1");
        assertThat(received.getJMSReplyTo()).isEqualTo(session.createTopic("replies"));
        assertThat(received.getJMSType()).isEqualTo("kind");
        assertThat(received.getJMSRedelivered()).isFalse();
    }

    @Test
    @Section("3.4.1")
    void theDestinationIsThatOfTheSend() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSDestination(session.createQueue("somewhere.else"));
        Message received = exchanged(sent);
        assertThat(sent.getJMSDestination()).isEqualTo(queue);
        assertThat(received.getJMSDestination()).isEqualTo(queue);
    }

    @Test
    @Section("3.4.1")
    void theDestinationOfAnUnidentifiedProducerIsTheOneNamedInTheCall() throws JMSException {
        TextMessage sent = text("m");
        session.createProducer(null).send(queue, sent);
        assertThat(sent.getJMSDestination()).isEqualTo(queue);
        assertThat(received().getJMSDestination()).isEqualTo(queue);
    }

    @Test
    @Section({"3.4.2", "3.4.11"})
    void theDeliveryModeOfTheMessageItselfIsIgnored() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
        Message received = exchanged(sent);
        assertThat(sent.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
    }

    @Test
    @Section("3.4.2")
    void theDeliveryModeOfTheCallGoesBeforeThatOfTheProducer() throws JMSException {
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
        TextMessage sent = text("m");
        producer.send(sent, DeliveryMode.NON_PERSISTENT, 4, 0);
        assertThat(sent.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(received().getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
    }

    @Test
    @Section("3.4.3")
    void messageIdsBeginWithTheirPrefixAndAreNeverTheSame() throws JMSException {
        Session other = peer.connection().createSession();
        MessageProducer second = other.createProducer(queue);
        Set<String> ids = new HashSet<>();
        TextMessage again = text("again");
        for (int number = 0; number < 50; number++) {
            producer.send(again);
            ids.add(again.getJMSMessageID());
            TextMessage fresh = other.createTextMessage("fresh");
            second.send(fresh, DeliveryMode.NON_PERSISTENT, 4, 0);
            ids.add(fresh.getJMSMessageID());
        }
        assertThat(ids).hasSize(100).allMatch(id -> id.startsWith("ID:"));
    }

    @Test
    @Section({"3.4.3", "3.4.11"})
    void aMessageIdThatTheClientSetsIsOverwritten() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSMessageID("ID:mine");
        Message received = exchanged(sent);
        assertThat(sent.getJMSMessageID()).isNotEqualTo("ID:mine").startsWith("ID:");
        assertThat(received.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
    }

    @Test
    @Section("3.4.3")
    void withoutMessageIdsTheyAreNullOrAsUsual() throws JMSException {
        producer.setDisableMessageID(true);
        assertThat(producer.getDisableMessageID()).isTrue();
        TextMessage sent = text("m");
        sent.setJMSMessageID("ID:stale");
        Message received = exchanged(sent);
        assertThat(sent.getJMSMessageID()).isEqualTo(received.getJMSMessageID());
        if (sent.getJMSMessageID() != null) {
            assertThat(sent.getJMSMessageID()).startsWith("ID:").isNotEqualTo("ID:stale");
        }
    }

    @Test
    @Section("3.4.4")
    void theTimestampLiesBetweenTheCallAndItsReturn() throws JMSException {
        for (int round = 0; round < 50; round++) {
            TextMessage sent = text("m");
            long before = System.currentTimeMillis();
            producer.send(sent);
            long after = System.currentTimeMillis();
            assertThat(sent.getJMSTimestamp()).isBetween(before, after);
        }
    }

    @Test
    @Section({"3.4.4", "3.4.11"})
    void aTimestampThatTheClientSetsIsOverwritten() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSTimestamp(1);
        assertThat(exchanged(sent).getJMSTimestamp())
                .isEqualTo(sent.getJMSTimestamp())
                .isGreaterThan(1);
    }

    @Test
    @Section("3.4.4")
    void withoutTimestampsTheyAreZeroOrAsUsual() throws JMSException {
        producer.setDisableMessageTimestamp(true);
        producer.setTimeToLive(60_000);
        TextMessage sent = text("m");
        sent.setJMSTimestamp(77);
        Message received = exchanged(sent);
        assertThat(received.getJMSTimestamp()).isEqualTo(sent.getJMSTimestamp()).isNotEqualTo(77);
        assertThat(received.getJMSExpiration()).isGreaterThan(System.currentTimeMillis());
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-17", "ID:0123456789abcdef-1", "", "grüße 你好 😀", "'"})
    @Section("3.4.5")
    void aCorrelationIdIsAnyText(String correlation) throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSCorrelationID(correlation);
        assertThat(exchanged(sent).getJMSCorrelationID()).isEqualTo(correlation);
        assertThat(sent.getJMSCorrelationID()).isEqualTo(correlation);
    }

    @Test
    @Section("3.4.5")
    void aCorrelationIdOfBytesComesAsItsBytes() throws JMSException {
        TextMessage sent = text("m");
        byte[] bytes = {0, -1, 65, 0, -128};
        sent.setJMSCorrelationIDAsBytes(bytes);
        bytes[2] = 0;
        assertThat(exchanged(sent).getJMSCorrelationIDAsBytes()).containsExactly(0, -1, 65, 0, -128);
    }

    @Test
    @Section({"3.4.5", "3.4.6", "3.4.8"})
    void whatTheClientDoesNotSetIsNull() throws JMSException {
        Message received = exchanged(session.createMessage());
        assertThat(received.getJMSCorrelationID()).isNull();
        assertThat(received.getJMSCorrelationIDAsBytes()).isNull();
        assertThat(received.getJMSReplyTo()).isNull();
        assertThat(received.getJMSType()).isNull();
    }

    @Test
    @Section({"3.4.5", "3.4.6", "3.4.8"})
    void whatTheClientSetsCanBeTakenBack() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSCorrelationID("c");
        sent.setJMSReplyTo(queue);
        sent.setJMSType("t");
        sent.setJMSCorrelationID(null);
        sent.setJMSReplyTo(null);
        sent.setJMSType(null);
        Message received = exchanged(sent);
        assertThat(received.getJMSCorrelationID()).isNull();
        assertThat(received.getJMSReplyTo()).isNull();
        assertThat(received.getJMSType()).isNull();
    }

    @Test
    @Section("3.4.6")
    void aReplyGoesWhereTheRequestSaysWhateverItsKind() throws JMSException {
        List<Destination> places = List.of(
                session.createQueue(Peer.name("reply")),
                session.createTopic(Peer.name("reply")),
                session.createTemporaryQueue(),
                session.createTemporaryTopic());
        Session answering = peer.connection().createSession();
        for (Destination place : places) {
            MessageConsumer replies = session.createConsumer(place);
            TextMessage request = text("request");
            request.setJMSReplyTo(place);
            Message received = exchanged(request);
            assertThat(received.getJMSReplyTo()).isEqualTo(place);
            answering.createProducer(received.getJMSReplyTo()).send(answering.createTextMessage("reply to " + place));
            assertThat(Peer.text(replies)).isEqualTo("reply to " + place);
        }
    }

    @Test
    @Section({"3.4.7", "3.4.11"})
    void theRedeliveredMarkOfTheSenderMeansNothing() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSRedelivered(true);
        assertThat(exchanged(sent).getJMSRedelivered()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section({"3.4.7", "3.5.11"})
    void eachRedeliveryIsMarkedAndCounted(int deliveryMode) throws JMSException {
        producer.setDeliveryMode(deliveryMode);
        producer.send(text("m"));
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = own.createConsumer(queue);
        for (int count = 1; count <= 4; count++) {
            Message received = Peer.next(consumer);
            assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(count);
            assertThat(received.getJMSRedelivered()).isEqualTo(count > 1);
            own.recover();
        }
    }

    @Test
    @Section("3.4.8")
    void theTypeIsWhatTheClientSet() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSType("a type: with spaces, ümläuts");
        assertThat(exchanged(sent).getJMSType()).isEqualTo("a type: with spaces, ümläuts");
    }

    @Test
    @Section("3.4.9")
    void expirationIsTheTimeOfTheSendAndTheTimeToLive() throws JMSException {
        TextMessage sent = text("m");
        producer.setTimeToLive(60_000);
        Message received = exchanged(sent);
        assertThat(sent.getJMSExpiration()).isEqualTo(sent.getJMSTimestamp() + 60_000);
        assertThat(received.getJMSExpiration()).isEqualTo(sent.getJMSExpiration());
    }

    @Test
    @Section({"3.4.9", "3.4.11"})
    void withoutATimeToLiveExpirationIsZero() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSExpiration(1);
        Message received = exchanged(sent);
        assertThat(sent.getJMSExpiration()).isZero();
        assertThat(received.getJMSExpiration()).isZero();
    }

    @Test
    @Section("3.4.9")
    void theLongestTimeToLiveNeverExpires() throws JMSException {
        producer.setTimeToLive(Long.MAX_VALUE);
        TextMessage sent = text("m");
        TextMessage received = exchanged(sent);
        assertThat(received.getText()).isEqualTo("m");
        assertThat(received.getJMSExpiration()).isEqualTo(sent.getJMSExpiration());
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section("3.4.9")
    void aMessageThatExpiresInTheQueueIsNotReceived(int deliveryMode) throws JMSException {
        producer.send(text("short"), deliveryMode, 4, 1);
        producer.send(text("long"), deliveryMode, 4, 60_000);
        letPass(30);
        assertThat(rest(session.createConsumer(queue))).containsExactly("long");
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section("3.4.9")
    void aMessageThatExpiresWhileItWaitsAtAConsumerIsNotReceived(int deliveryMode) throws JMSException {
        MessageConsumer consumer = session.createConsumer(queue);
        producer.send(text("first"), deliveryMode, 4, 0);
        producer.send(text("short"), deliveryMode, 4, 40);
        producer.send(text("long"), deliveryMode, 4, 60_000);
        assertThat(Peer.text(consumer)).isEqualTo("first");
        letPass(100);
        assertThat(rest(consumer)).containsExactly("long");
    }

    @Test
    @Section("3.4.9")
    void aMessageThatExpiresAfterItsDeliveryIsNotRedelivered() throws JMSException {
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = own.createConsumer(queue);
        producer.send(text("short"), DeliveryMode.PERSISTENT, 4, 2_000);
        producer.send(text("long"), DeliveryMode.PERSISTENT, 4, 0);
        assertThat(Peer.texts(consumer, 2)).containsExactly("short", "long");
        letPass(2_050);
        own.recover();
        assertThat(Peer.text(consumer)).isEqualTo("long");
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    @Section({"3.4.10", "3.4.11"})
    void thePriorityOfTheMessageItselfIsIgnored() throws JMSException {
        TextMessage sent = text("m");
        sent.setJMSPriority(9);
        Message received = exchanged(sent);
        assertThat(sent.getJMSPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
        assertThat(received.getJMSPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
    }

    @Test
    @Section("3.4.10")
    void thereAreTenPriorities() throws JMSException {
        for (int priority = 0; priority <= 9; priority++) {
            producer.send(text("m"), DeliveryMode.PERSISTENT, priority, 0);
            assertThat(received().getJMSPriority()).isEqualTo(priority);
        }
        for (int priority : new int[] {-1, 10, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> producer.setPriority(priority)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> producer.send(text("m"), DeliveryMode.PERSISTENT, priority, 0))
                    .isInstanceOf(JMSException.class);
        }
    }

    @Test
    @Section("3.4.10")
    void expeditedMessagesGoBeforeABacklogOfNormalOnes() throws JMSException {
        int count = 1000;
        for (int number = 0; number < count; number++) {
            producer.send(text("normal"), DeliveryMode.NON_PERSISTENT, number % 5, 0);
        }
        MessageConsumer consumer = session.createConsumer(queue);
        assertThat(Peer.text(consumer)).isEqualTo("normal");
        producer.send(text("expedited"), DeliveryMode.NON_PERSISTENT, 9, 0);
        int before = 0;
        while (!Peer.text(consumer).equals("expedited")) {
            before++;
        }
        assertThat(before).isLessThan(count - 1);
    }

    @Test
    @Section("3.4.11")
    void theHeaderOfAnAsynchronousSendIsThereWhenTheListenerIsCalled() throws Exception {
        CompletableFuture<Message> completed = new CompletableFuture<>();
        TextMessage sent = text("m");
        producer.send(sent, DeliveryMode.PERSISTENT, 6, 60_000, new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                completed.complete(message);
            }

            @Override
            public void onException(Message message, Exception exception) {
                completed.completeExceptionally(exception);
            }
        });
        Message done = completed.get(Peer.LONG, TimeUnit.MILLISECONDS);
        assertThat(done).isSameAs(sent);
        assertThat(done.getJMSDestination()).isEqualTo(queue);
        assertThat(done.getJMSPriority()).isEqualTo(6);
        Message received = received();
        assertThat(done.getJMSMessageID()).isEqualTo(received.getJMSMessageID());
        assertThat(done.getJMSTimestamp()).isEqualTo(received.getJMSTimestamp());
        assertThat(done.getJMSExpiration()).isEqualTo(received.getJMSExpiration());
        assertThat(done.getJMSDeliveryTime()).isEqualTo(received.getJMSDeliveryTime());
    }

    @Test
    @Section("3.4.11")
    void theOptionsOfAProducerOfAContextDecideTheHeader() throws JMSException {
        try (JMSContext context = peer.factory().createContext()) {
            TextMessage sent = context.createTextMessage("m");
            sent.setJMSPriority(1);
            context.createProducer()
                    .setPriority(8)
                    .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                    .setTimeToLive(60_000)
                    .setJMSType("kind")
                    .setJMSCorrelationID("c")
                    .setJMSReplyTo(queue)
                    .send(queue, sent);
            Message received = received();
            assertThat(received.getJMSPriority()).isEqualTo(8).isEqualTo(sent.getJMSPriority());
            assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(received.getJMSExpiration()).isEqualTo(received.getJMSTimestamp() + 60_000);
            assertThat(received.getJMSType()).isEqualTo("kind");
            assertThat(received.getJMSCorrelationID()).isEqualTo("c");
            assertThat(received.getJMSReplyTo()).isEqualTo(queue);
        }
    }

    @Test
    @Section("3.4.13")
    void theDeliveryTimeIsTheTimeOfTheSendAndTheDelay() throws JMSException {
        TextMessage prompt = text("prompt");
        prompt.setJMSDeliveryTime(5);
        assertThat(exchanged(prompt).getJMSDeliveryTime())
                .isEqualTo(prompt.getJMSDeliveryTime())
                .isEqualTo(prompt.getJMSTimestamp());
        producer.setDeliveryDelay(20);
        TextMessage delayed = text("delayed");
        Message received = exchanged(delayed);
        assertThat(delayed.getJMSDeliveryTime()).isEqualTo(delayed.getJMSTimestamp() + 20);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(delayed.getJMSDeliveryTime());
    }

    @ParameterizedTest
    @ValueSource(ints = {DeliveryMode.PERSISTENT, DeliveryMode.NON_PERSISTENT})
    @Section("3.4.13")
    void nothingIsReceivedBeforeItsDeliveryTime(int deliveryMode) throws JMSException {
        MessageConsumer consumer = session.createConsumer(queue);
        producer.setDeliveryMode(deliveryMode);
        producer.setDeliveryDelay(80);
        TextMessage delayed = text("delayed");
        producer.send(delayed);
        producer.setDeliveryDelay(0);
        producer.send(text("prompt"));
        assertThat(Peer.texts(consumer, 2)).containsExactly("prompt", "delayed");
        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(delayed.getJMSDeliveryTime());
    }

    @Test
    @Section({"3.4.9", "3.4.13"})
    void aMessageWhoseDelayIsLongerThanItsLifeIsNeverReceived() throws JMSException {
        producer.setDeliveryDelay(60);
        producer.setTimeToLive(10);
        producer.send(text("born dead"));
        producer.setTimeToLive(0);
        producer.send(text("alive"));
        assertThat(Peer.text(session.createConsumer(queue))).isEqualTo("alive");
    }

    @Test
    @Section("3.9")
    void whatIsSentDoesNotSeeLaterChanges() throws JMSException {
        TextMessage message = text("first");
        message.setStringProperty("p", "first");
        producer.send(message);
        String id = message.getJMSMessageID();
        message.setText("second");
        message.setStringProperty("p", "second");
        message.setJMSType("second");
        producer.send(message);
        TextMessage first = (TextMessage) received();
        TextMessage second = (TextMessage) received();
        assertThat(first.getText()).isEqualTo("first");
        assertThat(first.getStringProperty("p")).isEqualTo("first");
        assertThat(first.getJMSType()).isNull();
        assertThat(first.getJMSMessageID()).isEqualTo(id);
        assertThat(second.getText()).isEqualTo("second");
        assertThat(second.getStringProperty("p")).isEqualTo("second");
        assertThat(second.getJMSMessageID()).isNotEqualTo(id);
    }

    @Test
    @Section("3.10")
    void theHeaderOfAReceivedMessageCanBeChanged() throws JMSException {
        Message received = exchanged(text("m"));
        received.setJMSType("t");
        received.setJMSCorrelationID("c");
        received.setJMSReplyTo(queue);
        received.setJMSPriority(2);
        received.setJMSMessageID("ID:x");
        assertThat(received.getJMSType()).isEqualTo("t");
        assertThat(received.getJMSCorrelationID()).isEqualTo("c");
        assertThat(received.getJMSReplyTo()).isEqualTo(queue);
        assertThat(received.getJMSPriority()).isEqualTo(2);
        assertThat(received.getJMSMessageID()).isEqualTo("ID:x");
    }

    @Test
    @Section("3.10")
    void whatAConsumerDoesToAMessageIsNotSeenWhenItIsRedelivered() throws JMSException {
        TextMessage sent = text("original");
        sent.setStringProperty("p", "original");
        sent.setJMSType("original");
        producer.send(sent);
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = own.createConsumer(queue);
        TextMessage first = (TextMessage) Peer.next(consumer);
        first.clearBody();
        first.setText("changed");
        first.clearProperties();
        first.setStringProperty("p", "changed");
        first.setJMSType("changed");
        own.recover();
        TextMessage again = (TextMessage) Peer.next(consumer);
        assertThat(again.getText()).isEqualTo("original");
        assertThat(again.getStringProperty("p")).isEqualTo("original");
        assertThat(again.getJMSType()).isEqualTo("original");
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
    }

    @Test
    @Section("3.9")
    void aReceivedMessageCanBeSentOn() throws JMSException {
        TextMessage sent = text("m");
        sent.setStringProperty("p", "v");
        TextMessage received = exchanged(sent);
        Queue next = session.createQueue(Peer.name("next"));
        String id = received.getJMSMessageID();
        session.createProducer(next).send(received);
        TextMessage onward = (TextMessage) Peer.next(session.createConsumer(next));
        assertThat(onward.getText()).isEqualTo("m");
        assertThat(onward.getStringProperty("p")).isEqualTo("v");
        assertThat(onward.getJMSDestination()).isEqualTo(next);
        assertThat(onward.getJMSMessageID()).isNotEqualTo(id);
    }
}
