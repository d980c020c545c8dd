package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The four kinds of subscriptions: how they begin, who shares them, what changes them and how they end. */
class Chapter08SubscriptionsTest extends Chapter {
    private final String clientId = Peer.name("client");

    private Session identified() throws JMSException {
        return peer.connection(clientId).createSession();
    }

    private Session other() throws JMSException {
        return peer.started().createSession();
    }

    @Test
    @Section({"8.1", "8.2"})
    void aConsumerOfAQueueTellsItsSelectorAndTakesOnlyWhatMatches() throws JMSException {
        connection.start();
        MessageConsumer selective = session.createConsumer(queue, "kind = 'b'");
        assertThat(selective.getMessageSelector()).isEqualTo("kind = 'b'");
        assertThat(session.createConsumer(topic, "").getMessageSelector()).isNull();
        assertThat(session.createConsumer(topic).getMessageSelector()).isNull();
        send(queue, "a", "b", "c");
        assertThat(rest(selective)).containsExactly("b");
        assertThat(rest(session.createConsumer(queue))).containsExactly("a", "c");
        assertThatThrownBy(() -> session.createConsumer(null)).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("8.3.1")
    void eachUnsharedConsumerHasASubscriptionOfItsOwnWhileItIsOpen() throws JMSException {
        connection.start();
        send(topic, "before");
        MessageConsumer first = session.createConsumer(topic);
        MessageConsumer second = session.createConsumer(topic, "kind <> 'x'");
        send(topic, "x", "y");
        assertThat(rest(first)).containsExactly("x", "y");
        assertThat(rest(second)).containsExactly("y");
        second.close();
        send(topic, "z");
        assertThat(rest(session.createConsumer(topic))).isEmpty();
    }

    @Test
    @Section("8.3.1")
    void noLocalLeavesOutWhatItsOwnConnectionPublishes() throws JMSException {
        connection.start();
        MessageConsumer consumer = session.createConsumer(topic, null, true);
        Session same = connection.createSession();
        same.createProducer(topic).send(same.createTextMessage("own"));
        send(topic, "foreign");
        assertThat(rest(consumer)).containsExactly("foreign");
    }

    @Test
    @Section("8.3.2")
    void consumersOfSeveralConnectionsShareANonDurableSubscription() throws JMSException {
        MessageConsumer first = other().createSharedConsumer(topic, "s");
        MessageConsumer second = other().createSharedConsumer(topic, "s");
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            send(topic, "m" + number);
            sent.add("m" + number);
        }
        List<String> received = new ArrayList<>(rest(first));
        received.addAll(rest(second));
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    @Section("8.3.2")
    void aSharedNonDurableSubscriptionEndsWithItsLastConsumer() throws JMSException {
        Session own = other();
        MessageConsumer first = other().createSharedConsumer(topic, "s");
        MessageConsumer second = own.createSharedConsumer(topic, "s");
        first.close();
        send(topic, "still there");
        assertThat(rest(second)).containsExactly("still there");
        second.close();
        send(topic, "lost");
        MessageConsumer third = own.createSharedConsumer(topic, "s", "kind <> 'lost'");
        send(topic, "new");
        assertThat(rest(third)).containsExactly("new");
    }

    @Test
    @Section({"8.3.2", "8.3.4"})
    void anActiveSharedSubscriptionKeepsItsTopicAndSelector() throws JMSException {
        Topic another = sending.createTopic(Peer.name("topic"));
        Session own = other();
        MessageConsumer shared = own.createSharedConsumer(topic, "s", "kind = 'a'");
        MessageConsumer durable = own.createSharedDurableConsumer(topic, clientId, "kind = 'a'");
        Session joining = other();
        assertThatThrownBy(() -> joining.createSharedConsumer(another, "s", "kind = 'a'"))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> joining.createSharedConsumer(topic, "s", "kind = 'b'"))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> joining.createSharedConsumer(topic, "s")).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> joining.createSharedDurableConsumer(another, clientId, "kind = 'a'"))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> joining.createSharedDurableConsumer(topic, clientId))
                .isInstanceOf(JMSException.class);
        JMSContext context = context();
        assertThatThrownBy(() -> context.createSharedConsumer(another, "s")).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> context.createSharedDurableConsumer(another, clientId))
                .isInstanceOf(JMSRuntimeException.class);
        send(topic, "a", "b");
        assertThat(rest(shared)).containsExactly("a");
        assertThat(rest(durable)).containsExactly("a");
        durable.close();
        own.unsubscribe(clientId);
    }

    @Test
    @Section({"8.3.2", "8.3.4"})
    void theClientIdentifierIsPartOfTheNameOfASharedSubscription() throws JMSException {
        MessageConsumer withId = identified().createSharedConsumer(topic, "s");
        MessageConsumer without = other().createSharedConsumer(topic, "s");
        MessageConsumer another =
                peer.connection(Peer.name("client")).createSession().createSharedConsumer(topic, "s");
        send(topic, "one");
        assertThat(rest(withId)).containsExactly("one");
        assertThat(rest(without)).containsExactly("one");
        assertThat(rest(another)).containsExactly("one");
    }

    @Test
    @Section({"8.3.2", "8.3.3", "8.3.4"})
    void durableAndNonDurableSubscriptionsOfOneNameAreApart() throws JMSException {
        Session own = identified();
        MessageConsumer durable = own.createDurableConsumer(topic, "s");
        MessageConsumer shared = own.createSharedConsumer(topic, "s");
        send(topic, "one");
        assertThat(rest(durable)).containsExactly("one");
        assertThat(rest(shared)).containsExactly("one");
    }

    @Test
    @Section("8.3.3")
    void aDurableSubscriptionKeepsWhatComesWhileNobodyConsumes() throws JMSException {
        Connection own = peer.connection(clientId);
        own.createSession()
                .createDurableConsumer(topic, "s", "kind <> 'skip'", false)
                .close();
        send(topic, "one", "skip");
        own.close();
        send(topic, "two");
        Session again = identified();
        assertThat(rest(again.createDurableConsumer(topic, "s", "kind <> 'skip'", false)))
                .containsExactly("one", "two");
    }

    @Test
    @Section({"8.3.3", "6.1.2"})
    void anUnsharedDurableSubscriptionNeedsAClientIdentifier() throws JMSException {
        assertThatThrownBy(() -> session.createDurableConsumer(topic, "s")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.createDurableSubscriber(topic, "s")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> identified().createDurableConsumer(topic, null))
                .isInstanceOf(JMSException.class);
    }

    @Test
    @Section("8.3.3")
    void anUnsharedDurableSubscriptionHasOneConsumerAtATime() throws JMSException {
        Session own = identified();
        MessageConsumer first = own.createDurableConsumer(topic, "s");
        assertThatThrownBy(() -> own.createDurableConsumer(topic, "s")).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> own.createDurableSubscriber(topic, "s", "kind = 'x'", true))
                .isInstanceOf(JMSException.class);
        first.close();
        own.createDurableConsumer(topic, "s").close();
    }

    @Test
    @Section("8.3.3")
    void anotherTopicSelectorOrNoLocalMakesTheDurableSubscriptionAnew() throws JMSException {
        Topic another = sending.createTopic(Peer.name("topic"));
        Session own = identified();
        own.createDurableConsumer(topic, "s").close();
        send(topic, "old");
        own.createDurableConsumer(topic, "s", "kind <> 'x'", false).close();
        send(topic, "x", "selected");
        assertThat(rest(own.createDurableConsumer(topic, "t"))).isEmpty();
        MessageConsumer selected = own.createDurableConsumer(topic, "s", "kind <> 'x'", false);
        assertThat(rest(selected)).containsExactly("selected");
        selected.close();
        send(topic, "lost");
        MessageConsumer local = own.createDurableConsumer(topic, "s", "kind <> 'x'", true);
        assertThat(rest(local)).isEmpty();
        local.close();
        send(topic, "lost too");
        MessageConsumer moved = own.createDurableConsumer(another, "s");
        send(topic, "elsewhere");
        send(another, "here");
        assertThat(rest(moved)).containsExactly("here");
    }

    @Test
    @Section({"8.3.3", "8.3.4"})
    void sharedAndUnsharedDurableSubscriptionsMayNotHaveOneName() throws JMSException {
        Session own = identified();
        own.createDurableConsumer(topic, "unshared").close();
        own.createSharedDurableConsumer(topic, "shared").close();
        assertThatThrownBy(() -> own.createSharedDurableConsumer(topic, "unshared"))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> own.createDurableConsumer(topic, "shared")).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> own.createDurableSubscriber(topic, "shared")).isInstanceOf(JMSException.class);
    }

    @Test
    @Section("8.3.3")
    void noLocalOfADurableSubscriptionCoversEveryConnectionOfTheClient() throws JMSException {
        Connection first = peer.connection(clientId);
        Session own = first.createSession();
        own.createDurableConsumer(topic, "s", null, true).close();
        own.createProducer(topic).send(own.createTextMessage("own"));
        first.close();
        Session second = identified();
        second.createProducer(topic).send(second.createTextMessage("of the next connection"));
        send(topic, "foreign");
        assertThat(rest(second.createDurableConsumer(topic, "s", null, true))).containsExactly("foreign");
    }

    @Test
    @Section({"8.3.3", "8.3.4"})
    void aDurableSubscriptionLastsUntilItIsUnsubscribed() throws JMSException {
        Session own = identified();
        MessageConsumer consumer = own.createDurableConsumer(topic, "s");
        assertThatThrownBy(() -> own.unsubscribe("s")).isInstanceOf(JMSException.class);
        send(topic, "one");
        assertThat(rest(consumer)).containsExactly("one");
        consumer.close();
        send(topic, "two");
        own.unsubscribe("s");
        assertThatThrownBy(() -> own.unsubscribe("s")).isInstanceOf(InvalidDestinationException.class);
        assertThat(rest(own.createDurableConsumer(topic, "s"))).isEmpty();
        Session another = other();
        another.createSharedDurableConsumer(topic, clientId).close();
        another.unsubscribe(clientId);
        assertThatThrownBy(() -> another.unsubscribe(clientId)).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section("8.3.4")
    void consumersOfSeveralConnectionsShareADurableSubscription() throws JMSException {
        Session one = other();
        Session two = other();
        one.createSharedDurableConsumer(topic, clientId).close();
        List<String> sent = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            send(topic, "m" + number);
            sent.add("m" + number);
        }
        MessageConsumer first = one.createSharedDurableConsumer(topic, clientId);
        MessageConsumer second = two.createSharedDurableConsumer(topic, clientId);
        List<String> received = new ArrayList<>(rest(first));
        received.addAll(rest(second));
        first.close();
        second.close();
        received.addAll(rest(one.createSharedDurableConsumer(topic, clientId)));
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    @Section("8.3.4")
    void anotherSelectorMakesAnIdleSharedDurableSubscriptionAnew() throws JMSException {
        Session own = other();
        own.createSharedDurableConsumer(topic, clientId).close();
        send(topic, "old");
        MessageConsumer anew = own.createSharedDurableConsumer(topic, clientId, "kind = 'new'");
        send(topic, "other", "new");
        assertThat(rest(anew)).containsExactly("new");
    }
}
