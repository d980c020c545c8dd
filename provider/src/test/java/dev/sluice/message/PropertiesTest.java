package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.codec.BodyKind;
import dev.sluice.wire.codec.EnvelopeEncoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import io.netty.buffer.Unpooled;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chapter 3.5 of the specification. */
class PropertiesTest {
    private final SluiceMessage message = new SluiceMessage();

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "1a",
                "a-b",
                "a b",
                "a.b",
                "Content-Type",
                "NULL",
                "true",
                "False",
                "not",
                "AND",
                "or",
                "between",
                "like",
                "In",
                "is",
                "escape",
                "JMSXFoo",
                "JMSXgroupid",
                "JMSPriority",
                "JMSMessageID",
                "JMSDeliveryTime"
            })
    void refusesNamesThatASelectorCouldNotName(String name) {
        List<ThrowingCallable> setters = List.of(
                () -> message.setBooleanProperty(name, true),
                () -> message.setByteProperty(name, (byte) 1),
                () -> message.setShortProperty(name, (short) 1),
                () -> message.setIntProperty(name, 1),
                () -> message.setLongProperty(name, 1),
                () -> message.setFloatProperty(name, 1),
                () -> message.setDoubleProperty(name, 1),
                () -> message.setStringProperty(name, "1"),
                () -> message.setObjectProperty(name, 1));
        for (ThrowingCallable setter : setters) {
            assertThatThrownBy(setter).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "_a",
                "$a",
                "größe",
                "a1",
                "COM_SUN_JMS_TESTNAME",
                "JMS_vendor_thing",
                "JMSfoo",
                "nullable",
                "island",
                "𝒳"
            })
    void takesNamesOfIdentifiers(String name) throws JMSException {
        message.setStringProperty(name, "v");
        assertThat(message.getStringProperty(name)).isEqualTo("v");
        assertThat(Wired.received(message).getStringProperty(name)).isEqualTo("v");
    }

    @Test
    void refusesNamesThatTheWireCannotCount() {
        assertThatThrownBy(() -> message.setIntProperty("ä".repeat(32_768), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a name of 65536 bytes is longer than the limit of 65535");
    }

    @Test
    void takesOnlyThePrimitivesAndText() {
        for (Object value : List.of('c', new byte[1], LocalDate.EPOCH, BigDecimal.ONE, List.of())) {
            assertThatThrownBy(() -> message.setObjectProperty("p", value))
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining(value.getClass().getName());
        }
    }

    @Test
    void readsWhatIsNotThereAsNull() throws JMSException {
        assertThat(message.getObjectProperty("p")).isNull();
        assertThat(message.getStringProperty("p")).isNull();
        assertThat(message.getBooleanProperty("p")).isFalse();
        assertThatThrownBy(() -> message.getByteProperty("p")).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> message.getLongProperty("p")).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> message.getFloatProperty("p")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> message.getDoubleProperty("p")).isInstanceOf(NullPointerException.class);
        assertThat(message.propertyExists("p")).isFalse();
        assertThat(message.propertyExists(null)).isFalse();
        assertThat(message.getObjectProperty(null)).isNull();
        message.setStringProperty("p", null);
        assertThat(message.propertyExists("p")).isTrue();
    }

    @Test
    void receivedOnesAreReadOnlyUntilTheyAreCleared() throws JMSException {
        message.setIntProperty("p", 1);
        SluiceTextMessage text = new SluiceTextMessage();
        text.setText("body");
        text.setIntProperty("p", 1);
        SluiceTextMessage received = Wired.received(text);
        List<ThrowingCallable> setters = List.of(
                () -> received.setBooleanProperty("p", true),
                () -> received.setByteProperty("p", (byte) 1),
                () -> received.setShortProperty("p", (short) 1),
                () -> received.setIntProperty("p", 1),
                () -> received.setLongProperty("p", 1),
                () -> received.setFloatProperty("p", 1),
                () -> received.setDoubleProperty("p", 1),
                () -> received.setStringProperty("p", "1"),
                () -> received.setStringProperty("JMSXGroupID", "1"),
                () -> received.setObjectProperty("p", 1));
        for (ThrowingCallable setter : setters) {
            assertThatThrownBy(setter).isInstanceOf(MessageNotWriteableException.class);
        }
        assertThat(received.getIntProperty("p")).isEqualTo(1);
        received.clearProperties();
        assertThat(Collections.list(received.getPropertyNames())).isEmpty();
        assertThat(received.getObjectProperty("p")).isNull();
        received.setIntProperty("q", 2);
        assertThat(received.getIntProperty("q")).isEqualTo(2);
        assertThat(received.getText()).isEqualTo("body");
        SluiceTextMessage onwards = Wired.received(received);
        assertThat(onwards.propertyExists("p")).isFalse();
        assertThat(onwards.getIntProperty("q")).isEqualTo(2);
    }

    @Test
    void theGroupIsTheClientsAndTheDeliveryCountOurs() throws JMSException {
        message.setStringProperty("JMSXGroupID", "g");
        message.setIntProperty("JMSXGroupSeq", 3);
        assertThat(Collections.list(message.getPropertyNames())).containsExactly("JMSXGroupID", "JMSXGroupSeq");
        Wired.STAMP.applyTo(message);
        SluiceMessage received = Wired.carried(message, Deserialization.NONE, 2);
        assertThat(received.getStringProperty("JMSXGroupID")).isEqualTo("g");
        assertThat(received.getIntProperty("JMSXGroupSeq")).isEqualTo(3);
        assertThat(received.getLongProperty("JMSXGroupSeq")).isEqualTo(3);
        assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        assertThat(received.getStringProperty("JMSXDeliveryCount")).isEqualTo("2");
        assertThat(received.getJMSRedelivered()).isTrue();
        assertThat(received.propertyExists("JMSXDeliveryCount")).isTrue();
        assertThat(Collections.list(received.getPropertyNames()))
                .containsExactly("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount");
        assertThatThrownBy(() -> message.setIntProperty("JMSXGroupID", 3)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.setLongProperty("JMSXGroupSeq", 3)).isInstanceOf(MessageFormatException.class);
        message.setObjectProperty("JMSXGroupID", null);
        assertThat(message.propertyExists("JMSXGroupID")).isFalse();
    }

    @Test
    void aFirstDeliveryCountsOneAndIsNotRedelivered() throws JMSException {
        SluiceMessage received = Wired.received(message);
        assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(received.getJMSRedelivered()).isFalse();
    }

    @Test
    void whatOnlyAProviderSetsDoesNotTravel() throws JMSException {
        message.setStringProperty("JMSXUserID", "root");
        message.setIntProperty("JMSXDeliveryCount", 77);
        message.setStringProperty("JMSXAppID", "app");
        assertThat(message.getStringProperty("JMSXUserID")).isEqualTo("root");
        SluiceMessage received = Wired.received(message);
        assertThat(Collections.list(received.getPropertyNames())).containsExactly("JMSXDeliveryCount");
        assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
    }

    @Test
    void copiesAllToAnotherMessageAsTheProducerDoes() throws JMSException {
        message.setIntProperty("p", 1);
        message.setStringProperty("JMSXGroupID", "g");
        Message target = new SluiceMessage();
        target.setIntProperty("p", 2);
        target.setIntProperty("q", 3);
        message.copyPropertiesTo(target);
        assertThat(target.getIntProperty("p")).isEqualTo(1);
        assertThat(target.getIntProperty("q")).isEqualTo(3);
        assertThat(target.getStringProperty("JMSXGroupID")).isEqualTo("g");
        assertThatThrownBy(() -> message.copyPropertiesTo(Wired.received(new SluiceMessage())))
                .isInstanceOf(MessageNotWriteableException.class);
    }

    @Test
    void refusesMoreNamesThanTheWireCounts() throws JMSException {
        for (int index = 0; index < 65_535; index++) {
            message.setIntProperty("p" + index, index);
        }
        message.setIntProperty("p0", 7);
        assertThatThrownBy(() -> message.setIntProperty("one_more", 1))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("65535");
        assertThat(Wired.received(message).getIntProperty("p65534")).isEqualTo(65_534);
    }

    @Test
    void refusesToSendMoreThanAnEnvelopeTakes() throws JMSException {
        message.setStringProperty("p", "x".repeat(1_048_500));
        assertThatThrownBy(() -> Wired.received(message))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("more than the limit of 1048576")
                .hasMessageContaining("body");
    }

    @Test
    void aNameThatIsRefusedSaysWhy() {
        assertThatThrownBy(() -> message.setIntProperty(null, 1)).hasMessage("a property's name is null");
        assertThatThrownBy(() -> message.setIntProperty("", 1)).hasMessage("a property's name is empty");
        assertThatThrownBy(() -> message.setIntProperty("1a", 1))
                .hasMessageContaining("cannot start a Java identifier");
        assertThatThrownBy(() -> message.setIntProperty("a-b", 1))
                .hasMessageContaining("the character at 1 (code 45) cannot be in a Java identifier");
    }

    @Test
    void takesTheLongestNameThatTheWireCounts() throws JMSException {
        String longest = "ä".repeat(32_767) + "x";
        message.setIntProperty(longest, 1);
        assertThat(Wired.received(message).getIntProperty(longest)).isEqualTo(1);
    }

    @Test
    void onlyTheWordTrueIsTrue() throws JMSException {
        message.setBooleanProperty("no", false);
        assertThat(message.getBooleanProperty("no")).isFalse();
        for (String text : List.of("true", "TRUE", "True")) {
            message.setStringProperty("p", text);
            assertThat(message.getBooleanProperty("p")).isTrue();
        }
        for (String text : List.of("false", "yes", "1", " true", "")) {
            message.setStringProperty("p", text);
            assertThat(message.getBooleanProperty("p")).isFalse();
        }
    }

    @Test
    void theUserThatTheServerNamesIsAProperty() throws JMSException {
        var envelope = new UnsafeBuffer(new byte[512]);
        var encoder = new EnvelopeEncoder().wrapAndApplyHeader(envelope, 0, new MessageHeaderEncoder());
        encoder.priority((short) 4).bodyKind(BodyKind.NONE).flags().clear().bodyNull(true);
        byte[] none = {};
        encoder.putCorrelation(none, 0, 0)
                .putJmsType(none, 0, 0)
                .putReplyTo(none, 0, 0)
                .putGroupId(none, 0, 0)
                .putUserId(new byte[] {'a', 'n', 'n'}, 0, 3)
                .putContentType(none, 0, 0)
                .putProtocolSection(none, 0, 0)
                .putProperties(none, 0, 0)
                .putBody(none, 0, 0);
        SluiceMessage received = new MessageDecoder(Deserialization.NONE)
                .decode(
                        Unpooled.wrappedBuffer(
                                envelope.byteArray(), 0, MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength()),
                        1,
                        null,
                        Wired.QUEUE);
        assertThat(received.getStringProperty("JMSXUserID")).isEqualTo("ann");
        assertThat(Collections.list(received.getPropertyNames())).containsExactly("JMSXDeliveryCount", "JMSXUserID");
    }

    @Test
    void whatFollowsTheLastPropertyIsMalformed() throws JMSException {
        message.setIntProperty("p", 1);
        EncodedBody encoded = message.properties().encode();
        byte[] longer = Arrays.copyOf(encoded.copy(), encoded.length() + 1);
        assertThat(MessageProperties.decode(encoded, "properties")).containsOnlyKeys("p");
        assertThatThrownBy(() -> MessageProperties.decode(EncodedBody.of(longer), "properties"))
                .isInstanceOf(MessageFormatException.class);
    }
}
