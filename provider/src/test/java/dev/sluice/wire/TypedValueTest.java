package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Seeded;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TypedValueTest {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(8);
    private final TypedValueWriter writer = new TypedValueWriter(buffer, 0);
    private final TypedValueReader reader = new TypedValueReader();

    static Stream<@Nullable Object> values() {
        return Stream.of(
                null,
                true,
                false,
                (byte) -7,
                Short.MIN_VALUE,
                'ä',
                Integer.MAX_VALUE,
                Long.MIN_VALUE,
                1.5f,
                Double.MIN_VALUE,
                "",
                "grüße 😀",
                new byte[0],
                new byte[] {1, -1, 0});
    }

    @ParameterizedTest
    @MethodSource("values")
    void comesBackAsItWas(@Nullable Object value) {
        writer.writeObject(value);
        byte type = reader.wrap(buffer, 0, writer.position()).nextValue();
        assertThat(reader.value()).isEqualTo(value);
        assertThat(reader.type()).isEqualTo(type);
        reader.end();
        assertThat(typedValue(reader)).isEqualTo(value);
    }

    private static @Nullable Object typedValue(TypedValueReader reader) {
        return switch (reader.type()) {
            case ValueType.BOOLEAN -> reader.booleanValue();
            case ValueType.BYTE -> (byte) reader.longValue();
            case ValueType.SHORT -> (short) reader.longValue();
            case ValueType.INT -> (int) reader.longValue();
            case ValueType.LONG -> reader.longValue();
            case ValueType.FLOAT -> (float) reader.doubleValue();
            case ValueType.DOUBLE -> reader.doubleValue();
            case ValueType.CHAR -> reader.charValue();
            case ValueType.STRING -> reader.stringValue();
            case ValueType.BYTES -> reader.bytesValue();
            default -> null;
        };
    }

    @Test
    void isLittleEndianAsTheManualSays() {
        writer.writeMapCount(1);
        writer.writeName("n");
        writer.writeInt(0x01020304);
        byte[] bytes = new byte[writer.position()];
        buffer.getBytes(0, bytes);
        assertThat(bytes).containsExactly(1, 0, 1, 0, 'n', 4, 4, 3, 2, 1);
    }

    @Test
    void readsInPlaceFromAnyBuffer() {
        writer.writeMapCount(2);
        writer.writeName("first");
        writer.writeString("one");
        writer.writeName("second");
        writer.writeBytes(new byte[] {1, 2, 3, 4}, 1, 2);
        byte[] bytes = new byte[writer.position() + 10];
        buffer.getBytes(0, bytes, 5, writer.position());
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
        direct.put(0, bytes);
        for (UnsafeBuffer place :
                List.of(new UnsafeBuffer(bytes, 2, bytes.length - 2), new UnsafeBuffer(direct, 2, bytes.length - 2))) {
            reader.wrap(place, 3, writer.position());
            assertThat(reader.mapCount()).isEqualTo(2);
            reader.nextName();
            assertThat(reader.nameEquals("first".getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(reader.nameEquals("firsT".getBytes(StandardCharsets.UTF_8)))
                    .isFalse();
            assertThat(reader.nextValue()).isEqualTo(ValueType.STRING);
            assertThat(reader.stringValue()).isEqualTo("one");
            reader.nextName();
            assertThat(reader.name()).isEqualTo("second");
            assertThat(reader.nextValue()).isEqualTo(ValueType.BYTES);
            assertThat(reader.bytesValue()).containsExactly(2, 3);
            byte[] part = new byte[1];
            reader.copyBytes(1, part, 1);
            assertThat(part).containsExactly(3);
            reader.end();
        }
    }

    @Test
    void refusesWhatCannotBeThere() {
        assertMalformed("a map of 65535 entries cannot be in the 0 bytes that follow", -1, -1);
        writer.position(0);
        writer.writeStreamCount(1000);
        assertThatThrownBy(() -> reader.wrap(buffer, 0, 8).streamCount())
                .isInstanceOf(MalformedException.class)
                .hasMessage("a stream of 1000 values cannot be in the 4 bytes that follow");
        buffer.putByte(0, (byte) 11);
        assertThatThrownBy(() -> reader.wrap(buffer, 0, 1).nextValue()).hasMessageStartingWith("unknown value type 11");
        buffer.putByte(0, ValueType.BYTES);
        buffer.putInt(1, Integer.MAX_VALUE);
        assertThatThrownBy(() -> reader.wrap(buffer, 0, 8).nextValue())
                .isInstanceOf(MalformedException.class)
                .hasMessage("a length of 2147483647 bytes goes beyond the 3 that are left");
        buffer.putByte(0, ValueType.BOOLEAN);
        buffer.putByte(1, (byte) 2);
        assertThatThrownBy(() -> reader.wrap(buffer, 0, 2).nextValue()).hasMessage("a boolean is 2; it must be 0 or 1");
        assertThatThrownBy(() -> reader.wrap(buffer, 0, 2).end()).hasMessage("2 bytes follow the last value");
    }

    private void assertMalformed(String message, int... bytes) {
        for (int index = 0; index < bytes.length; index++) {
            buffer.putByte(index, (byte) bytes[index]);
        }
        assertThatThrownBy(() -> reader.wrap(buffer, 0, bytes.length).mapCount())
                .isInstanceOf(MalformedException.class)
                .hasMessage(message);
    }

    @Test
    void refusesLimitsWhenWriting() {
        assertThatThrownBy(() -> writer.writeMapCount(65_536)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.writeName("x".repeat(65_536))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.writeObject(new Object())).isInstanceOf(IllegalArgumentException.class);
    }

    @Seeded
    void neverReadsOutsideWhateverComes(SplittableRandom random) {
        List<Object> written = new ArrayList<>();
        List<@Nullable Object> choice = values().toList();
        writer.writeStreamCount(20);
        for (int index = 0; index < 20; index++) {
            Object value = choice.get(random.nextInt(choice.size()));
            written.add(value);
            writer.writeObject(value);
        }
        int length = writer.position();
        byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        for (int round = 0; round < 50; round++) {
            byte[] broken = Arrays.copyOf(bytes, round == 0 ? length : random.nextInt(length + 1));
            for (int mutation = 0; round > 0 && broken.length > 0 && mutation < 3; mutation++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            read(broken, round == 0 ? written : null);
        }
    }

    private void read(byte[] bytes, @Nullable List<Object> expected) {
        // An exact buffer: a read outside would be an IndexOutOfBoundsException.
        reader.wrap(new UnsafeBuffer(bytes), 0, bytes.length);
        List<Object> values = new ArrayList<>();
        try {
            int count = reader.streamCount();
            for (int index = 0; index < count; index++) {
                byte unused = reader.nextValue();
                values.add(reader.value());
            }
            reader.end();
        } catch (MalformedException fault) {
            assertThat(fault).hasMessageMatching(".+");
            values.clear();
        }
        if (expected != null) {
            assertThat(values).usingRecursiveComparison().isEqualTo(expected);
        }
    }
}
