package dev.sluice.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceQueue;
import dev.sluice.SluiceTopic;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The simplified API: contexts, its producers and consumers. */
@Timeout(60)
class ContextTest {
    private final Given given = new Given();
    private final Queue queue = new SluiceQueue("q");
    private JMSContext context;

    @BeforeEach
    void connect() throws JMSException {
        context = given.context(JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Test
    void startsWithItsFirstConsumer() {
        context.createProducer().send(queue, "hello");
        assertThat(context.createConsumer(queue).receiveBody(String.class, Given.LONG))
                .isEqualTo("hello");
    }

    @Test
    void startsWhenToldToIfAutoStartIsOff() {
        context.setAutoStart(false);
        assertThat(context.getAutoStart()).isFalse();
        context.createProducer().send(queue, "hello");
        JMSConsumer consumer = context.createConsumer(queue);
        assertThat(consumer.receive(Given.SHORT)).isNull();
        context.start();
        assertThat(consumer.receive(Given.LONG)).isNotNull();
    }

    @Test
    void namesTheClientOnlyBeforeItsFirstUse() throws JMSException {
        context.setClientID("alice");
        assertThat(context.getClientID()).isEqualTo("alice");
        JMSContext second = given.context(JMSContext.AUTO_ACKNOWLEDGE);
        assertThatThrownBy(() -> second.setClientID("alice")).isInstanceOf(InvalidClientIDRuntimeException.class);
        JMSConsumer ignored = second.createConsumer(queue);
        assertThatThrownBy(() -> second.setClientID("late")).isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    void sendsEachKindOfBody() {
        JMSProducer producer = context.createProducer();
        producer.send(queue, "text")
                .send(queue, new byte[] {1, 2})
                .send(queue, Map.<String, Object>of("a", 1))
                .send(queue, (java.io.Serializable) Integer.valueOf(7));
        JMSConsumer consumer = context.createConsumer(queue);
        assertThat(consumer.receiveBody(String.class, Given.LONG)).isEqualTo("text");
        assertThat(consumer.receiveBody(byte[].class, Given.LONG)).containsExactly(1, 2);
        Object map = consumer.receiveBody(Map.class, Given.LONG);
        assertThat(map).isEqualTo(Map.of("a", 1));
        assertThat(consumer.receiveBody(java.io.Serializable.class, Given.LONG)).isEqualTo(7);
        assertThat(consumer.receiveBodyNoWait(String.class)).isNull();
    }

    @Test
    void aBodyOfAnotherTypeIsAsIfItHadNotBeenReceived() throws JMSException {
        context.createProducer().send(queue, "one").send(queue, "two");
        JMSConsumer consumer = context.createConsumer(queue);
        assertThatThrownBy(() -> consumer.receiveBody(Map.class, Given.LONG))
                .isInstanceOf(MessageFormatRuntimeException.class);
        Message again = consumer.receive(Given.LONG);
        assertThat(again.getBody(String.class)).isEqualTo("one");
        assertThat(again.getJMSRedelivered()).isFalse();
        assertThat(consumer.receiveBody(String.class, Given.LONG)).isEqualTo("two");
    }

    @Test
    void inClientModeABodyOfAnotherTypeIsConsumed() throws JMSException {
        context.createProducer().send(queue, "one").send(queue, "two");
        JMSContext client = given.context(JMSContext.CLIENT_ACKNOWLEDGE);
        JMSConsumer consumer = client.createConsumer(queue);
        assertThatThrownBy(() -> consumer.receiveBody(byte[].class, Given.LONG))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThat(consumer.receiveBody(String.class, Given.LONG)).isEqualTo("two");
        client.recover();
        Message again = consumer.receive(Given.LONG);
        assertThat(again.getBody(String.class)).isEqualTo("one");
        assertThat(again.getJMSRedelivered()).isTrue();
    }

    @Test
    void streamsAndBodilessMessagesHaveNoBodyToReceive() {
        context.createProducer().send(queue, context.createStreamMessage()).send(queue, context.createMessage());
        JMSConsumer consumer = context.createConsumer(queue);
        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(() -> consumer.receiveBody(Object.class, Given.LONG))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThat(consumer.receive(Given.LONG)).isNotNull();
        }
    }

    @Test
    void acknowledgesThroughTheContext() throws JMSException {
        context.createProducer().send(queue, "one").send(queue, "two");
        JMSContext client = given.context(JMSContext.CLIENT_ACKNOWLEDGE);
        JMSConsumer consumer = client.createConsumer(queue);
        assertThat(consumer.receiveBody(String.class, Given.LONG)).isEqualTo("one");
        client.acknowledge();
        assertThat(consumer.receiveBody(String.class, Given.LONG)).isEqualTo("two");
        client.close();
        assertThat(context.createConsumer(queue).receiveBody(String.class, Given.LONG))
                .isEqualTo("two");
        context.acknowledge();
    }

    @Test
    void theLastContextClosesTheConnection() {
        JMSContext second = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
        assertThat(second.getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
        context.close();
        context.close();
        assertThatThrownBy(() -> context.createProducer()).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(() -> context.createContext(1)).isInstanceOf(IllegalStateRuntimeException.class);
        second.createProducer().send(queue, "still open");
        assertThat(given.link().calls).doesNotContain("close");
        second.close();
        assertThat(given.link().calls).contains("close");
    }

    @Test
    void refusesCloseAndStopFromItsOwnListener() throws Exception {
        context.createProducer().send(queue, "x");
        CompletableFuture<List<Throwable>> refused = new CompletableFuture<>();
        context.createConsumer(queue)
                .setMessageListener(
                        message -> refused.complete(List.of(thrown(context::close), thrown(context::stop))));
        assertThat(refused.get(Given.LONG, TimeUnit.MILLISECONDS))
                .allSatisfy(error -> assertThat(error).isInstanceOf(IllegalStateRuntimeException.class));
        context.close();
    }

    private static Throwable thrown(Runnable action) {
        try {
            action.run();
            return new AssertionError("nothing was thrown");
        } catch (JMSRuntimeException error) {
            return error;
        }
    }

    @Test
    void producersSetWhatTheyAreToldOnEachMessage() throws JMSException {
        JMSProducer producer = context.createProducer()
                .setProperty("int", 1)
                .setProperty("text", "two")
                .setJMSCorrelationID("corr")
                .setJMSType("type")
                .setJMSReplyTo(new SluiceTopic("reply"))
                .setPriority(8)
                .setTimeToLive(60_000)
                .setDeliveryMode(1);
        TextMessage message = context.createTextMessage("x");
        message.setStringProperty("text", "overridden");
        message.setStringProperty("own", "kept");
        producer.send(queue, message);
        Message received = context.createConsumer(queue).receive(Given.LONG);
        assertThat(received.getIntProperty("int")).isEqualTo(1);
        assertThat(received.getStringProperty("text")).isEqualTo("two");
        assertThat(received.getStringProperty("own")).isEqualTo("kept");
        assertThat(received.getJMSCorrelationID()).isEqualTo("corr");
        assertThat(received.getJMSType()).isEqualTo("type");
        assertThat(received.getJMSReplyTo()).isEqualTo(new SluiceTopic("reply"));
        assertThat(received.getJMSPriority()).isEqualTo(8);
        // The properties of a received message are read-only.
        assertThatThrownBy(() -> producer.send(queue, received))
                .isInstanceOf(MessageNotWriteableRuntimeException.class);
        assertThat(producer.getPropertyNames()).containsExactlyInAnyOrder("int", "text");
        assertThat(producer.clearProperties().propertyExists("int")).isFalse();
        producer.send(queue, received);
    }

    @Test
    void producersConvertPropertiesAsMessagesDo() {
        JMSProducer producer =
                context.createProducer().setProperty("n", (byte) 7).setProperty("t", "12");
        assertThat(producer.getIntProperty("n")).isEqualTo(7);
        assertThat(producer.getStringProperty("n")).isEqualTo("7");
        assertThat(producer.getLongProperty("t")).isEqualTo(12);
        assertThat(producer.getBooleanProperty("absent")).isFalse();
        assertThat(producer.getObjectProperty("absent")).isNull();
        assertThatThrownBy(() -> producer.getFloatProperty("n")).isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.setProperty("o", new Object()))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.setProperty("", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> producer.setProperty((String) null, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyRefusalIsTheUncheckedTwin() {
        JMSProducer producer = context.createProducer();
        assertThatThrownBy(() -> producer.send(null, "x")).isInstanceOf(InvalidDestinationRuntimeException.class);
        assertThatThrownBy(() -> producer.send(queue, (Message) null))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> context.createConsumer(queue, "!!"))
                .isInstanceOf(InvalidSelectorRuntimeException.class);
        assertThatThrownBy(() -> context.createBrowser(queue, "!!"))
                .isInstanceOf(InvalidSelectorRuntimeException.class);
        assertThatThrownBy(() -> context.createConsumer(null)).isInstanceOf(InvalidDestinationRuntimeException.class);
        assertThatThrownBy(() -> context.unsubscribe("none")).isInstanceOf(InvalidDestinationRuntimeException.class);
        assertThatThrownBy(() -> context.createDurableConsumer(new SluiceTopic("t"), "s"))
                .isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(context::commit).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(() -> context.createContext(17)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> producer.setPriority(10)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> producer.setDeliveryMode(7)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> producer.setTimeToLive(-1)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSRuntimeException.class);
    }

    @Test
    void sendsAsynchronouslyWhenToldTo() throws Exception {
        CompletableFuture<Message> completed = new CompletableFuture<>();
        JMSProducer producer = context.createProducer().setAsync(new jakarta.jms.CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                completed.complete(message);
            }

            @Override
            public void onException(Message message, Exception exception) {
                completed.completeExceptionally(exception);
            }
        });
        TextMessage message = context.createTextMessage("x");
        producer.send(queue, message);
        assertThat(completed.get(Given.LONG, TimeUnit.MILLISECONDS)).isSameAs(message);
        assertThat(producer.getAsync()).isNotNull();
        assertThat(producer.setAsync(null).getAsync()).isNull();
    }

    @Test
    void browsesThroughTheContext() throws JMSException {
        context.createProducer().send(queue, "a").send(queue, "b");
        List<Object> seen = new ArrayList<>();
        var enumeration = context.createBrowser(queue).getEnumeration();
        while (enumeration.hasMoreElements()) {
            seen.add(((TextMessage) enumeration.nextElement()).getText());
        }
        assertThat(seen).containsExactly("a", "b");
    }
}
