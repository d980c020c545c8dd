package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Messages and destinations whose classes are not this provider's. */
class Chapter03ForeignMessagesTest extends Exchange {
    /** A message of a class that no provider has, which does what {@code message} does. */
    private static <T extends Message> T foreign(Class<T> type, T message) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return method.invoke(message, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }

    private void check(Message received) throws JMSException {
        assertThat(Proxy.isProxyClass(received.getClass())).isFalse();
        assertThat(received.getStringProperty("p")).isEqualTo("v");
        assertThat(received.getObjectProperty("n")).isEqualTo((short) 7);
        assertThat(received.getStringProperty("JMSXGroupID")).isEqualTo("g");
        assertThat(received.getJMSType()).isEqualTo("t");
        assertThat(received.getJMSCorrelationID()).isEqualTo("c");
        assertThat(received.getJMSReplyTo()).isEqualTo(queue);
    }

    private <T extends Message> T marked(Class<T> type, T message) throws JMSException {
        T foreign = foreign(type, message);
        foreign.setStringProperty("p", "v");
        foreign.setShortProperty("n", (short) 7);
        foreign.setStringProperty("JMSXGroupID", "g");
        foreign.setJMSType("t");
        foreign.setJMSCorrelationID("c");
        foreign.setJMSReplyTo(queue);
        return foreign;
    }

    @Test
    @Section("3.12")
    void aForeignMessageKeepsItsPropertiesAndItsHeader() throws JMSException {
        Message received = exchanged(marked(Message.class, session.createMessage()));
        check(received);
        assertThat(received).isNotInstanceOfAny(TextMessage.class, BytesMessage.class, MapMessage.class);
    }

    @Test
    @Section("3.12")
    void aForeignTextKeepsItsText() throws JMSException {
        TextMessage received = exchanged(marked(TextMessage.class, text("body")));
        check(received);
        assertThat(received.getText()).isEqualTo("body");
        assertThat(exchanged(foreign(TextMessage.class, session.createTextMessage()))
                        .getText())
                .isNull();
    }

    @Test
    @Section("3.12")
    void aForeignMapKeepsItsEntriesAndTheirTypes() throws JMSException {
        MapMessage map = session.createMapMessage();
        map.setChar("c", 'c');
        map.setByte("b", (byte) 1);
        map.setBytes("bytes", new byte[] {1});
        map.setString("none", null);
        MapMessage received = exchanged(marked(MapMessage.class, map));
        check(received);
        assertThat(received.getObject("c")).isEqualTo('c');
        assertThat(received.getObject("b")).isEqualTo((byte) 1);
        assertThat(received.getBytes("bytes")).containsExactly(1);
        assertThat(received.itemExists("none")).isTrue();
    }

    @Test
    @Section("3.12")
    void aForeignStreamKeepsItsValuesFromTheFirst() throws JMSException {
        StreamMessage stream = session.createStreamMessage();
        stream.writeInt(1);
        stream.writeString(null);
        stream.writeBytes(new byte[] {2});
        stream.writeChar('c');
        StreamMessage received = exchanged(marked(StreamMessage.class, stream));
        check(received);
        assertThat(received.readObject()).isEqualTo(1);
        assertThat(received.readObject()).isNull();
        assertThat((byte[]) received.readObject()).containsExactly(2);
        assertThat(received.readObject()).isEqualTo('c');
    }

    @Test
    @Section("3.12")
    void foreignBytesAreSentWholeEvenWhenTheyWereReadInPart() throws JMSException {
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(1);
        bytes.writeInt(2);
        bytes.reset();
        assertThat(bytes.readInt()).isEqualTo(1);
        BytesMessage received = exchanged(marked(BytesMessage.class, bytes));
        check(received);
        assertThat(received.getBody(byte[].class)).containsExactly(0, 0, 0, 1, 0, 0, 0, 2);
    }

    @Test
    @Section("3.12")
    void aForeignObjectKeepsItsObject() throws JMSException {
        ObjectMessage received = exchanged(marked(ObjectMessage.class, session.createObjectMessage("object")));
        check(received);
        assertThat(received.getObject()).isEqualTo("object");
    }

    @Test
    @Section({"3.4.11", "3.12"})
    void theHeaderOfAForeignMessageIsSetOnIt() throws JMSException {
        TextMessage foreign = foreign(TextMessage.class, text("m"));
        producer.send(foreign, DeliveryMode.NON_PERSISTENT, 7, 60_000);
        Message received = received();
        assertThat(foreign.getJMSMessageID())
                .isEqualTo(received.getJMSMessageID())
                .startsWith("ID:");
        assertThat(foreign.getJMSDestination()).isEqualTo(queue);
        assertThat(foreign.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(foreign.getJMSPriority()).isEqualTo(7);
        assertThat(foreign.getJMSTimestamp()).isEqualTo(received.getJMSTimestamp());
        assertThat(foreign.getJMSExpiration()).isEqualTo(received.getJMSExpiration());
        assertThat(foreign.getJMSDeliveryTime()).isEqualTo(received.getJMSDeliveryTime());
    }

    @Test
    @Section("3.12")
    void aForeignMessageIsGivenToTheListenerOfItsSend() throws Exception {
        TextMessage foreign = foreign(TextMessage.class, text("m"));
        CompletableFuture<String> completed = new CompletableFuture<>();
        producer.send(foreign, new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                try {
                    completed.complete(message.getJMSMessageID());
                } catch (JMSException error) {
                    completed.completeExceptionally(error);
                }
            }

            @Override
            public void onException(Message message, Exception exception) {
                completed.completeExceptionally(exception);
            }
        });
        assertThat(completed.get(Peer.LONG, TimeUnit.MILLISECONDS))
                .isEqualTo(received().getJMSMessageID());
    }

    @Test
    @Section("3.12")
    void aProducerOfAContextSendsAForeignMessage() throws JMSException {
        try (JMSContext context = peer.factory().createContext()) {
            TextMessage foreign = foreign(TextMessage.class, context.createTextMessage("m"));
            context.createProducer().setProperty("p", "v").send(queue, foreign);
            TextMessage received = (TextMessage) received();
            assertThat(received.getText()).isEqualTo("m");
            assertThat(received.getStringProperty("p")).isEqualTo("v");
        }
    }

    @Test
    @Section("3.12")
    void aForeignMessageCanBeSentTwice() throws JMSException {
        TextMessage foreign = foreign(TextMessage.class, text("first"));
        producer.send(foreign);
        foreign.setText("second");
        producer.send(foreign);
        assertThat(((TextMessage) received()).getText()).isEqualTo("first");
        assertThat(((TextMessage) received()).getText()).isEqualTo("second");
    }

    @Test
    @Section({"3.12", "4.1.4", "4.2.6"})
    void aForeignDestinationIsTheOneOfItsName() throws JMSException {
        Queue foreignQueue = queue::getQueueName;
        session.createProducer(foreignQueue).send(text("m"));
        try (var consumer = session.createConsumer(foreignQueue)) {
            assertThat(Peer.text(consumer)).isEqualTo("m");
        }
        Topic topic = session.createTopic(Peer.name("foreign"));
        Topic foreignTopic = topic::getTopicName;
        try (var consumer = session.createConsumer(foreignTopic)) {
            session.createProducer(topic).send(text("t"));
            assertThat(Peer.text(consumer)).isEqualTo("t");
        }
        TextMessage request = text("request");
        request.setJMSReplyTo(foreignQueue);
        producer.send(request);
        assertThat(received().getJMSReplyTo()).isEqualTo(queue);
    }

    @Test
    @Section("3.12")
    void aDestinationThatIsNeitherQueueNorTopicIsRefused() throws JMSException {
        jakarta.jms.Destination nothing = new jakarta.jms.Destination() {};
        assertThatThrownBy(() -> session.createProducer(nothing)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createConsumer(nothing)).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    @Section({"3.7", "7.2"})
    void aMessageThatIsNullIsRefused() throws JMSException {
        assertThatThrownBy(() -> producer.send(null)).isInstanceOf(MessageFormatException.class);
        for (Class<?> type : List.of(Message.class, TextMessage.class)) {
            assertThatThrownBy(() -> producer.send((Message) type.cast(null), DeliveryMode.PERSISTENT, 4, 0))
                    .isInstanceOf(MessageFormatException.class);
        }
    }
}
