package dev.sluice.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The five bodies: what they hold, how they convert, when they can be read and written. */
class Chapter03BodiesTest extends Exchange {
    /** Reads the entry {@code v} of a map, or the next value of a stream. */
    @FunctionalInterface
    private interface Reader<M> {
        Object read(M message) throws JMSException;
    }

    private static final List<Object> VALUES =
            List.of(true, (byte) 12, (short) 12, 'c', 12, 12L, 1.5f, 1.5d, "12", new byte[] {1, 2});

    /** For each of {@link #VALUES} the types that it can be read as. */
    private static final List<List<String>> READABLE = List.of(
            List.of("boolean", "String"),
            List.of("byte", "short", "int", "long", "String"),
            List.of("short", "int", "long", "String"),
            List.of("char", "String"),
            List.of("int", "long", "String"),
            List.of("long", "String"),
            List.of("float", "double", "String"),
            List.of("double", "String"),
            List.of("boolean", "byte", "short", "int", "long", "float", "double", "String"),
            List.of("byte[]"));

    private static Map<String, Reader<MapMessage>> mapReaders() {
        Map<String, Reader<MapMessage>> readers = new LinkedHashMap<>();
        readers.put("boolean", map -> map.getBoolean("v"));
        readers.put("byte", map -> map.getByte("v"));
        readers.put("short", map -> map.getShort("v"));
        readers.put("char", map -> map.getChar("v"));
        readers.put("int", map -> map.getInt("v"));
        readers.put("long", map -> map.getLong("v"));
        readers.put("float", map -> map.getFloat("v"));
        readers.put("double", map -> map.getDouble("v"));
        readers.put("String", map -> map.getString("v"));
        readers.put("byte[]", map -> map.getBytes("v"));
        return readers;
    }

    private static Map<String, Reader<StreamMessage>> streamReaders() {
        Map<String, Reader<StreamMessage>> readers = new LinkedHashMap<>();
        readers.put("boolean", StreamMessage::readBoolean);
        readers.put("byte", StreamMessage::readByte);
        readers.put("short", StreamMessage::readShort);
        readers.put("char", StreamMessage::readChar);
        readers.put("int", StreamMessage::readInt);
        readers.put("long", StreamMessage::readLong);
        readers.put("float", StreamMessage::readFloat);
        readers.put("double", StreamMessage::readDouble);
        readers.put("String", StreamMessage::readString);
        readers.put("byte[]", stream -> {
            byte[] bytes = new byte[10];
            return Arrays.copyOf(bytes, stream.readBytes(bytes));
        });
        return readers;
    }

    private static void checkValue(Object value, String type, Object read) {
        String what = value.getClass().getSimpleName() + " as " + type;
        if (value instanceof byte[]) {
            assertThat(read).as(what).isEqualTo(value);
        } else if (type.equals("String")) {
            assertThat(read).as(what).isEqualTo(value.toString());
        } else if (read instanceof Number number) {
            assertThat(number.doubleValue()).as(what).isEqualTo(Double.parseDouble(value.toString()));
        } else if (read instanceof Boolean) {
            assertThat(read).as(what).isEqualTo(Boolean.valueOf(value.toString()));
        } else {
            assertThat(read).as(what).isEqualTo(value);
        }
    }

    @Test
    @Section("3.11.3")
    void theEntriesOfAMapConvertAsTheTableSaysAndNotOtherwise() throws JMSException {
        for (int row = 0; row < VALUES.size(); row++) {
            Object value = VALUES.get(row);
            MapMessage map = session.createMapMessage();
            map.setObject("v", value);
            MapMessage received = exchanged(map);
            for (Map.Entry<String, Reader<MapMessage>> column : mapReaders().entrySet()) {
                if (READABLE.get(row).contains(column.getKey())) {
                    checkValue(value, column.getKey(), column.getValue().read(received));
                    checkValue(value, column.getKey(), column.getValue().read(map));
                } else {
                    assertThatThrownBy(() -> column.getValue().read(received))
                            .as("%s as %s", value.getClass(), column.getKey())
                            .isInstanceOf(MessageFormatException.class);
                }
            }
        }
    }

    @Test
    @Section("3.11.3")
    void theValuesOfAStreamConvertAsTheTableSaysAndStayWhenTheyDoNot() throws JMSException {
        for (int row = 0; row < VALUES.size(); row++) {
            Object value = VALUES.get(row);
            for (Map.Entry<String, Reader<StreamMessage>> column :
                    streamReaders().entrySet()) {
                StreamMessage stream = session.createStreamMessage();
                stream.writeObject(value);
                stream.writeString("end");
                StreamMessage received = exchanged(stream);
                if (READABLE.get(row).contains(column.getKey())) {
                    checkValue(value, column.getKey(), column.getValue().read(received));
                } else {
                    assertThatThrownBy(() -> column.getValue().read(received))
                            .as("%s as %s", value.getClass(), column.getKey())
                            .isInstanceOf(MessageFormatException.class);
                    assertThat(received.readObject()).isEqualTo(value);
                }
                assertThat(received.readString()).isEqualTo("end");
            }
        }
    }

    @Test
    @Section("3.11.3")
    void aTextThatIsNoNumberStaysToBeReadAsText() throws JMSException {
        StreamMessage stream = session.createStreamMessage();
        stream.writeString("no number");
        StreamMessage received = exchanged(stream);
        for (String type : List.of("byte", "short", "int", "long", "float", "double")) {
            assertThatThrownBy(() -> streamReaders().get(type).read(received))
                    .isInstanceOf(NumberFormatException.class);
        }
        assertThat(received.readString()).isEqualTo("no number");
        MapMessage map = session.createMapMessage();
        map.setString("v", "no number");
        MapMessage receivedMap = exchanged(map);
        for (String type : List.of("byte", "short", "int", "long", "float", "double")) {
            assertThatThrownBy(() -> mapReaders().get(type).read(receivedMap))
                    .isInstanceOf(NumberFormatException.class);
        }
        assertThat(receivedMap.getBoolean("v")).isFalse();
    }

    @Test
    @Section("3.11.3")
    void aNullReadsAsTheValueOfNull() throws JMSException {
        MapMessage map = session.createMapMessage();
        map.setString("v", null);
        checkNulls(exchanged(map));
        MapMessage none = session.createMapMessage();
        checkNulls(none);
        checkNulls(exchanged(none));
        StreamMessage stream = session.createStreamMessage();
        stream.writeString(null);
        stream.writeObject(null);
        StreamMessage received = exchanged(stream);
        assertThatThrownBy(received::readInt).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(received::readChar).isInstanceOf(NullPointerException.class);
        assertThat(received.readBoolean()).isFalse();
        assertThat(received.readObject()).isNull();
    }

    private static void checkNulls(MapMessage map) throws JMSException {
        Map<String, Reader<MapMessage>> readers = mapReaders();
        for (String type : List.of("byte", "short", "int", "long")) {
            assertThatThrownBy(() -> readers.get(type).read(map)).isInstanceOf(NumberFormatException.class);
        }
        for (String type : List.of("float", "double")) {
            assertThatThrownBy(() -> readers.get(type).read(map))
                    .isInstanceOfAny(NullPointerException.class, NumberFormatException.class);
        }
        assertThatThrownBy(() -> map.getChar("v")).isInstanceOf(NullPointerException.class);
        assertThat(map.getBoolean("v")).isFalse();
        assertThat(map.getString("v")).isNull();
        assertThat(map.getBytes("v")).isNull();
        assertThat(map.getObject("v")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "grüße 你好 😀 \0 \r\n", "\uD800 alone"})
    @Section("3.11")
    void aTextComesAsItWas(String text) throws JMSException {
        String expected = text.startsWith("\uD800") ? null : text;
        TextMessage received = exchanged(text(text));
        if (expected != null) {
            assertThat(received.getText()).isEqualTo(expected);
        }
        assertThat(received.getText()).hasSameSizeAs(text);
    }

    @Test
    @Section("3.11")
    void aTextMayBeNull() throws JMSException {
        assertThat(exchanged(session.createTextMessage()).getText()).isNull();
        TextMessage message = text("x");
        message.setText(null);
        assertThat(exchanged(message).getText()).isNull();
    }

    @Test
    @Section("3.11")
    void aMapHasItsEntriesByName() throws JMSException {
        MapMessage map = session.createMapMessage();
        map.setBoolean("boolean", true);
        map.setByte("byte", Byte.MIN_VALUE);
        map.setShort("short", Short.MAX_VALUE);
        map.setChar("char", '\uFFFF');
        map.setInt("int", Integer.MIN_VALUE);
        map.setLong("long", Long.MAX_VALUE);
        map.setFloat("float", Float.MIN_VALUE);
        map.setDouble("double", Double.NaN);
        map.setString("a name with spaces, ümläuts and NULL", "text");
        map.setBytes("bytes", new byte[] {1, 2, 3});
        map.setBytes("some bytes", new byte[] {1, 2, 3}, 1, 1);
        map.setBytes("none", null);
        MapMessage received = exchanged(map);
        assertThat(Collections.list((java.util.Enumeration<?>) received.getMapNames()))
                .hasSize(12);
        assertThat(received.getChar("char")).isEqualTo('\uFFFF');
        assertThat(received.getDouble("double")).isNaN();
        assertThat(received.getLong("long")).isEqualTo(Long.MAX_VALUE);
        assertThat(received.getBytes("some bytes")).containsExactly(2);
        assertThat(received.itemExists("none")).isTrue();
        assertThat(received.itemExists("absent")).isFalse();
        assertThat(received.getString("a name with spaces, ümläuts and NULL")).isEqualTo("text");
        assertThat(received.getObject("byte")).isEqualTo(Byte.MIN_VALUE);
        for (String name : new String[] {"", null}) {
            assertThatThrownBy(() -> map.setInt(name, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> map.setObject(name, 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @Section("3.11")
    void aStreamIsReadInTheOrderItWasWritten() throws JMSException {
        StreamMessage stream = session.createStreamMessage();
        List<Object> values = List.of(true, (byte) 1, (short) 2, 'c', 3, 4L, 5f, 6d, "text", new byte[] {7});
        for (Object value : values) {
            stream.writeObject(value);
        }
        StreamMessage received = exchanged(stream);
        List<Object> read = new ArrayList<>();
        for (int index = 0; index < values.size(); index++) {
            read.add(received.readObject());
        }
        assertThat(read).usingRecursiveComparison().isEqualTo(values);
        assertThatThrownBy(received::readObject).isInstanceOf(MessageEOFException.class);
        assertThatThrownBy(received::readInt).isInstanceOf(MessageEOFException.class);
        received.reset();
        assertThat(received.readBoolean()).isTrue();
    }

    @Test
    @Section("3.11")
    void theBytesOfAStreamAreReadPieceByPiece() throws JMSException {
        StreamMessage stream = session.createStreamMessage();
        stream.writeBytes(new byte[] {1, 2, 3, 4, 5}, 0, 4);
        stream.writeBytes(new byte[0]);
        stream.writeBytes(null);
        stream.writeInt(9);
        StreamMessage received = exchanged(stream);
        byte[] piece = new byte[3];
        assertThat(received.readBytes(piece)).isEqualTo(3);
        assertThat(piece).containsExactly(1, 2, 3);
        assertThatThrownBy(received::readInt).isInstanceOf(MessageFormatException.class);
        assertThat(received.readBytes(piece)).isEqualTo(1);
        assertThat(piece[0]).isEqualTo((byte) 4);
        assertThat(received.readBytes(piece)).isZero();
        assertThat(received.readBytes(piece)).isEqualTo(-1);
        assertThat(received.readInt()).isEqualTo(9);
    }

    @Test
    @Section("3.11")
    void anObjectComesAsACopy() throws JMSException {
        ArrayList<String> list = new ArrayList<>(List.of("a"));
        ObjectMessage message = session.createObjectMessage(list);
        list.add("later");
        assertThat(message.getObject()).isEqualTo(List.of("a"));
        producer.send(message);
        try (Peer trusting =
                new Peer("sluice:mem:" + getClass().getSimpleName() + "?deserialization.allow=java.util.*")) {
            ObjectMessage received =
                    (ObjectMessage) Peer.next(trusting.started().createSession().createConsumer(queue));
            assertThat(received.getObject()).isEqualTo(List.of("a"));
            assertThat(received.getObject()).isNotSameAs(received.getObject());
        }
        assertThat(exchanged(session.createObjectMessage()).getObject()).isNull();
        assertThatThrownBy(() ->
                        session.createObjectMessage((Serializable) (Object) new ArrayList<>(List.of(new Object()))))
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Section("3.11")
    void bytesAreReadAsTheyWereWritten() throws JMSException {
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeBoolean(true);
        bytes.writeByte((byte) -1);
        bytes.writeByte((byte) -1);
        bytes.writeShort((short) -2);
        bytes.writeShort((short) -2);
        bytes.writeChar('ü');
        bytes.writeInt(Integer.MIN_VALUE);
        bytes.writeLong(Long.MAX_VALUE);
        bytes.writeFloat(1.5f);
        bytes.writeDouble(-0.0);
        bytes.writeUTF("grüße \0 😀");
        bytes.writeBytes(new byte[] {1, 2, 3}, 1, 2);
        bytes.writeObject(7);
        BytesMessage received = exchanged(bytes);
        assertThat(received.getBodyLength()).isEqualTo(1 + 1 + 1 + 2 + 2 + 2 + 4 + 8 + 4 + 8 + 2 + 17 + 2 + 4);
        assertThat(received.readBoolean()).isTrue();
        assertThat(received.readByte()).isEqualTo((byte) -1);
        assertThat(received.readUnsignedByte()).isEqualTo(255);
        assertThat(received.readShort()).isEqualTo((short) -2);
        assertThat(received.readUnsignedShort()).isEqualTo(65534);
        assertThat(received.readChar()).isEqualTo('ü');
        assertThat(received.readInt()).isEqualTo(Integer.MIN_VALUE);
        assertThat(received.readLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(received.readFloat()).isEqualTo(1.5f);
        assertThat(received.readDouble()).isEqualTo(-0.0);
        assertThat(received.readUTF()).isEqualTo("grüße \0 😀");
        byte[] rest = new byte[3];
        assertThat(received.readBytes(rest, 2)).isEqualTo(2);
        assertThat(rest).containsExactly(2, 3, 0);
        assertThatThrownBy(received::readLong).isInstanceOf(MessageEOFException.class);
        assertThat(received.readInt()).isEqualTo(7);
        assertThat(received.readBytes(rest)).isEqualTo(-1);
        assertThatThrownBy(received::readByte).isInstanceOf(MessageEOFException.class);
        assertThatThrownBy(() -> received.readBytes(rest, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> received.readBytes(rest, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    @Section("3.11")
    void whatIsBeingWrittenCannotBeReadBeforeItsReset() throws JMSException {
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(1);
        StreamMessage stream = session.createStreamMessage();
        stream.writeInt(1);
        assertThatThrownBy(bytes::readInt).isInstanceOf(MessageNotReadableException.class);
        assertThatThrownBy(bytes::getBodyLength).isInstanceOf(MessageNotReadableException.class);
        assertThatThrownBy(stream::readInt).isInstanceOf(MessageNotReadableException.class);
        bytes.reset();
        stream.reset();
        assertThat(bytes.readInt()).isEqualTo(1);
        assertThat(stream.readInt()).isEqualTo(1);
        assertThatThrownBy(() -> bytes.writeInt(2)).isInstanceOf(MessageNotWriteableException.class);
        assertThatThrownBy(() -> stream.writeInt(2)).isInstanceOf(MessageNotWriteableException.class);
    }

    @Test
    @Section("3.11.1")
    void clearingTheBodyMakesItAsNewAndLeavesThePropertiesAndTheHeader() throws JMSException {
        for (Message message : filled()) {
            message.setStringProperty("p", "v");
            message.setJMSType("t");
            message.clearBody();
            checkEmpty(message);
            Message received = exchanged(message);
            assertThat(received.getStringProperty("p")).isEqualTo("v");
            assertThat(received.getJMSType()).isEqualTo("t");
        }
    }

    @Test
    @Section({"3.11.2", "3.10"})
    void theBodyOfAReceivedMessageIsReadOnlyUntilItIsCleared() throws JMSException {
        for (Message message : filled()) {
            Message received = exchanged(message);
            for (ThrowingCallable write : writes(received)) {
                assertThatThrownBy(write).isInstanceOf(MessageNotWriteableException.class);
            }
            received.clearBody();
            checkEmpty(received);
            received.clearBody();
            for (ThrowingCallable write : writes(received)) {
                assertThatCode(write).doesNotThrowAnyException();
            }
            assertThatThrownBy(() -> received.setStringProperty("p", "v"))
                    .isInstanceOf(MessageNotWriteableException.class);
        }
    }

    private List<Message> filled() throws JMSException {
        MapMessage map = session.createMapMessage();
        map.setInt("n", 1);
        StreamMessage stream = session.createStreamMessage();
        stream.writeInt(1);
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(1);
        return List.of(text("x"), map, stream, bytes, session.createObjectMessage("x"));
    }

    private static void checkEmpty(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            assertThat(text.getText()).isNull();
        } else if (message instanceof ObjectMessage object) {
            assertThat(object.getObject()).isNull();
        } else if (message instanceof MapMessage map) {
            assertThat(map.getMapNames().hasMoreElements()).isFalse();
        } else if (message instanceof StreamMessage stream) {
            assertThatThrownBy(stream::readInt).isInstanceOf(MessageNotReadableException.class);
            stream.reset();
            assertThatThrownBy(stream::readInt).isInstanceOf(MessageEOFException.class);
        } else if (message instanceof BytesMessage bytes) {
            assertThatThrownBy(bytes::readInt).isInstanceOf(MessageNotReadableException.class);
            bytes.reset();
            assertThat(bytes.getBodyLength()).isZero();
        }
    }

    private static List<ThrowingCallable> writes(Message message) {
        if (message instanceof TextMessage text) {
            return List.of(() -> text.setText("y"));
        }
        if (message instanceof ObjectMessage object) {
            return List.of(() -> object.setObject("y"));
        }
        if (message instanceof MapMessage map) {
            return List.of(
                    () -> map.setBoolean("a", true),
                    () -> map.setByte("a", (byte) 1),
                    () -> map.setShort("a", (short) 1),
                    () -> map.setChar("a", 'c'),
                    () -> map.setInt("a", 1),
                    () -> map.setLong("a", 1),
                    () -> map.setFloat("a", 1),
                    () -> map.setDouble("a", 1),
                    () -> map.setString("a", "b"),
                    () -> map.setBytes("a", new byte[1]),
                    () -> map.setBytes("a", new byte[1], 0, 1),
                    () -> map.setObject("a", 1));
        }
        if (message instanceof StreamMessage stream) {
            return List.of(
                    () -> stream.writeBoolean(true),
                    () -> stream.writeByte((byte) 1),
                    () -> stream.writeShort((short) 1),
                    () -> stream.writeChar('c'),
                    () -> stream.writeInt(1),
                    () -> stream.writeLong(1),
                    () -> stream.writeFloat(1),
                    () -> stream.writeDouble(1),
                    () -> stream.writeString("b"),
                    () -> stream.writeBytes(new byte[1]),
                    () -> stream.writeBytes(new byte[1], 0, 1),
                    () -> stream.writeObject(1));
        }
        BytesMessage bytes = (BytesMessage) message;
        return List.of(
                () -> bytes.writeBoolean(true),
                () -> bytes.writeByte((byte) 1),
                () -> bytes.writeShort((short) 1),
                () -> bytes.writeChar('c'),
                () -> bytes.writeInt(1),
                () -> bytes.writeLong(1),
                () -> bytes.writeFloat(1),
                () -> bytes.writeDouble(1),
                () -> bytes.writeUTF("b"),
                () -> bytes.writeBytes(new byte[1]),
                () -> bytes.writeBytes(new byte[1], 0, 1),
                () -> bytes.writeObject(1));
    }

    @Test
    @Section("3.11.4")
    void eachKindOfMessageArrivesAsThatKindAndNoOther() throws JMSException {
        List<Class<?>> kinds = List.of(
                TextMessage.class, MapMessage.class, StreamMessage.class, BytesMessage.class, ObjectMessage.class);
        List<Message> messages = filled();
        for (int index = 0; index < kinds.size(); index++) {
            Message received = exchanged(messages.get(index));
            for (Class<?> kind : kinds) {
                assertThat(kind.isInstance(received)).isEqualTo(kind == kinds.get(index));
            }
        }
    }

    @Test
    @Section("3.12")
    void arraysAreCopiedInAndOut() throws JMSException {
        byte[] array = {1, 2, 3};
        MapMessage map = session.createMapMessage();
        map.setBytes("bytes", array);
        map.setObject("object", array);
        StreamMessage stream = session.createStreamMessage();
        stream.writeBytes(array);
        stream.writeObject(array);
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeBytes(array);
        array[0] = 9;
        MapMessage received = exchanged(map);
        received.getBytes("bytes")[1] = 9;
        ((byte[]) received.getObject("object"))[1] = 9;
        assertThat(received.getBytes("bytes")).containsExactly(1, 2, 3);
        assertThat((byte[]) received.getObject("object")).containsExactly(1, 2, 3);
        StreamMessage receivedStream = exchanged(stream);
        assertThat((byte[]) receivedStream.readObject()).containsExactly(1, 2, 3);
        assertThat((byte[]) receivedStream.readObject()).containsExactly(1, 2, 3);
        BytesMessage receivedBytes = exchanged(bytes);
        byte[] body = receivedBytes.getBody(byte[].class);
        body[0] = 9;
        assertThat(receivedBytes.getBody(byte[].class)).containsExactly(1, 2, 3);
    }

    @Test
    @Section("3.12")
    void bytesHaveNoNull() throws JMSException {
        BytesMessage bytes = session.createBytesMessage();
        assertThatThrownBy(() -> bytes.writeObject(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> bytes.writeUTF(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> bytes.writeBytes(null)).isInstanceOf(NullPointerException.class);
        assertThat(exchanged(bytes).getBodyLength()).isZero();
    }

    @Test
    @Section({"3.11", "3.11.3"})
    void anObjectThatIsNoPrimitiveIsRefused() throws JMSException {
        MapMessage map = session.createMapMessage();
        StreamMessage stream = session.createStreamMessage();
        BytesMessage bytes = session.createBytesMessage();
        for (Object other : List.of(new Object(), List.of(), new int[1], new java.util.Date(0))) {
            assertThatThrownBy(() -> map.setObject("a", other)).isInstanceOf(MessageFormatException.class);
            assertThatThrownBy(() -> stream.writeObject(other)).isInstanceOf(MessageFormatException.class);
            assertThatThrownBy(() -> bytes.writeObject(other)).isInstanceOf(MessageFormatException.class);
        }
    }

    @Test
    @Section("3.11")
    void theBodyAsAWholeIsReadAsATypeThatItHas() throws JMSException {
        TextMessage text = exchanged(text("x"));
        assertThat(text.getBody(String.class)).isEqualTo("x");
        assertThat(text.getBody(Object.class)).isEqualTo("x");
        assertThat(text.isBodyAssignableTo(CharSequence.class)).isTrue();
        assertThat(text.isBodyAssignableTo(Integer.class)).isFalse();
        assertThatThrownBy(() -> text.getBody(Integer.class)).isInstanceOf(MessageFormatException.class);
        ObjectMessage object = exchanged(session.createObjectMessage(7));
        assertThat(object.getBody(Integer.class)).isEqualTo(7);
        assertThat(object.getBody(Serializable.class)).isEqualTo(7);
        assertThatThrownBy(() -> object.getBody(String.class)).isInstanceOf(MessageFormatException.class);
        MapMessage map = session.createMapMessage();
        map.setInt("n", 1);
        MapMessage receivedMap = exchanged(map);
        assertThat(receivedMap.getBody(Map.class)).isEqualTo(Map.of("n", 1));
        assertThatThrownBy(() -> receivedMap.getBody(String.class)).isInstanceOf(MessageFormatException.class);
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeInt(1);
        BytesMessage receivedBytes = exchanged(bytes);
        assertThat(receivedBytes.getBody(byte[].class)).containsExactly(0, 0, 0, 1);
        assertThatThrownBy(() -> receivedBytes.getBody(String.class)).isInstanceOf(MessageFormatException.class);
        StreamMessage stream = exchanged(session.createStreamMessage());
        assertThat(stream.isBodyAssignableTo(Object.class)).isFalse();
        assertThatThrownBy(() -> stream.getBody(Object.class)).isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Section("3.11")
    void aBodyThatIsNotThereIsOfEveryType() throws JMSException {
        for (Message message :
                List.of(session.createTextMessage(), session.createObjectMessage(), session.createMapMessage())) {
            Message received = exchanged(message);
            assertThat(received.isBodyAssignableTo(Integer.class)).isTrue();
            assertThat(received.getBody(Integer.class)).isNull();
        }
        BytesMessage bytes = exchanged(session.createBytesMessage());
        assertThat(bytes.getBody(byte[].class)).isNull();
    }
}
