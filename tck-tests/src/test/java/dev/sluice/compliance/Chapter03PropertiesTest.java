package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties: names, types, conversions, and those that the specification defines. */
class Chapter03PropertiesTest extends Exchange {
    /** A getter of a property. */
    @FunctionalInterface
    private interface Getter {
        Object get(Message message, String name) throws JMSException;
    }

    private static final Map<String, Getter> GETTERS = getters();

    /** The types in the order of the table, each with the types that it can be read as. */
    private static final Map<Object, List<String>> READABLE = readable();

    private static Map<String, Getter> getters() {
        Map<String, Getter> getters = new LinkedHashMap<>();
        getters.put("boolean", Message::getBooleanProperty);
        getters.put("byte", Message::getByteProperty);
        getters.put("short", Message::getShortProperty);
        getters.put("int", Message::getIntProperty);
        getters.put("long", Message::getLongProperty);
        getters.put("float", Message::getFloatProperty);
        getters.put("double", Message::getDoubleProperty);
        getters.put("String", Message::getStringProperty);
        return getters;
    }

    private static Map<Object, List<String>> readable() {
        Map<Object, List<String>> readable = new LinkedHashMap<>();
        readable.put(true, List.of("boolean", "String"));
        readable.put((byte) 12, List.of("byte", "short", "int", "long", "String"));
        readable.put((short) 12, List.of("short", "int", "long", "String"));
        readable.put(12, List.of("int", "long", "String"));
        readable.put(12L, List.of("long", "String"));
        readable.put(1.5f, List.of("float", "double", "String"));
        readable.put(1.5d, List.of("double", "String"));
        readable.put("12", List.of("boolean", "byte", "short", "int", "long", "float", "double", "String"));
        return readable;
    }

    @Test
    @Section({"3.5.4", "3.5.5"})
    void valuesConvertAsTheTableSaysAndNotOtherwise() throws JMSException {
        for (Map.Entry<Object, List<String>> row : READABLE.entrySet()) {
            Message message = session.createMessage();
            message.setObjectProperty("p", row.getKey());
            checkRow(message, row);
            checkRow(exchanged(message), row);
        }
    }

    private static void checkRow(Message message, Map.Entry<Object, List<String>> row) throws JMSException {
        Object value = row.getKey();
        assertThat(message.getObjectProperty("p")).isEqualTo(value);
        for (Map.Entry<String, Getter> column : GETTERS.entrySet()) {
            String what = value.getClass().getSimpleName() + " as " + column.getKey();
            if (row.getValue().contains(column.getKey())) {
                Object read = column.getValue().get(message, "p");
                if (column.getKey().equals("String")) {
                    assertThat(read).as(what).isEqualTo(value.toString());
                } else if (read instanceof Number number && value instanceof Number expected) {
                    assertThat(number.doubleValue()).as(what).isEqualTo(expected.doubleValue());
                } else if (read instanceof Number number) {
                    assertThat(number.intValue()).as(what).isEqualTo(12);
                } else {
                    assertThat(read).as(what).isEqualTo(Boolean.valueOf(value.toString()));
                }
            } else {
                assertThatThrownBy(() -> column.getValue().get(message, "p"))
                        .as(what)
                        .isInstanceOf(MessageFormatException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1 ", " 1", "x", "1L", "0x10", "1,0", "99999999999999999999999"})
    @Section("3.5.4")
    void aTextThatIsNoIntegerCannotBeReadAsOne(String text) throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty("p", text);
        Message received = exchanged(message);
        for (String type : List.of("byte", "short", "int", "long")) {
            assertThatThrownBy(() -> GETTERS.get(type).get(received, "p"))
                    .as(type)
                    .isInstanceOf(NumberFormatException.class);
        }
    }

    @Test
    @Section("3.5.4")
    void aTextIsReadAsTheValueOfOfTheTypeReadsIt() throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty("truth", "TrUe");
        message.setStringProperty("yes", "yes");
        message.setStringProperty("plus", "+7");
        message.setStringProperty("big", "128");
        message.setStringProperty("real", " 1.5e3 ");
        message.setStringProperty("nan", "NaN");
        Message received = exchanged(message);
        assertThat(received.getBooleanProperty("truth")).isTrue();
        assertThat(received.getBooleanProperty("yes")).isFalse();
        assertThat(received.getIntProperty("plus")).isEqualTo(7);
        assertThat(received.getShortProperty("big")).isEqualTo((short) 128);
        assertThatThrownBy(() -> received.getByteProperty("big")).isInstanceOf(NumberFormatException.class);
        assertThat(received.getDoubleProperty("real")).isEqualTo(1500);
        assertThat(received.getFloatProperty("nan")).isNaN();
    }

    @Test
    @Section({"3.5.4", "3.5.8"})
    void whatIsNullOrNotThereReadsAsTheValueOfNull() throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty("none", null);
        message.setObjectProperty("nothing", null);
        Message received = exchanged(message);
        for (String name : List.of("none", "nothing", "absent")) {
            assertThat(received.getStringProperty(name)).isNull();
            assertThat(received.getObjectProperty(name)).isNull();
            assertThat(received.getBooleanProperty(name)).isFalse();
            for (String type : List.of("byte", "short", "int", "long")) {
                assertThatThrownBy(() -> GETTERS.get(type).get(received, name))
                        .isInstanceOf(NumberFormatException.class);
            }
            for (String type : List.of("float", "double")) {
                assertThatThrownBy(() -> GETTERS.get(type).get(received, name))
                        .isInstanceOfAny(NullPointerException.class, NumberFormatException.class);
            }
        }
        assertThat(received.propertyExists("absent")).isFalse();
    }

    @ParameterizedTest
    @NullAndEmptySource
    @Section("3.5.1")
    void aNameIsNotEmpty(String name) throws JMSException {
        Message message = session.createMessage();
        for (ThrowingCallable set : setters(message, name)) {
            assertThatThrownBy(set).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1a", "a b", "a-b", "a.b", "a+b", "'a'", "@a", " a", "a ", "NULL", "True", "false", "not", "AND", "Or",
                "between", "LIKE", "in", "IS", "escape"
            })
    @Section({"3.5.1", "3.8.1.1"})
    void aNameThatIsNoIdentifierIsRefused(String name) throws JMSException {
        Message message = session.createMessage();
        assertThatThrownBy(() -> message.setStringProperty(name, "v"))
                .isInstanceOfAny(IllegalArgumentException.class, JMSException.class);
        assertThat(message.getPropertyNames().hasMoreElements()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "_", "$", "$a_1", "größe", "名前", "nullable", "ANDY", "isNot", "jms", "Jmsx", "JMS_Sluice_x"
            })
    @Section({"3.5.1", "3.8.1.1", "3.5.10"})
    void eachIdentifierIsAName(String name) throws JMSException {
        Message message = session.createMessage();
        message.setIntProperty(name, 7);
        producer.send(message);
        assertThat(session.createBrowser(queue, name + " = 7").getEnumeration().hasMoreElements())
                .isTrue();
        assertThat(received().getIntProperty(name)).isEqualTo(7);
    }

    @Test
    @Section({"3.5.1", "3.8.1.1"})
    void aNameMayBeAsLongAsOneLikes() throws JMSException {
        String name = "n".repeat(2000);
        Message message = session.createMessage();
        message.setIntProperty(name, 7);
        producer.send(message);
        try (MessageConsumer consumer = session.createConsumer(queue, name + " > 6")) {
            assertThat(Peer.next(consumer).getIntProperty(name)).isEqualTo(7);
        }
    }

    @Test
    @Section("3.5.1")
    void namesDifferByTheirCase() throws JMSException {
        Message message = session.createMessage();
        message.setIntProperty("price", 1);
        message.setIntProperty("Price", 2);
        Message received = exchanged(message);
        assertThat(received.getIntProperty("price")).isEqualTo(1);
        assertThat(received.getIntProperty("Price")).isEqualTo(2);
        assertThat(received.propertyExists("PRICE")).isFalse();
    }

    @Test
    @Section("3.5.2")
    void eachTypeKeepsItsTypeAndItsLimits() throws JMSException {
        List<Object> values = List.of(
                true,
                false,
                Byte.MIN_VALUE,
                Byte.MAX_VALUE,
                Short.MIN_VALUE,
                Short.MAX_VALUE,
                Integer.MIN_VALUE,
                Integer.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                Float.MIN_VALUE,
                Float.MAX_VALUE,
                Float.NaN,
                Float.NEGATIVE_INFINITY,
                -0.0f,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                -0.0d,
                "",
                "text \0 'grüße' 😀",
                "x".repeat(40_000));
        Message message = session.createMessage();
        for (int index = 0; index < values.size(); index++) {
            message.setObjectProperty("p" + index, values.get(index));
        }
        Message received = exchanged(message);
        for (int index = 0; index < values.size(); index++) {
            assertThat(received.getObjectProperty("p" + index)).isEqualTo(values.get(index));
        }
    }

    @Test
    @Section("3.5.2")
    void aLaterValueReplacesAnEarlierOneWhateverItsType() throws JMSException {
        Message message = session.createMessage();
        message.setIntProperty("p", 1);
        message.setStringProperty("p", "two");
        Message received = exchanged(message);
        assertThat(received.getObjectProperty("p")).isEqualTo("two");
        assertThatThrownBy(() -> received.getIntProperty("p")).isInstanceOf(NumberFormatException.class);
    }

    @Test
    @Section("3.5.3")
    void thePropertiesOfAReceivedMessageAreReadOnlyUntilTheyAreCleared() throws JMSException {
        Message message = session.createMessage();
        message.setIntProperty("p", 1);
        Message received = exchanged(message);
        for (ThrowingCallable set : setters(received, "q")) {
            assertThatThrownBy(set).isInstanceOf(MessageNotWriteableException.class);
        }
        assertThat(received.getIntProperty("p")).isEqualTo(1);
        received.clearProperties();
        for (ThrowingCallable set : setters(received, "q")) {
            assertThatCode(set).doesNotThrowAnyException();
        }
        assertThat(received.propertyExists("p")).isFalse();
        assertThat(received.getStringProperty("q")).isEqualTo("v");
    }

    private static List<ThrowingCallable> setters(Message message, String name) {
        return List.of(
                () -> message.setBooleanProperty(name, true),
                () -> message.setByteProperty(name, (byte) 1),
                () -> message.setShortProperty(name, (short) 1),
                () -> message.setIntProperty(name, 1),
                () -> message.setLongProperty(name, 1),
                () -> message.setFloatProperty(name, 1),
                () -> message.setDoubleProperty(name, 1),
                () -> message.setObjectProperty(name, 1),
                () -> message.setStringProperty(name, "v"));
    }

    @Test
    @Section("3.5.5")
    void anObjectIsOneOfTheEightTypesOrNull() throws JMSException {
        Message message = session.createMessage();
        for (Object other : List.of(
                'c',
                new byte[1],
                new int[1],
                new BigDecimal("1"),
                new Date(0),
                List.of(),
                new StringBuilder("x"),
                new Object())) {
            assertThatThrownBy(() -> message.setObjectProperty("p", other)).isInstanceOf(MessageFormatException.class);
        }
        assertThat(message.propertyExists("p")).isFalse();
    }

    @Test
    @Section("3.5.6")
    void theNamesAreThoseThatWereSetAndNoHeaderFields() throws JMSException {
        Message message = session.createMessage();
        assertThat(message.getPropertyNames().hasMoreElements()).isFalse();
        message.setJMSType("t");
        message.setJMSCorrelationID("c");
        message.setIntProperty("a", 1);
        message.setStringProperty("b", null);
        assertThat(names(message)).containsExactlyInAnyOrder("a", "b");
        assertThat(names(exchanged(message)))
                .contains("a", "b")
                .allMatch(name -> name.length() == 1 || name.startsWith("JMSX"));
    }

    private static List<String> names(Message message) throws JMSException {
        return Collections.list((java.util.Enumeration<?>) message.getPropertyNames()).stream()
                .map(String.class::cast)
                .toList();
    }

    @Test
    @Section("3.5.7")
    void clearingThePropertiesLeavesTheBodyAndTheHeader() throws JMSException {
        TextMessage message = text("body");
        message.setIntProperty("a", 1);
        message.setJMSType("t");
        message.clearProperties();
        assertThat(names(message)).isEmpty();
        message.setIntProperty("b", 2);
        TextMessage received = exchanged(message);
        assertThat(received.propertyExists("a")).isFalse();
        assertThat(received.getIntProperty("b")).isEqualTo(2);
        assertThat(received.getText()).isEqualTo("body");
        received.clearProperties();
        assertThat(received.getText()).isEqualTo("body");
        assertThat(received.getJMSType()).isEqualTo("t");
        assertThatThrownBy(() -> received.setText("x")).isInstanceOf(MessageNotWriteableException.class);
    }

    @Test
    @Section("3.5.9")
    void theConnectionNamesTheDefinedPropertiesThatItKnows() throws JMSException {
        Set<String> all = Set.of(
                "JMSXUserID",
                "JMSXAppID",
                "JMSXDeliveryCount",
                "JMSXGroupID",
                "JMSXGroupSeq",
                "JMSXProducerTXID",
                "JMSXConsumerTXID",
                "JMSXRcvTimestamp",
                "JMSXState");
        List<?> names = Collections.list(
                (java.util.Enumeration<?>) connection.getMetaData().getJMSXPropertyNames());
        assertThat(names.stream().map(String.class::cast).toList())
                .contains("JMSXDeliveryCount", "JMSXGroupID", "JMSXGroupSeq")
                .isSubsetOf(all)
                .doesNotHaveDuplicates();
    }

    @Test
    @Section("3.5.9")
    void aGroupAndItsSequenceReachTheReceiverAndTheSelector() throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty("JMSXGroupID", "g-1");
        message.setIntProperty("JMSXGroupSeq", 3);
        assertThat(message.getStringProperty("JMSXGroupID")).isEqualTo("g-1");
        producer.send(message);
        try (MessageConsumer consumer = session.createConsumer(queue, "JMSXGroupID = 'g-1' AND JMSXGroupSeq = 3")) {
            Message received = Peer.next(consumer);
            assertThat(received.getStringProperty("JMSXGroupID")).isEqualTo("g-1");
            assertThat(received.getIntProperty("JMSXGroupSeq")).isEqualTo(3);
            assertThat(names(received)).contains("JMSXGroupID", "JMSXGroupSeq");
        }
    }

    @Test
    @Section("3.5.9")
    void aDefinedPropertyThatIsNotThereIsNull() throws JMSException {
        producer.send(text("m"));
        String selector = "JMSXGroupID IS NULL AND JMSXAppID IS NULL AND JMSXProducerTXID IS NULL";
        try (MessageConsumer consumer = session.createConsumer(queue, selector)) {
            Message received = Peer.next(consumer);
            assertThat(received.propertyExists("JMSXGroupID")).isFalse();
            assertThat(received.getStringProperty("JMSXGroupID")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"JMSXgroupid", "JMSXFoo", "JMSX", "JMSXDELIVERYCOUNT"})
    @Section("3.5.9")
    void theDefinedNamesAreReservedAndHaveOneSpelling(String name) throws JMSException {
        Message message = session.createMessage();
        assertThatThrownBy(() -> message.setStringProperty(name, "v"))
                .isInstanceOfAny(IllegalArgumentException.class, JMSException.class);
    }

    @Test
    @Section({"3.5.9", "3.5.11"})
    void aDeliveryCountOfTheSenderMeansNothing() throws JMSException {
        Message message = session.createMessage();
        try {
            message.setIntProperty("JMSXDeliveryCount", 9);
        } catch (JMSException | IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("JMSXDeliveryCount");
        }
        assertThat(exchanged(message).getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
    }

    @Test
    @Section("3.5.11")
    void onlyWhatWasDeliveredIsCounted() throws JMSException {
        producer.send(text("first"));
        producer.send(text("second"));
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = own.createConsumer(queue);
        assertThat(Peer.next(consumer).getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        own.recover();
        assertThat(Peer.next(consumer).getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        Message second = Peer.next(consumer);
        assertThat(second.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(second.getJMSRedelivered()).isFalse();
    }

    @Test
    @Section("3.5.11")
    void theCopiesOfATopicCountForThemselves() throws JMSException {
        Topic topic = session.createTopic(Peer.name("count"));
        Session first = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        Session second = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer one = first.createConsumer(topic);
        MessageConsumer two = second.createConsumer(topic);
        session.createProducer(topic).send(text("m"));
        assertThat(Peer.next(one).getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        first.recover();
        assertThat(Peer.next(one).getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        assertThat(Peer.next(two).getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
    }

    @Test
    @Section({"3.4.7", "3.5.11"})
    void theCountGoesOnAtTheNextConsumerOfAnotherConnection() throws JMSException {
        producer.send(text("m"));
        for (int count = 1; count <= 3; count++) {
            try (var other = peer.factory().createConnection()) {
                other.start();
                Session own = other.createSession(Session.CLIENT_ACKNOWLEDGE);
                Message received = Peer.next(own.createConsumer(queue));
                assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(count);
                assertThat(received.getJMSRedelivered()).isEqualTo(count > 1);
            }
        }
    }

    @Test
    @Section("3.5.10")
    void propertiesWithAProvidersPrefixTravel() throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty("JMS_Other_flag", "on");
        assertThat(exchanged(message).getStringProperty("JMS_Other_flag")).isEqualTo("on");
    }

    @Test
    @Section("3.6")
    void acknowledgingByHandIsIgnoredWhereAcknowledgingIsAutomatic() throws JMSException {
        producer.send(text("m"));
        Session own = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        Message received;
        try (MessageConsumer consumer = own.createConsumer(queue)) {
            received = Peer.next(consumer);
            received.acknowledge();
            received.acknowledge();
            own.recover();
            assertThat(consumer.receiveNoWait()).isNull();
        }
        received.acknowledge();
    }

    @Test
    @Section("3.6")
    void aMessageThatWasNotReceivedHasNothingToAcknowledge() throws JMSException {
        TextMessage message = text("m");
        message.acknowledge();
        producer.send(message);
        message.acknowledge();
        assertThat(((TextMessage) received()).getText()).isEqualTo("m");
    }

    @Test
    @Section({"3.6", "3.7"})
    void acknowledgingOneMessageAcknowledgesAllOfItsSession() throws JMSException {
        for (String text : List.of("a", "b", "c")) {
            producer.send(text(text));
        }
        Session own = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = own.createConsumer(queue);
        Message first = Peer.next(consumer);
        assertThat(Peer.text(consumer)).isEqualTo("b");
        first.acknowledge();
        own.recover();
        assertThat(Peer.text(consumer)).isEqualTo("c");
        own.recover();
        assertThat(Peer.text(consumer)).isEqualTo("c");
    }

    @Test
    @Section({"3.3", "3.7"})
    void aMessageWithoutABodyHasHeaderAndProperties() throws JMSException {
        Message message = session.createMessage();
        message.setStringProperty("p", "v");
        message.setJMSType("t");
        Message received = exchanged(message);
        assertThat(received.getStringProperty("p")).isEqualTo("v");
        assertThat(received.getJMSType()).isEqualTo("t");
        assertThat(received.getBody(String.class)).isNull();
        assertThat(received.isBodyAssignableTo(Integer.class)).isTrue();
        assertThat(received).isNotInstanceOfAny(TextMessage.class, jakarta.jms.BytesMessage.class);
        received.clearBody();
    }
}
