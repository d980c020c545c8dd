package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.spi.ObjectFactory;
import org.junit.jupiter.api.Test;

/** What applications rely on and the specification does not say: names, texts, copies, and what a call does while the server is away. */
class BeyondTheTextTest extends Chapter {
    @Test
    void objectsSayWhatTheyAreAndNothingSecret() throws JMSException {
        assertThat(queue).hasToString("queue://" + queue.getQueueName());
        assertThat(topic).hasToString("topic://" + topic.getTopicName());
        assertThat(session).asString().matches("SluiceSession\\[sluice-session-\\d+, AUTO_ACKNOWLEDGE]");
        assertThat(session.createProducer(queue)).hasToString("SluiceProducer[" + queue + "]");
        assertThat(session.createProducer(null)).hasToString("SluiceProducer[any destination]");
        assertThat(session.createConsumer(queue, "a = 1")).hasToString("SluiceConsumer[" + queue + ", selector=a = 1]");
        assertThat(connection).asString().matches("SluiceConnection\\[[0-9a-f]{32}, stopped, 1 sessions]");
        connection.close();
        assertThat(connection).asString().contains("closed");
        assertThat(new SluiceConnectionFactory("sluice://one,two:77?user=u&password=secret"))
                .hasToString("SluiceConnectionFactory[sluice://one:7676,two:77]");
        TextMessage message = sending.createTextMessage("secret body");
        sending.createProducer(queue).send(message);
        assertThat(message)
                .asString()
                .contains(message.getJMSMessageID(), "" + queue)
                .doesNotContain("secret");
    }

    @Test
    void objectsOfContextsSayWhatTheyAre() {
        JMSContext context = context(JMSContext.CLIENT_ACKNOWLEDGE);
        String session = "SluiceSession\\[sluice-session-\\d+, CLIENT_ACKNOWLEDGE]";
        assertThat(context)
                .asString()
                .matches("SluiceContext\\[" + session + ", SluiceConnection\\[[0-9a-f]{32}, stopped, 1 sessions]]");
        assertThat(context.createProducer()).asString().matches("SluiceProducer\\[any destination, " + session + "]");
        assertThat(context.createConsumer(queue)).hasToString("SluiceConsumer[" + queue + "]");
        assertThat(context.createBrowser(queue, "a = 1")).hasToString("SluiceBrowser[" + queue + ", selector=a = 1]");
        assertThat(context.createTemporaryQueue()).asString().startsWith("temp-queue://");
    }

    @Test
    void acknowledgingIndividuallyIsForOneMessage() throws JMSException {
        send(queue, "one", "two", "three");
        connection.start();
        Session individual = connection.createSession(Sluice.INDIVIDUAL_ACKNOWLEDGE);
        MessageConsumer consumer = individual.createConsumer(queue);
        Message first = Peer.next(consumer);
        Peer.next(consumer).acknowledge();
        Peer.next(consumer).acknowledge();
        individual.recover();
        Message again = Peer.next(consumer);
        assertThat(again.getJMSMessageID()).isEqualTo(first.getJMSMessageID());
        again.acknowledge();
        individual.recover();
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void theNameOfAConnectionIsThatOfItsMessages() throws JMSException {
        TextMessage message = session.createTextMessage("x");
        session.createProducer(queue).send(message);
        String id = message.getJMSMessageID();
        assertThat(connection).asString().contains(id.substring("ID:".length(), id.lastIndexOf('-')));
    }

    @Test
    void destinationsAreEqualByKindAndName() throws Exception {
        Queue same = peer.connection().createSession().createQueue(queue.getQueueName());
        assertThat(same).isEqualTo(queue).hasSameHashCodeAs(queue);
        assertThat(sending.createTopic(queue.getQueueName())).isNotEqualTo(queue);
        Set<Object> set = new HashSet<>(List.of(queue, topic));
        assertThat(set).contains(same, copy(topic), looked(queue));
    }

    @Test
    void factoriesAndDestinationsAreKeptBySerializationAndJndi() throws Exception {
        SluiceConnectionFactory factory = new SluiceConnectionFactory("sluice:mem:kept");
        assertThat(((SluiceConnectionFactory) copy(factory)).getUrl()).isEqualTo(factory.getUrl());
        assertThat(((SluiceConnectionFactory) looked(factory)).getUrl()).isEqualTo(factory.getUrl());
        assertThat(copy(queue)).isEqualTo(queue);
        assertThat(looked(topic)).isEqualTo(topic);
    }

    private static Object copy(Object original) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    private static Object looked(Object original) throws Exception {
        Reference reference = ((Referenceable) original).getReference();
        ObjectFactory maker = Class.forName(reference.getFactoryClassName())
                .asSubclass(ObjectFactory.class)
                .getConstructor()
                .newInstance();
        return maker.getObjectInstance(reference, null, null, new Hashtable<>());
    }

    @Test
    void threadsHaveTheNameOfTheirSession() throws Exception {
        BlockingQueue<String> names = new LinkedBlockingQueue<>();
        session.createConsumer(queue)
                .setMessageListener(message -> names.add(Thread.currentThread().getName()));
        connection.start();
        send(queue, "one");
        String name = names.poll(20, TimeUnit.SECONDS);
        assertThat(name).startsWith("sluice-session-");
        assertThat(session).asString().contains(name + ",");
    }

    @Test
    void exceptionsHaveACodeACauseAndTheValueThatWasWrong() {
        assertThatThrownBy(() -> session.createConsumer(queue, "a >"))
                .isInstanceOfSatisfying(InvalidSelectorException.class, error -> {
                    assertThat(error.getErrorCode()).isEqualTo("SLUICE-14");
                    assertThat(error.getCause()).isNotNull();
                    assertThat(error.getLinkedException()).isSameAs(error.getCause());
                    assertThat(error.getMessage()).contains("a >", "position 4");
                });
        assertThatThrownBy(() -> new SluiceConnectionFactory("sluice://localhost:1").createConnection())
                .isInstanceOfSatisfying(JMSException.class, error -> {
                    assertThat(error.getErrorCode()).isEqualTo("SLUICE-7");
                    assertThat(error.getMessage()).contains("localhost:1");
                });
    }

    @Test
    void theProviderSaysItsNameAndVersion() throws JMSException {
        assertThat(connection.getMetaData().getJMSProviderName()).isEqualTo("Sluice");
        assertThat(connection.getMetaData().getProviderVersion()).matches("\\d+\\.\\d+.*");
    }

    @Test
    void callsWaitForAServerThatIsAwayAndThenSucceed() throws Exception {
        try (Restartable server = Restartable.inMemory("away");
                Connection own = server.factory("").createConnection()) {
            own.start();
            Session working = own.createSession();
            Queue orders = working.createQueue("orders");
            MessageConsumer consumer = working.createConsumer(orders);
            server.stop();
            assertThat(consumer.receive(Peer.SHORT))
                    .as("a timed receive ends in its time")
                    .isNull();
            Aside<Boolean> sent = Aside.run(() -> working.createProducer(orders).send(working.createMessage()))
                    .waits();
            assertThat(own.createSession()).as("needs no server").isNotNull();
            assertThat(sent.isDone()).isFalse();
            own.close();
            assertThatThrownBy(sent::result).isInstanceOf(JMSException.class);
        }
    }
}
