package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables 3-2 and 3-7 of the specification, every cell, before and after the wire. */
class ConversionTableTest {
    private static final List<String> COLUMNS =
            List.of("boolean", "byte", "short", "char", "int", "long", "float", "double", "String", "byte[]");

    private static final Map<String, String> TABLE = Map.of(
            "boolean", "o-------o-",
            "byte", "-oo-oo--o-",
            "short", "--o-oo--o-",
            "char", "---o----o-",
            "int", "----oo--o-",
            "long", "-----o--o-",
            "float", "------ooo-",
            "double", "-------oo-",
            "String", "ooo-ooooo-",
            "byte[]", "---------o");

    private static final Map<String, Object> VALUES = Map.of(
            "boolean",
            true,
            "byte",
            (byte) 12,
            "short",
            (short) 1234,
            "char",
            'c',
            "int",
            123_456,
            "long",
            123_456_789_012L,
            "float",
            1.25f,
            "double",
            2.125,
            "String",
            "7",
            "byte[]",
            new byte[] {1, 2});

    private static final List<String> PROPERTY_TYPES =
            List.of("boolean", "byte", "short", "int", "long", "float", "double", "String");

    static Stream<Arguments> bodyCells() {
        return COLUMNS.stream().flatMap(row -> COLUMNS.stream().map(column -> Arguments.of(row, column)));
    }

    static Stream<Arguments> propertyCells() {
        return PROPERTY_TYPES.stream().flatMap(row -> PROPERTY_TYPES.stream().map(column -> Arguments.of(row, column)));
    }

    @ParameterizedTest
    @MethodSource("propertyCells")
    void propertiesConvertAsTheTableSays(String row, String column) throws JMSException {
        SluiceMessage message = new SluiceMessage();
        message.setObjectProperty("p", value(row));
        SluiceMessage received = Wired.received(message);
        for (SluiceMessage each : List.of(message, received)) {
            check(row, column, () -> property(each, column));
        }
    }

    @ParameterizedTest
    @MethodSource("bodyCells")
    void mapsConvertAsTheTableSays(String row, String column) throws JMSException {
        SluiceMapMessage message = new SluiceMapMessage();
        message.setObject("p", value(row));
        SluiceMapMessage received = Wired.received(message);
        for (SluiceMapMessage each : List.of(message, received)) {
            check(row, column, () -> entry(each, column));
        }
    }

    @ParameterizedTest
    @MethodSource("bodyCells")
    void streamsConvertAsTheTableSaysAndStayWhereAReadFails(String row, String column) throws JMSException {
        SluiceStreamMessage message = new SluiceStreamMessage();
        message.writeObject(value(row));
        SluiceStreamMessage received = Wired.received(message);
        message.reset();
        for (SluiceStreamMessage each : List.of(message, received)) {
            check(row, column, () -> next(each, column));
            if (!converts(row, column)) {
                assertThat(each.readObject()).isEqualTo(value(row));
            }
        }
    }

    private static Object value(String type) {
        Object value = VALUES.get(type);
        if (value == null) {
            throw new AssertionError(type);
        }
        return value;
    }

    private static void check(String row, String column, Read read) throws JMSException {
        if (converts(row, column)) {
            assertThat(read.get()).as(row + " as " + column).isEqualTo(expected(value(row), column));
        } else {
            assertThatThrownBy(read::get).as(row + " as " + column).isExactlyInstanceOf(MessageFormatException.class);
        }
    }

    private static boolean converts(String row, String column) {
        return TABLE.getOrDefault(row, "").charAt(COLUMNS.indexOf(column)) == 'o';
    }

    private static Object expected(Object value, String column) {
        String text = value.toString();
        return switch (column) {
            case "boolean" -> Boolean.valueOf(text);
            case "byte" -> Byte.valueOf(text);
            case "short" -> Short.valueOf(text);
            case "char" -> text.charAt(0);
            case "int" -> Integer.valueOf(text);
            case "long" -> Long.valueOf(text);
            case "float" -> Float.valueOf(text);
            case "double" -> Double.valueOf(text);
            case "String" -> text;
            default -> value;
        };
    }

    @ParameterizedTest
    @MethodSource("bodyCells")
    void aNullReadsAsTheTypesValueOfNull(String unused, String column) throws JMSException {
        SluiceMessage properties = new SluiceMessage();
        properties.setObjectProperty("nothing", null);
        SluiceMapMessage map = new SluiceMapMessage();
        map.setObject("p", null);
        SluiceStreamMessage stream = new SluiceStreamMessage();
        stream.writeObject(null);
        List<Read> reads = new ArrayList<>();
        SluiceMapMessage receivedMap = Wired.received(map);
        SluiceStreamMessage receivedStream = Wired.received(stream);
        reads.add(() -> entry(map, column));
        reads.add(() -> entry(receivedMap, column));
        reads.add(() -> next(receivedStream, column));
        if (PROPERTY_TYPES.contains(column)) {
            SluiceMessage received = Wired.received(properties);
            reads.add(() -> property(received, column));
            reads.add(() -> property(properties, column));
        }
        for (Read read : reads) {
            checkNull(column, read);
        }
    }

    private static void checkNull(String column, Read read) throws JMSException {
        switch (column) {
            case "boolean" -> assertThat(read.get()).isEqualTo(false);
            case "String", "byte[]" -> assertThat(read.get()).isNull();
            case "char", "float", "double" -> assertThatThrownBy(read::get).isInstanceOf(NullPointerException.class);
            default -> assertThatThrownBy(read::get).isInstanceOf(NumberFormatException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("bodyCells")
    void aTextThatIsNoNumberIsNotOne(String unused, String column) throws JMSException {
        SluiceStreamMessage stream = new SluiceStreamMessage();
        stream.writeString("x7");
        SluiceStreamMessage received = Wired.received(stream);
        if (List.of("byte", "short", "int", "long", "float", "double").contains(column)) {
            assertThatThrownBy(() -> next(received, column)).isInstanceOf(NumberFormatException.class);
            assertThat(received.readString()).isEqualTo("x7");
        }
    }

    private static @Nullable Object property(SluiceMessage message, String column) throws JMSException {
        return switch (column) {
            case "boolean" -> message.getBooleanProperty("p");
            case "byte" -> message.getByteProperty("p");
            case "short" -> message.getShortProperty("p");
            case "int" -> message.getIntProperty("p");
            case "long" -> message.getLongProperty("p");
            case "float" -> message.getFloatProperty("p");
            case "double" -> message.getDoubleProperty("p");
            default -> message.getStringProperty("p");
        };
    }

    private static @Nullable Object entry(SluiceMapMessage message, String column) throws JMSException {
        return switch (column) {
            case "boolean" -> message.getBoolean("p");
            case "byte" -> message.getByte("p");
            case "short" -> message.getShort("p");
            case "char" -> message.getChar("p");
            case "int" -> message.getInt("p");
            case "long" -> message.getLong("p");
            case "float" -> message.getFloat("p");
            case "double" -> message.getDouble("p");
            case "String" -> message.getString("p");
            default -> message.getBytes("p");
        };
    }

    private static @Nullable Object next(SluiceStreamMessage message, String column) throws JMSException {
        return switch (column) {
            case "boolean" -> message.readBoolean();
            case "byte" -> message.readByte();
            case "short" -> message.readShort();
            case "char" -> message.readChar();
            case "int" -> message.readInt();
            case "long" -> message.readLong();
            case "float" -> message.readFloat();
            case "double" -> message.readDouble();
            case "String" -> message.readString();
            default -> bytes(message);
        };
    }

    private static byte @Nullable [] bytes(SluiceStreamMessage message) throws JMSException {
        byte[] piece = new byte[3];
        int count = message.readBytes(piece);
        return count < 0 ? null : Arrays.copyOf(piece, count);
    }

    private interface Read {
        @Nullable Object get() throws JMSException;
    }
}
