package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topics and the four kinds of subscriptions: chapters 4.2 and 8.3. */
@Timeout(120)
class PublishSubscribeTest {
    private final Peer peer = new Peer();
    private String clientId;
    private Connection connection;
    private Session session;
    private Topic topic;
    private MessageProducer producer;

    @BeforeEach
    void connect() throws JMSException {
        clientId = Peer.name("client");
        connection = peer.connection(clientId);
        session = connection.createSession();
        topic = session.createTopic(Peer.name("topic"));
        producer = session.createProducer(topic);
    }

    @AfterEach
    void disconnect() throws JMSException {
        peer.close();
    }

    private void publish(String... texts) throws JMSException {
        for (String text : texts) {
            TextMessage message = session.createTextMessage(text);
            message.setStringProperty("kind", text);
            producer.send(message);
        }
    }

    @Test
    @Section({"4.2.2", "8.3.1"})
    void eachSubscriberGetsACopyOfWhatComesWhileItIsThere() throws JMSException {
        publish("before");
        MessageConsumer first = session.createConsumer(topic);
        publish("one");
        MessageConsumer second = session.createConsumer(topic);
        publish("two");
        assertThat(Peer.texts(first, 2)).containsExactly("one", "two");
        assertThat(Peer.texts(second, 1)).containsExactly("two");
        assertThat(first.receiveNoWait()).isNull();
        assertThat(second.receiveNoWait()).isNull();
    }

    @Test
    @Section({"3.8.1", "4.2.2"})
    void selectorsDecideWhatASubscriptionGets() throws JMSException {
        MessageConsumer consumer = session.createConsumer(topic, "kind LIKE 'a%'");
        publish("apple", "pear", "avocado");
        assertThat(Peer.texts(consumer, 2)).containsExactly("apple", "avocado");
        assertThat(consumer.receiveNoWait()).isNull();
        assertThatThrownBy(() -> session.createConsumer(topic, "kind LIKE"))
                .isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> session.createDurableConsumer(topic, "s", "((", false))
                .isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> session.createSharedConsumer(topic, "s", "1 ="))
                .isInstanceOf(InvalidSelectorException.class);
    }

    @Test
    @Section("8.3.1")
    void noLocalLeavesOutItsOwnConnection() throws JMSException {
        MessageConsumer consumer = session.createConsumer(topic, null, true);
        publish("own");
        Session foreign = peer.started().createSession();
        foreign.createProducer(topic).send(foreign.createTextMessage("foreign"));
        assertThat(Peer.text(consumer)).isEqualTo("foreign");
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    @Section("8.3.3")
    void aDurableSubscriptionOutlivesItsConsumerAndItsConnection() throws JMSException {
        MessageConsumer consumer = session.createDurableConsumer(topic, "news");
        publish("one");
        assertThat(Peer.text(consumer)).isEqualTo("one");
        consumer.close();
        publish("two");
        connection.close();
        Session publishing = peer.started().createSession();
        publishing.createProducer(topic).send(publishing.createTextMessage("three"));
        Session again = peer.connection(clientId).createSession();
        MessageConsumer second = again.createDurableSubscriber(topic, "news");
        assertThat(Peer.texts(second, 2)).containsExactly("two", "three");
        second.close();
        again.unsubscribe("news");
        assertThatThrownBy(() -> again.unsubscribe("news")).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section({"8.3.3", "8.3.4"})
    void aDurableSubscriptionHasOneConsumer() throws JMSException {
        MessageConsumer consumer = session.createDurableConsumer(topic, "one");
        assertThatThrownBy(() -> session.createDurableConsumer(topic, "one")).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "one"))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.unsubscribe("one")).isInstanceOf(JMSException.class);
        consumer.close();
        assertThatThrownBy(() -> session.createSharedDurableConsumer(topic, "one"))
                .isInstanceOf(JMSException.class);
        session.unsubscribe("one");
        session.createSharedDurableConsumer(topic, "one").close();
        session.unsubscribe("one");
    }

    @Test
    @Section("8.3.3")
    void anotherTopicOrSelectorMakesTheSubscriptionNew() throws JMSException {
        session.createDurableConsumer(topic, "s").close();
        publish("old");
        MessageConsumer changed = session.createDurableConsumer(topic, "s", "kind = 'new'", false);
        assertThat(changed.receiveNoWait()).isNull();
        publish("other", "new");
        assertThat(Peer.text(changed)).isEqualTo("new");
        changed.close();
        Topic another = session.createTopic(Peer.name("topic"));
        MessageConsumer moved = session.createDurableConsumer(another, "s");
        publish("new");
        assertThat(moved.receiveNoWait()).isNull();
        moved.close();
        session.unsubscribe("s");
    }

    @Test
    @Section("8.3.2")
    void consumersOfASharedSubscriptionShare() throws JMSException {
        MessageConsumer one = session.createSharedConsumer(topic, "shared");
        MessageConsumer two =
                peer.connection(Peer.name("other")).createSession().createConsumer(topic);
        MessageConsumer three = session.createSharedConsumer(topic, "shared");
        publish("a", "b", "c", "d");
        List<String> shared = new ArrayList<>();
        for (MessageConsumer consumer : List.of(one, three)) {
            Message message = consumer.receiveNoWait();
            while (message != null) {
                shared.add(((TextMessage) message).getText());
                message = consumer.receiveNoWait();
            }
        }
        assertThat(shared).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(Peer.texts(two, 4)).containsExactly("a", "b", "c", "d");
        assertThatThrownBy(() -> session.createSharedConsumer(topic, "shared", "kind = 'x'"))
                .isInstanceOf(JMSException.class);
        one.close();
        three.close();
        publish("lost");
        assertThat(session.createSharedConsumer(topic, "shared").receiveNoWait())
                .isNull();
    }

    @Test
    @Section("8.3.4")
    void aSharedDurableSubscriptionNeedsNoClientIdentifier() throws JMSException {
        Session nameless = peer.started().createSession();
        String name = Peer.name("subscription");
        nameless.createSharedDurableConsumer(topic, name).close();
        publish("kept");
        MessageConsumer other = peer.started().createSession().createSharedDurableConsumer(topic, name);
        assertThat(Peer.text(other)).isEqualTo("kept");
        other.close();
        nameless.unsubscribe(name);
        assertThatThrownBy(() -> nameless.createDurableConsumer(topic, name)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Section("6.1.2")
    void aClientIdentifierBelongsToOneConnection() throws JMSException {
        assertThatThrownBy(() -> peer.connection(clientId)).isInstanceOf(InvalidClientIDException.class);
        connection.close();
        assertThat(peer.connection(clientId).getClientID()).isEqualTo(clientId);
    }

    @Test
    @Section("4.2.7")
    void temporaryTopicsAreConsumedByTheirConnection() throws JMSException {
        TemporaryTopic temporary = session.createTemporaryTopic();
        MessageConsumer consumer = session.createConsumer(temporary);
        Session foreign = peer.started().createSession();
        foreign.createProducer(temporary).send(foreign.createTextMessage("x"));
        assertThat(Peer.text(consumer)).isEqualTo("x");
        assertThatThrownBy(() -> foreign.createConsumer(temporary)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createDurableConsumer(temporary, "s"))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(temporary::delete).isInstanceOf(JMSException.class);
        consumer.close();
        temporary.delete();
    }

    @Test
    @Section("4.2.5")
    void queuesAndTopicsOfOneNameAreApart() throws JMSException {
        String name = topic.getTopicName();
        MessageConsumer subscriber = session.createConsumer(topic);
        MessageConsumer receiver = session.createConsumer(session.createQueue(name));
        publish("topic");
        assertThat(Peer.text(subscriber)).isEqualTo("topic");
        assertThat(receiver.receiveNoWait()).isNull();
    }
}
