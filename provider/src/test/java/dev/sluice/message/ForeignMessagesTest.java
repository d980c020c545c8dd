package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Seeded;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A foreign message here is one of ours behind another class: only the interface is left. */
class ForeignMessagesTest {
    private final List<String> calls = new ArrayList<>();

    @Seeded
    void aCopyHasAllThatAnApplicationSets(SplittableRandom random) throws JMSException {
        SluiceMessage original = RandomMessages.body(random);
        RandomMessages.properties(original, random);
        original.setJMSType("type");
        original.setJMSReplyTo(Wired.QUEUE);
        original.setJMSCorrelationID(random.nextBoolean() ? "c" : null);
        SluiceMessage copy = ForeignMessages.copyOf(foreign(original));
        assertThat(copy.getClass()).isEqualTo(original.getClass());
        assertThat(copy.getJMSType()).isEqualTo("type");
        assertThat(copy.getJMSReplyTo()).isEqualTo(Wired.QUEUE);
        assertThat(copy.getJMSCorrelationID()).isEqualTo(original.getJMSCorrelationID());
        assertThat(seen(copy)).usingRecursiveComparison().isEqualTo(seen(original));
        assertThat(seen(Wired.received(copy)).keySet())
                .containsAll(seen(original).keySet());
    }

    private static Map<String, @Nullable Object> seen(SluiceMessage message) throws JMSException {
        Map<String, @Nullable Object> seen = new LinkedHashMap<>();
        for (String name : Collections.list(message.getPropertyNames())) {
            seen.put(name, message.getObjectProperty(name));
        }
        RandomMessages.seenBody(message, seen);
        return seen;
    }

    @Test
    void oursIsTakenAsItIs() throws JMSException {
        SluiceMessage own = new SluiceTextMessage();
        assertThat(ForeignMessages.copyOf(own)).isSameAs(own);
    }

    @Test
    void theLengthThatAForeignBodyClaimsIsNotTrusted() throws JMSException {
        SluiceBytesMessage original = new SluiceBytesMessage();
        original.writeBytes(new byte[200_000]);
        SluiceBytesMessage copy = (SluiceBytesMessage) ForeignMessages.copyOf(foreign(original));
        assertThat(Wired.received(copy).getBodyLength()).isEqualTo(200_000);
        assertThat(calls).doesNotContain("getBodyLength");
    }

    @Test
    void whatAnotherProviderSetOnReceiveStaysThere() throws JMSException {
        SluiceMessage original = Wired.received(new SluiceMessage());
        assertThat(original.propertyExists("JMSXDeliveryCount")).isTrue();
        SluiceMessage copy = ForeignMessages.copyOf(foreign(original));
        assertThat(copy.propertyExists("JMSXDeliveryCount")).isFalse();
    }

    @Test
    void aProviderMayDoWithoutCorrelationBytes() throws JMSException {
        Message foreign = (Message) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Message.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getJMSCorrelationIDAsBytes")) {
                        throw new UnsupportedOperationException();
                    }
                    return method.getName().equals("getPropertyNames") ? Collections.emptyEnumeration() : null;
                });
        SluiceMessage copy = ForeignMessages.copyOf(foreign);
        assertThat(copy.getJMSCorrelationID()).isNull();
        assertThat(copy.getClass()).isEqualTo(SluiceMessage.class);
    }

    @Test
    void namesThatThisProviderDoesNotTakeAreRefusedByName() {
        Message foreign = (Message) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Message.class},
                (proxy, method, arguments) -> method.getName().equals("getPropertyNames")
                        ? Collections.enumeration(List.of("Content-Type"))
                        : null);
        assertThatThrownBy(() -> ForeignMessages.copyOf(foreign))
                .isInstanceOf(jakarta.jms.MessageFormatException.class)
                .hasMessageContaining("Content-Type");
    }

    @Test
    void theForeignMessageGetsItsHeaderBack() throws JMSException {
        SluiceMessage behind = new SluiceTextMessage();
        Wired.STAMP.applyTo(foreign(behind));
        assertThat(behind.getJMSMessageID()).isEqualTo(Wired.ID.toString());
        assertThat(behind.getJMSDestination()).isEqualTo(Wired.QUEUE);
        assertThat(behind.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(behind.getJMSPriority()).isEqualTo(4);
        assertThat(behind.getJMSTimestamp()).isEqualTo(1000);
        assertThat(behind.getJMSExpiration()).isEqualTo(2000);
        assertThat(behind.getJMSDeliveryTime()).isEqualTo(1500);
    }

    private Message foreign(SluiceMessage behind) {
        Class<?> type = Message.class;
        for (Class<?> candidate : List.of(
                TextMessage.class, BytesMessage.class, MapMessage.class, StreamMessage.class, ObjectMessage.class)) {
            type = candidate.isInstance(behind) ? candidate : type;
        }
        return (Message) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    try {
                        return method.invoke(behind, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getTargetException();
                    }
                });
    }

    @Test
    void aForeignBodyIsReadFromItsBeginningAfterTheSend() throws JMSException {
        SluiceBytesMessage bytes = new SluiceBytesMessage();
        bytes.writeInt(1);
        ForeignMessages.copyOf(foreign(bytes));
        assertThat(bytes.readInt()).isEqualTo(1);
        SluiceStreamMessage stream = new SluiceStreamMessage();
        stream.writeInt(2);
        ForeignMessages.copyOf(foreign(stream));
        assertThat(stream.readInt()).isEqualTo(2);
    }

    @Test
    void aForeignCorrelationStaysTextOrBytes() throws JMSException {
        SluiceMessage text = new SluiceMessage();
        text.setJMSCorrelationID("text");
        SluiceMessage copy = ForeignMessages.copyOf(foreign(text));
        assertThat(copy.getJMSCorrelationID()).isEqualTo("text");
        assertThat(copy.header().isCorrelatedByBytes()).isFalse();
        Message byBytes = (Message) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Message.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getJMSCorrelationIDAsBytes")) {
                        return new byte[] {1, 2, -1};
                    }
                    return method.getName().equals("getPropertyNames") ? Collections.emptyEnumeration() : null;
                });
        assertThat(ForeignMessages.copyOf(byBytes).getJMSCorrelationIDAsBytes()).containsExactly(1, 2, -1);
    }

    @Test
    void theForeignMessageIsToldWhatIsNotTheDefault() throws JMSException {
        SluiceMessage behind = new SluiceTextMessage();
        new Stamp(null, Wired.QUEUE, false, 9, new Stamp.Times(1, 2, 3)).applyTo(foreign(behind));
        assertThat(behind.getJMSMessageID()).isNull();
        assertThat(behind.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(behind.getJMSPriority()).isEqualTo(9);
    }
}
