package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics: subscriptions, their copies, their names and their lives. */
class Chapter04TopicsTest extends Exchange {
    private Topic topic;
    private MessageProducer publisher;

    @BeforeEach
    void nameTheTopic() throws JMSException {
        topic = session.createTopic(Peer.name("topic"));
        publisher = session.createProducer(topic);
    }

    private void publish(String... texts) throws JMSException {
        for (String text : texts) {
            TextMessage message = text(text);
            message.setStringProperty("kind", text);
            publisher.send(message);
        }
    }

    @Test
    @Section({"4.2", "4.2.2"})
    void eachSubscriptionGetsACopyOfWhatIsSentFromItsBeginning() throws JMSException {
        publish("before");
        MessageConsumer first = session.createConsumer(topic);
        publish("m1");
        MessageConsumer second = peer.started().createSession().createConsumer(topic);
        publish("m2");
        assertThat(rest(first)).containsExactly("m1", "m2");
        assertThat(rest(second)).containsExactly("m2");
    }

    @Test
    @Section("4.2.2")
    void whatIsDoneWithOneCopyLeavesTheOthers() throws JMSException {
        Session careful = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer first = careful.createConsumer(topic);
        MessageConsumer second = session.createConsumer(topic);
        publish("m1", "m2");
        TextMessage copy = (TextMessage) Peer.next(second);
        copy.clearBody();
        copy.setText("changed");
        copy.clearProperties();
        copy.acknowledge();
        TextMessage own = (TextMessage) Peer.next(first);
        assertThat(own.getText()).isEqualTo("m1");
        assertThat(own.getStringProperty("kind")).isEqualTo("m1");
        careful.recover();
        assertThat(Peer.texts(first, 2)).containsExactly("m1", "m2");
        assertThat(rest(second)).containsExactly("m2");
    }

    @Test
    @Section("4.2.2")
    void aSelectorDecidesWhatComesIntoASubscription() throws JMSException {
        MessageConsumer some = session.createConsumer(topic, "kind IN ('a', 'c')");
        MessageConsumer all = session.createConsumer(topic);
        publish("a", "b", "c");
        assertThat(rest(some)).containsExactly("a", "c");
        assertThat(rest(all)).containsExactly("a", "b", "c");
    }

    @Test
    @Section("4.2.2")
    void aSlowSubscriptionDoesNotHoldUpAnother() throws JMSException {
        MessageConsumer slow = session.createConsumer(topic);
        MessageConsumer quick = peer.started().createSession().createConsumer(topic);
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 1000; number++) {
            sent.add("m" + number);
        }
        publish(sent.toArray(new String[0]));
        assertThat(Peer.texts(quick, 1000)).isEqualTo(sent);
        assertThat(Peer.texts(slow, 1000)).isEqualTo(sent);
    }

    @Test
    @Section("4.2.2")
    void aNonDurableSubscriptionEndsWithItsConsumer() throws JMSException {
        MessageConsumer first = session.createConsumer(topic);
        publish("m1");
        first.close();
        publish("m2");
        MessageConsumer second = session.createConsumer(topic);
        publish("m3");
        assertThat(rest(second)).containsExactly("m3");
    }

    @Test
    @Section("4.2.2")
    void theConsumersOfASharedSubscriptionShareItsMessages() throws JMSException {
        MessageConsumer first = session.createSharedConsumer(topic, "shared");
        MessageConsumer second = peer.started().createSession().createSharedConsumer(topic, "shared");
        MessageConsumer other = session.createSharedConsumer(topic, "another");
        publish("m1", "m2", "m3", "m4");
        List<String> both = new ArrayList<>(rest(first));
        both.addAll(rest(second));
        assertThat(both).containsExactlyInAnyOrder("m1", "m2", "m3", "m4");
        assertThat(rest(other)).containsExactly("m1", "m2", "m3", "m4");
    }

    @Test
    @Section("4.2.2")
    void aSharedNonDurableSubscriptionEndsWithItsLastConsumer() throws JMSException {
        MessageConsumer first = session.createSharedConsumer(topic, "shared");
        MessageConsumer second = session.createSharedConsumer(topic, "shared");
        publish("m1");
        first.close();
        assertThat(Peer.text(second)).isEqualTo("m1");
        second.close();
        publish("lost");
        MessageConsumer third = session.createSharedConsumer(topic, "shared");
        publish("m2");
        assertThat(rest(third)).containsExactly("m2");
    }

    @Test
    @Section({"4.2.2", "4.2.9"})
    void aDurableSubscriptionGathersMessagesUntilItIsDeleted() throws JMSException {
        Connection client = peer.connection(Peer.name("client"));
        Session own = client.createSession();
        own.createDurableConsumer(topic, "d").close();
        publish("m1", "m2");
        MessageConsumer again = own.createDurableConsumer(topic, "d");
        assertThat(Peer.text(again)).isEqualTo("m1");
        again.close();
        MessageConsumer third = own.createDurableConsumer(topic, "d");
        assertThat(rest(third)).containsExactly("m2");
        third.close();
        publish("lost");
        own.unsubscribe("d");
        assertThat(rest(own.createDurableConsumer(topic, "d"))).isEmpty();
        assertThatThrownBy(() -> own.unsubscribe("absent")).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("4.2.2")
    void anInactiveDurableSubscriptionDoesNotKeepWhatExpires() throws JMSException {
        session.createSharedDurableConsumer(topic, "expiring").close();
        publisher.send(text("short"), DeliveryMode.PERSISTENT, 4, 1);
        publisher.send(text("long"), DeliveryMode.PERSISTENT, 4, 0);
        letPass(30);
        assertThat(rest(session.createSharedDurableConsumer(topic, "expiring"))).containsExactly("long");
        assertThat(session.createTopic(topic.getTopicName())).isEqualTo(topic);
    }

    @Test
    @Section("4.2.2")
    void subscriptionsOfTheFourKindsAreApart() throws JMSException {
        Session own = peer.connection(Peer.name("client")).createSession();
        MessageConsumer nonDurable = own.createSharedConsumer(topic, "same");
        MessageConsumer unshared = own.createConsumer(topic);
        MessageConsumer durable = own.createSharedDurableConsumer(topic, "same");
        publish("m");
        assertThat(rest(nonDurable)).containsExactly("m");
        assertThat(rest(unshared)).containsExactly("m");
        assertThat(rest(durable)).containsExactly("m");
    }

    @Test
    @Section("4.2.3")
    void aSubscriptionIsThereWhenItsConsumerIsCreated() throws JMSException {
        Session far = peer.started().createSession();
        for (int round = 0; round < 20; round++) {
            try (MessageConsumer consumer = far.createConsumer(topic)) {
                publish("m" + round);
                assertThat(Peer.text(consumer)).isEqualTo("m" + round);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Grüße", "名前", "a_b.c-d", "0123", "-", ".", "_"})
    @Section("4.2.4")
    void aSubscriptionNameHasLettersDigitsAndSomeSigns(String name) throws JMSException {
        subscribe(name);
    }

    @Test
    @Section("4.2.4")
    void aSubscriptionNameHasUpTo128Characters() throws JMSException {
        subscribe("n".repeat(128));
        subscribe("ü".repeat(128));
        subscribe("名".repeat(128));
    }

    private void subscribe(String name) throws JMSException {
        Session own = peer.connection(Peer.name("client")).createSession();
        List<MessageConsumer> consumers = List.of(
                own.createDurableConsumer(topic, name),
                session.createSharedConsumer(topic, name),
                session.createSharedDurableConsumer(topic, name));
        publish("m");
        for (MessageConsumer consumer : consumers) {
            assertThat(rest(consumer)).containsExactly("m");
            consumer.close();
        }
        own.unsubscribe(name);
        session.unsubscribe(name);
    }

    @Test
    @Section("4.2.4")
    void aSharedSubscriptionNeedsAName() throws JMSException {
        for (String name : new String[] {null, ""}) {
            assertThatThrownBy(() -> session.createSharedConsumer(topic, name)).isInstanceOf(JMSException.class);
            assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, name))
                    .isInstanceOf(JMSException.class);
        }
    }

    @Test
    @Section({"4.2.5", "4.2.6"})
    void aTopicIsKnownByItsNameAndApartFromAQueueOfTheSame() throws JMSException {
        Topic same = session.createTopic(topic.getTopicName());
        assertThat(same).isEqualTo(topic).hasSameHashCodeAs(topic);
        MessageConsumer ofTopic = session.createConsumer(same);
        MessageConsumer ofQueue = session.createConsumer(session.createQueue(topic.getTopicName()));
        publish("m");
        assertThat(rest(ofTopic)).containsExactly("m");
        assertThat(rest(ofQueue)).isEmpty();
    }

    @Test
    @Section("4.2.7")
    void temporaryTopicsAreConsumedByTheirConnectionAloneAndEndWithIt() throws JMSException {
        TemporaryTopic temporary = session.createTemporaryTopic();
        MessageConsumer consumer = connection.createSession().createConsumer(temporary);
        Session other = peer.started().createSession();
        assertThatThrownBy(() -> other.createConsumer(temporary)).isInstanceOf(InvalidDestinationException.class);
        MessageProducer sender = other.createProducer(temporary);
        sender.send(other.createTextMessage("m"));
        assertThat(Peer.text(consumer)).isEqualTo("m");
        assertThatThrownBy(temporary::delete).isInstanceOf(JMSException.class);
        consumer.close();
        temporary.delete();
        assertThatThrownBy(() -> session.createConsumer(temporary)).isInstanceOf(JMSException.class);
    }

    @Test
    @Section("4.2.7")
    void aTemporaryTopicHasNoDurableSubscriptions() throws JMSException {
        Session own = peer.connection(Peer.name("client")).createSession();
        TemporaryTopic temporary = own.createTemporaryTopic();
        assertThatThrownBy(() -> own.createDurableConsumer(temporary, "d"))
                .isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("4.2.8")
    void whatANonDurableSubscriberDidNotAcknowledgeIsRecovered() throws JMSException {
        Session careful = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = careful.createConsumer(topic);
        publish("m1", "m2", "m3");
        assertThat(Peer.texts(consumer, 2)).containsExactly("m1", "m2");
        careful.recover();
        List<Message> again = List.of(Peer.next(consumer), Peer.next(consumer), Peer.next(consumer));
        assertThat(again.get(0).getJMSRedelivered()).isTrue();
        assertThat(again.get(2).getJMSRedelivered()).isFalse();
        again.get(2).acknowledge();
        careful.recover();
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    @Section("4.2.8")
    void whatADurableSubscriberDidNotAcknowledgeComesToTheNext() throws JMSException {
        String clientId = Peer.name("client");
        Connection first = peer.connection(clientId);
        MessageConsumer consumer =
                first.createSession(Session.CLIENT_ACKNOWLEDGE).createDurableConsumer(topic, "d");
        publish("m1", "m2");
        assertThat(Peer.text(consumer)).isEqualTo("m1");
        first.close();
        MessageConsumer next = peer.connection(clientId).createSession().createDurableConsumer(topic, "d");
        TextMessage again = (TextMessage) Peer.next(next);
        assertThat(again.getText()).isEqualTo("m1");
        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        assertThat(Peer.text(next)).isEqualTo("m2");
    }

    @Test
    @Section("4.2.10")
    void aRequestorWaitsForTheReply() throws Exception {
        Session serving = peer.started().createSession();
        MessageProducer replies = serving.createProducer(null);
        serving.createConsumer(topic).setMessageListener(request -> {
            try {
                replies.send(request.getJMSReplyTo(), serving.createTextMessage("reply"));
            } catch (JMSException error) {
                throw new AssertionError(error);
            }
        });
        try (TopicConnection legacy = ((TopicConnectionFactory) peer.factory()).createTopicConnection()) {
            legacy.start();
            TopicSession ofTopics = legacy.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            TopicRequestor requestor = new TopicRequestor(ofTopics, topic);
            CompletableFuture<Message> reply = CompletableFuture.supplyAsync(() -> {
                try {
                    return requestor.request(ofTopics.createTextMessage("r"));
                } catch (JMSException error) {
                    throw new AssertionError(error);
                }
            });
            assertThat(((TextMessage) reply.get(Peer.LONG, TimeUnit.MILLISECONDS)).getText())
                    .isEqualTo("reply");
            requestor.close();
        }
    }

    @Test
    @Section("4.2.11")
    void aDurableSubscriptionOutlivesTheServerAndANonDurableOneDoesNot(@TempDir Path folder) throws JMSException {
        try (Peer embedded = new Peer("sluice:embedded:" + folder)) {
            Session own = embedded.started().createSession();
            own.createSharedDurableConsumer(topic, "kept").close();
            MessageConsumer passing = own.createSharedConsumer(topic, "passing");
            own.createProducer(topic).send(own.createTextMessage("m"));
            assertThat(Peer.text(passing)).isEqualTo("m");
            own.createProducer(topic).send(own.createTextMessage("n"));
        }
        try (Peer embedded = new Peer("sluice:embedded:" + folder)) {
            Session own = embedded.started().createSession();
            assertThat(rest(own.createSharedConsumer(topic, "passing"))).isEmpty();
            assertThat(Peer.texts(own.createSharedDurableConsumer(topic, "kept"), 2))
                    .containsExactly("m", "n");
        }
    }

    @Test
    @Section({"4.2.2", "7.9"})
    void aDelayedMessageGoesToTheSubscriptionsOfTheTimeOfItsSend() throws JMSException {
        MessageConsumer early = session.createConsumer(topic);
        publisher.setDeliveryDelay(60);
        publish("delayed");
        MessageConsumer late = session.createConsumer(topic);
        assertThat(Peer.text(early)).isEqualTo("delayed");
        publisher.setDeliveryDelay(0);
        publish("marker");
        assertThat(Peer.text(late)).isEqualTo("marker");
    }
}
