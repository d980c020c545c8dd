package dev.sluice.compliance;

import static dev.sluice.compliance.Chapter06ConnectionTest.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Methods that do not belong to a domain, exceptions, and the optional facilities for application servers. */
class Chapter10ExceptionsTest extends Chapter {
    private SluiceConnectionFactory ownFactory() {
        return (SluiceConnectionFactory) factory();
    }

    @Test
    @Section({"9.2", "10.3"})
    void aQueueConnectionAndItsSessionRefuseTheMethodsOfTopics() throws JMSException {
        try (QueueConnection own = ownFactory().createQueueConnection()) {
            QueueSession queues = own.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            allIllegal(List.of(
                    () -> own.createSharedConnectionConsumer(topic, "s", null, null, 1),
                    () -> own.createDurableConnectionConsumer(topic, "s", null, null, 1),
                    () -> own.createSharedDurableConnectionConsumer(topic, "s", null, null, 1),
                    () -> queues.createDurableSubscriber(topic, "s"),
                    () -> queues.createDurableSubscriber(topic, "s", null, false),
                    () -> queues.createDurableConsumer(topic, "s"),
                    () -> queues.createDurableConsumer(topic, "s", null, false),
                    () -> queues.createSharedConsumer(topic, "s"),
                    () -> queues.createSharedConsumer(topic, "s", null),
                    () -> queues.createSharedDurableConsumer(topic, "s"),
                    () -> queues.createSharedDurableConsumer(topic, "s", null),
                    queues::createTemporaryTopic,
                    () -> queues.createTopic("t"),
                    () -> queues.unsubscribe("s")));
        }
    }

    @Test
    @Section({"9.2", "10.3"})
    void aTopicSessionRefusesTheMethodsOfQueues() throws JMSException {
        try (TopicConnection own = ownFactory().createTopicConnection()) {
            TopicSession topics = own.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            allIllegal(List.of(
                    () -> topics.createBrowser(queue),
                    () -> topics.createBrowser(queue, "a = 1"),
                    () -> topics.createQueue("q"),
                    topics::createTemporaryQueue));
        }
    }

    private static void allIllegal(List<Aside.Action> calls) {
        for (int number = 0; number < calls.size(); number++) {
            assertThat(outcomeOf(calls.get(number))).as("call %d", number).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Section("10.2")
    void anExceptionOfTheServerHasATextACodeAndItsCause() {
        assertThatThrownBy(() -> session.createConsumer(queue, "a >"))
                .isInstanceOfSatisfying(JMSException.class, error -> {
                    assertThat(error.getMessage()).isNotBlank();
                    assertThat(error.getErrorCode()).isNotBlank();
                    assertThat(error.getLinkedException()).isNotNull();
                });
        JMSContext context = context();
        assertThatThrownBy(() -> context.createConsumer(queue, "a >"))
                .isInstanceOfSatisfying(JMSRuntimeException.class, error -> {
                    assertThat(error.getMessage()).isNotBlank();
                    assertThat(error.getErrorCode()).isNotBlank();
                    assertThat(error.getCause()).isNotNull();
                });
    }

    @Test
    @Section({"10.2", "10.3"})
    void theSimplifiedApiThrowsTheUncheckedTwin() {
        JMSContext context = context();
        assertThatThrownBy(() -> session.createConsumer(null)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> context.createConsumer(null)).isInstanceOf(InvalidDestinationRuntimeException.class);
        assertThatThrownBy(() -> session.createConsumer(topic, "(")).isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> context.createConsumer(topic, "("))
                .isInstanceOf(InvalidSelectorRuntimeException.class);
        assertThatThrownBy(() -> session.createBrowser(queue, "(")).isInstanceOf(InvalidSelectorException.class);
        assertThatThrownBy(() -> context.createProducer().setProperty("a", new Object()))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> context.unsubscribe("unknown")).isInstanceOf(InvalidDestinationRuntimeException.class);
    }

    @Test
    @Section("10.3")
    void aWrongTypeIsAFormatExceptionAndABadNumberIsNot() throws JMSException {
        StreamMessage message = session.createStreamMessage();
        assertThatThrownBy(() -> message.writeObject(new Object())).isInstanceOf(MessageFormatException.class);
        message.writeBoolean(true);
        message.writeString("no number");
        message.reset();
        assertThatThrownBy(message::readShort).isInstanceOf(MessageFormatException.class);
        assertThat(message.readBoolean()).isTrue();
        assertThatThrownBy(message::readInt).isInstanceOf(NumberFormatException.class);
    }

    @Test
    @Section({"11.2", "11.2.1", "11.2.4"})
    void theFacilitiesForApplicationServersAreRefusedInWords() throws JMSException {
        assertThatThrownBy(() -> connection.createConnectionConsumer(queue, null, null, 1))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("optional");
        assertThatThrownBy(() -> connection.createSharedConnectionConsumer(topic, "s", null, null, 1))
                .isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.setMessageListener(message -> {})).isInstanceOf(JMSException.class);
        assertThat(session.getMessageListener()).isNull();
        session.run();
    }
}
