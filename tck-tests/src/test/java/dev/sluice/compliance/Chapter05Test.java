package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;

/** Administered objects: connection factories and destinations, kept in a namespace and used from there. */
@SuppressWarnings("BanJNDI") // It is about JNDI; nothing in it comes from outside.
class Chapter05Test extends Exchange {
    private final String url = "sluice:mem:" + getClass().getSimpleName();

    private Context namespace() throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "dev.sluice.SluiceInitialContextFactory");
        environment.put("connectionfactory.jms/factory", url);
        environment.put("queue.jms/orders", "orders.eu");
        environment.put("topic.news", "news.all");
        return new InitialContext(environment);
    }

    @SuppressWarnings({"unchecked", "BanSerializableRead"})
    private static <T> T copied(T object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    private static Object bound(Object object) throws Exception {
        Reference reference = copied(((Referenceable) object).getReference());
        return NamingManager.getObjectInstance(reference, null, null, null);
    }

    private void works(ConnectionFactory factory) throws JMSException {
        try (JMSContext context = factory.createContext()) {
            Queue place = context.createQueue(Peer.name("works"));
            context.createProducer().send(place, "m");
            assertThat(context.createConsumer(place).receiveBody(String.class, Peer.LONG))
                    .isEqualTo("m");
        }
    }

    @Test
    @Section({"5.1", "2.3", "2.12.1"})
    void aClientFindsItsObjectsInANamespace() throws Exception {
        Context namespace = namespace();
        ConnectionFactory factory = (ConnectionFactory) namespace.lookup("jms/factory");
        Queue orders = (Queue) namespace.lookup("jms/orders");
        Topic news = (Topic) namespace.lookup("news");
        assertThat(orders.getQueueName()).isEqualTo("orders.eu");
        assertThat(news.getTopicName()).isEqualTo("news.all");
        try (Connection own = factory.createConnection()) {
            own.start();
            var ownSession = own.createSession();
            ownSession.createProducer(orders).send(ownSession.createTextMessage("found"));
            assertThat(Peer.text(ownSession.createConsumer(orders))).isEqualTo("found");
        }
    }

    @Test
    @Section("5.1")
    void aNameThatIsNotBoundIsSaidToBeSo() throws Exception {
        Context namespace = namespace();
        assertThatThrownBy(() -> namespace.lookup("jms/absent"))
                .isInstanceOf(NameNotFoundException.class)
                .hasMessageContaining("jms/absent");
    }

    @Test
    @Section("5.1")
    void lookingUpAFactoryUsesNothingRemote() throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "dev.sluice.SluiceInitialContextFactory");
        environment.put("connectionfactory.nowhere", "sluice://localhost:1?reconnect.for=0s&connect.timeout=100ms");
        ConnectionFactory factory = (ConnectionFactory) new InitialContext(environment).lookup("nowhere");
        assertThat(copied(factory)).isInstanceOf(SluiceConnectionFactory.class);
        assertThatThrownBy(factory::createConnection).isInstanceOf(JMSException.class);
    }

    @Test
    @Section({"5.1", "5.3"})
    void aConnectionFactoryIsSerializableAndReferenceable() throws Exception {
        SluiceConnectionFactory factory = new SluiceConnectionFactory(url);
        assertThat(factory).isInstanceOf(Serializable.class).isInstanceOf(Referenceable.class);
        works(copied(factory));
        works((ConnectionFactory) bound(factory));
    }

    @Test
    @Section("5.1")
    void aConnectionFactoryIsABean() throws JMSException {
        SluiceConnectionFactory factory = new SluiceConnectionFactory();
        factory.setUrl(url);
        assertThat(factory.getUrl()).isEqualTo(url);
        works(factory);
        assertThatThrownBy(() -> factory.setUrl("nonsense")).isInstanceOf(IllegalArgumentException.class);
        works(factory);
    }

    @Test
    @Section({"5.1", "5.2"})
    void destinationsAreSerializableAndReferenceable() throws Exception {
        for (Destination place : List.of(session.createQueue("a.queue"), session.createTopic("a.topic"))) {
            Object copy = copied(place);
            assertThat(copy).isEqualTo(place).hasSameHashCodeAs(place);
            assertThat(bound(place)).isEqualTo(place);
        }
    }

    @Test
    @Section("5.2")
    void destinationsOfOneNameAndKindAreEqual() throws JMSException {
        Queue one = session.createQueue("same");
        assertThat(one).isEqualTo(session.createQueue("same")).hasSameHashCodeAs(session.createQueue("same"));
        assertThat(one).isNotEqualTo(session.createQueue("Same")).isNotEqualTo(session.createTopic("same"));
        assertThat(one.toString()).contains("same");
        assertThat(session.createTopic("same").toString()).contains("same");
    }

    @Test
    @Section({"5.2", "2.14"})
    void aDestinationIsUsedByManyAtOnce() throws Exception {
        List<CompletableFuture<?>> senders = new ArrayList<>();
        for (int sender = 0; sender < 4; sender++) {
            var own = peer.connection().createSession();
            senders.add(CompletableFuture.runAsync(() -> {
                try {
                    var ownProducer = own.createProducer(queue);
                    for (int number = 0; number < 50; number++) {
                        ownProducer.send(own.createTextMessage("m"));
                    }
                } catch (JMSException error) {
                    throw new AssertionError(error);
                }
            }));
        }
        for (CompletableFuture<?> sender : senders) {
            sender.get(Peer.LONG, TimeUnit.MILLISECONDS);
        }
        assertThat(rest(session.createConsumer(queue))).hasSize(200);
    }

    @Test
    @Section({"5.3", "2.14"})
    void aConnectionFactoryIsUsedByManyAtOnce() throws Exception {
        ConnectionFactory factory = peer.factory();
        List<CompletableFuture<?>> users = new ArrayList<>();
        for (int user = 0; user < 4; user++) {
            users.add(CompletableFuture.runAsync(() -> {
                try {
                    works(factory);
                    works(factory);
                } catch (JMSException error) {
                    throw new AssertionError(error);
                }
            }));
        }
        for (CompletableFuture<?> user : users) {
            user.get(Peer.LONG, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    @Section({"5.3", "2.6", "2.9"})
    void oneFactoryServesAllTheInterfaces() throws JMSException {
        ConnectionFactory factory = peer.factory();
        assertThat(factory).isInstanceOf(QueueConnectionFactory.class).isInstanceOf(TopicConnectionFactory.class);
        try (var ofQueues = ((QueueConnectionFactory) factory).createQueueConnection();
                var ofTopics = ((TopicConnectionFactory) factory).createTopicConnection()) {
            assertThat(ofQueues.createQueueSession(false, jakarta.jms.Session.AUTO_ACKNOWLEDGE))
                    .isNotNull();
            assertThat(ofTopics.createTopicSession(false, jakarta.jms.Session.AUTO_ACKNOWLEDGE))
                    .isNotNull();
        }
    }

    @Test
    @Section("5.2")
    void anAddressOfThisProviderIsTurnedIntoADestinationAndBack() throws JMSException {
        for (String name : List.of("a", "a.b-c_d", "with spaces", "ümläut", "x".repeat(200))) {
            Queue place = session.createQueue(name);
            assertThat(place.getQueueName()).isEqualTo(name);
            session.createProducer(place).send(text(name));
            try (var consumer = session.createConsumer(place)) {
                TextMessage received = (TextMessage) Peer.next(consumer);
                assertThat(received.getText()).isEqualTo(name);
                assertThat(received.getJMSDestination()).isEqualTo(place);
            }
        }
    }
}
