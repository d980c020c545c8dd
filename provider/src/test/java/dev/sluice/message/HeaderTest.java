package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceQueue;
import dev.sluice.SluiceTemporaryTopic;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TemporaryQueue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Chapter 3.4 of the specification. */
class HeaderTest {
    private final SluiceTextMessage message = new SluiceTextMessage();

    @Test
    void beginsWithTheDefaults() {
        assertThat(message.getJMSMessageID()).isNull();
        assertThat(message.getJMSDestination()).isNull();
        assertThat(message.getJMSReplyTo()).isNull();
        assertThat(message.getJMSType()).isNull();
        assertThat(message.getJMSCorrelationID()).isNull();
        assertThat(message.getJMSCorrelationIDAsBytes()).isNull();
        assertThat(message.getJMSDeliveryMode()).isEqualTo(Message.DEFAULT_DELIVERY_MODE);
        assertThat(message.getJMSPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
        assertThat(message.getJMSTimestamp()).isZero();
        assertThat(message.getJMSExpiration()).isZero();
        assertThat(message.getJMSDeliveryTime()).isZero();
        assertThat(message.getJMSRedelivered()).isFalse();
    }

    @Test
    void keepsWhatTheSettersSetOnASentAndAReceivedMessage() throws JMSException {
        for (SluiceMessage each : List.of(message, Wired.received(message))) {
            each.setJMSMessageID("ID:mine");
            each.setJMSDestination(new SluiceQueue("other"));
            each.setJMSReplyTo(Wired.QUEUE);
            each.setJMSType("type");
            each.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
            each.setJMSPriority(9);
            each.setJMSTimestamp(1);
            each.setJMSExpiration(2);
            each.setJMSDeliveryTime(3);
            each.setJMSRedelivered(true);
            assertThat(each.getJMSMessageID()).isEqualTo("ID:mine");
            assertThat(each.getJMSDestination()).isEqualTo(new SluiceQueue("other"));
            assertThat(each.getJMSReplyTo()).isEqualTo(Wired.QUEUE);
            assertThat(each.getJMSType()).isEqualTo("type");
            assertThat(each.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
            assertThat(each.getJMSPriority()).isEqualTo(9);
            assertThat(each.getJMSTimestamp()).isEqualTo(1);
            assertThat(each.getJMSExpiration()).isEqualTo(2);
            assertThat(each.getJMSDeliveryTime()).isEqualTo(3);
            assertThat(each.getJMSRedelivered()).isTrue();
        }
    }

    @Test
    void theSendOverwritesWhatIsTheProviders() throws JMSException {
        message.setJMSMessageID("ID:mine");
        message.setJMSPriority(9);
        Wired.STAMP.applyTo(message);
        assertThat(message.getJMSMessageID()).isEqualTo("ID:0123456789abcdefffffffffffffffff-42");
        assertThat(message.getJMSDestination()).isEqualTo(Wired.QUEUE);
        assertThat(message.getJMSPriority()).isEqualTo(4);
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(message.getJMSTimestamp()).isEqualTo(1000);
        assertThat(message.getJMSExpiration()).isEqualTo(2000);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(1500);
        assertThatThrownBy(() -> new Stamp(null, Wired.QUEUE, true, 10, new Stamp.Times(0, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hasNeitherIdNorTimestampWhereTheProducerDoesWithout() throws JMSException {
        new Stamp(null, Wired.QUEUE, false, 0, new Stamp.Times(0, 0, 7)).applyTo(message);
        SluiceMessage received = Wired.carried(message, Deserialization.NONE, 1);
        assertThat(received.getJMSMessageID()).isNull();
        assertThat(received.getJMSTimestamp()).isZero();
        assertThat(received.getJMSDeliveryTime()).isEqualTo(7);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
    }

    @Test
    void correlatesByTextOrBytes() throws JMSException {
        byte[] bytes = {1, 2, -1};
        message.setJMSCorrelationIDAsBytes(bytes);
        bytes[0] = 9;
        assertThat(message.getJMSCorrelationIDAsBytes()).containsExactly(1, 2, -1);
        assertThat(Wired.received(message).getJMSCorrelationIDAsBytes()).containsExactly(1, 2, -1);
        message.setJMSCorrelationID("grün");
        assertThat(message.getJMSCorrelationIDAsBytes())
                .isEqualTo("grün".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(Wired.received(message).getJMSCorrelationID()).isEqualTo("grün");
        message.setJMSCorrelationID("");
        assertThat(Wired.received(message).getJMSCorrelationID()).isEmpty();
        message.setJMSCorrelationIDAsBytes(null);
        assertThat(Wired.received(message).getJMSCorrelationID()).isNull();
    }

    @Test
    void aReplyGoesToAnyDestinationThatCanBeReached() throws JMSException {
        message.setJMSReplyTo(new SluiceTemporaryTopic("temp.1", null));
        assertThat(Wired.received(message).getJMSReplyTo()).isEqualTo(new SluiceTemporaryTopic("temp.1", null));
        message.setJMSReplyTo((jakarta.jms.Topic) () -> "news");
        assertThat(Wired.received(message).getJMSReplyTo()).hasToString("topic://news");
        message.setJMSReplyTo(new TemporaryQueue() {
            @Override
            public void delete() {}

            @Override
            public String getQueueName() {
                return "x";
            }
        });
        assertThatThrownBy(() -> Wired.received(message)).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    void acknowledgesThroughItsSession() throws JMSException {
        message.acknowledge();
        message.acknowledgeThis();
        List<String> calls = new ArrayList<>();
        message.acknowledgement(new Acknowledgement() {
            @Override
            public void acknowledge() {
                calls.add("all");
            }

            @Override
            public void acknowledgeThis() {
                calls.add("this");
            }
        });
        message.acknowledge();
        message.acknowledgeThis();
        assertThat(calls).containsExactly("all", "this");
    }

    @Test
    void showsNothingOfItsBody() throws JMSException {
        message.setText("secret");
        Wired.STAMP.applyTo(message);
        assertThat(message)
                .hasToString("TextMessage[id=ID:0123456789abcdefffffffffffffffff-42, destination=queue://orders]");
    }

    @Test
    void aPlainMessageHasNoBody() throws JMSException {
        SluiceMessage plain = Wired.received(new SluiceMessage());
        assertThat(plain.getClass()).isEqualTo(SluiceMessage.class);
        assertThat(plain.getBody(String.class)).isNull();
        assertThat(plain.isBodyAssignableTo(Integer.class)).isTrue();
        plain.clearBody();
    }

    @Test
    void theOtherSideKnowsWhetherTheCorrelationIsTextOrBytes() throws JMSException {
        message.setJMSCorrelationID("text");
        assertThat(Wired.received(message).header().isCorrelatedByBytes()).isFalse();
        message.setJMSCorrelationIDAsBytes(new byte[] {'t'});
        assertThat(Wired.received(message).header().isCorrelatedByBytes()).isTrue();
    }

    @Test
    void anExceptionHasItsReasonBothAsLinkedExceptionAndAsCause() {
        RuntimeException reason = new IllegalStateException("why");
        JMSException fault = Faults.malformed("map", reason);
        assertThat(fault.getLinkedException()).isSameAs(reason);
        assertThat(fault).hasCause(reason);
    }
}
