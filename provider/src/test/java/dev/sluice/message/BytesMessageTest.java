package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Seeded;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BytesMessageTest {
    private final SluiceBytesMessage message = new SluiceBytesMessage();

    @Test
    void isWrittenThenRead() throws JMSException {
        List<ThrowingCallable> reads = List.of(
                message::readBoolean,
                message::readByte,
                message::readUnsignedByte,
                message::readShort,
                message::readUnsignedShort,
                message::readChar,
                message::readInt,
                message::readLong,
                message::readFloat,
                message::readDouble,
                message::readUTF);
        List<ThrowingCallable> others = List.of(
                message::getBodyLength, () -> message.readBytes(new byte[1]), () -> message.readBytes(new byte[1], 1));
        for (List<ThrowingCallable> calls : List.of(reads, others)) {
            for (ThrowingCallable read : calls) {
                assertThatThrownBy(read).isInstanceOf(MessageNotReadableException.class);
            }
        }
        message.reset();
        List<ThrowingCallable> writes = List.of(
                () -> message.writeBoolean(true),
                () -> message.writeByte((byte) 1),
                () -> message.writeShort((short) 1),
                () -> message.writeChar('c'),
                () -> message.writeInt(1),
                () -> message.writeLong(1),
                () -> message.writeFloat(1),
                () -> message.writeDouble(1),
                () -> message.writeUTF("s"),
                () -> message.writeBytes(new byte[1]),
                () -> message.writeBytes(new byte[1], 0, 1),
                () -> message.writeObject(1));
        for (ThrowingCallable write : writes) {
            assertThatThrownBy(write).isInstanceOf(MessageNotWriteableException.class);
        }
        for (ThrowingCallable read : reads) {
            assertThatThrownBy(read).isInstanceOf(MessageEOFException.class);
        }
        assertThat(message.readBytes(new byte[1])).isEqualTo(-1);
        message.clearBody();
        message.writeInt(7);
        message.reset();
        assertThat(message.getBodyLength()).isEqualTo(4);
        assertThat(message.readInt()).isEqualTo(7);
    }

    @Test
    void aReadThatFailsStaysWhereItWas() throws JMSException {
        message.writeShort((short) 0x0102);
        SluiceBytesMessage received = Wired.received(message);
        assertThatThrownBy(received::readInt).isInstanceOf(MessageEOFException.class);
        assertThatThrownBy(received::readUTF).isInstanceOf(MessageEOFException.class);
        assertThat(received.readShort()).isEqualTo((short) 0x0102);
        message.clearBody();
        message.writeBytes(new byte[] {0, 1, -1});
        message.reset();
        assertThatThrownBy(message::readUTF).isInstanceOf(MessageFormatException.class);
        assertThat(message.readUnsignedShort()).isEqualTo(1);
        assertThat(message.readUnsignedByte()).isEqualTo(255);
    }

    @Test
    void readsBytesUpToTheEnd() throws JMSException {
        message.writeBytes(new byte[] {1, 2, 3, 4, 5});
        SluiceBytesMessage received = Wired.received(message);
        byte[] piece = new byte[2];
        assertThatThrownBy(() -> received.readBytes(piece, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> received.readBytes(piece, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(received.readBytes(piece)).isEqualTo(2);
        assertThat(received.readBytes(piece, 1)).isEqualTo(1);
        assertThat(received.readBytes(piece)).isEqualTo(2);
        assertThat(received.readBytes(piece)).isEqualTo(-1);
        assertThat(received.getBodyLength()).isEqualTo(5);
        received.reset();
        assertThat(received.readBytes(new byte[10])).isEqualTo(5);
    }

    @Test
    void takesOnlyPrimitivesTextAndBytes() {
        BytesMessage api = message;
        assertThatThrownBy(() -> api.writeObject(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> api.writeBytes(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> api.writeUTF(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> message.writeObject(LocalDate.EPOCH)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.writeUTF("x".repeat(65_536))).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.writeBytes(new byte[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void isReadAgainAfterASendAndIsWrittenAnewOnlyWhenCleared() throws JMSException {
        message.writeInt(1);
        SluiceBytesMessage received = Wired.received(message);
        assertThat(message.readInt()).isEqualTo(1);
        assertThatThrownBy(() -> message.writeInt(2)).isInstanceOf(MessageNotWriteableException.class);
        message.clearBody();
        message.writeInt(2);
        assertThat(received.readInt()).isEqualTo(1);
        assertThatThrownBy(() -> received.writeInt(3)).isInstanceOf(MessageNotWriteableException.class);
        assertThat(Wired.received(message).readInt()).isEqualTo(2);
    }

    @Test
    void itsBodyIsAnArray() throws JMSException {
        assertThat(message.getBody(LocalDate.class)).isNull();
        message.clearBody();
        message.writeInt(1);
        assertThat(message.isBodyAssignableTo(byte[].class)).isTrue();
        assertThat(message.isBodyAssignableTo(Object.class)).isTrue();
        assertThat(message.isBodyAssignableTo(String.class)).isFalse();
        assertThatThrownBy(() -> message.getBody(StringBuffer.class)).isInstanceOf(MessageFormatException.class);
        message.writeByte((byte) 2);
        SluiceBytesMessage received = Wired.received(message);
        assertThat(received.readByte()).isZero();
        byte[] body = received.getBody(byte[].class);
        assertThat(body).containsExactly(0, 0, 0, 1, 2);
        assertThat(received.readInt()).isEqualTo(1);
    }

    @Test
    void aLargeOneIsReadFromAFileInBothDirections() throws JMSException {
        byte[] piece = new byte[100_003];
        int pieces = 50;
        for (int index = 0; index < pieces; index++) {
            Arrays.fill(piece, (byte) index);
            message.writeBytes(piece);
            message.writeInt(index);
            message.writeUTF("piece " + index);
        }
        SluiceBytesMessage received = Wired.received(message);
        SluiceBytesMessage onwards = Wired.received(received);
        for (SluiceBytesMessage each : List.of(message, received, onwards)) {
            assertThat(each.getBodyLength()).isGreaterThan(5_000_000);
            for (int index = 0; index < pieces; index++) {
                assertThat(each.readBytes(piece)).isEqualTo(piece.length);
                assertThat(piece[0]).isEqualTo((byte) index);
                assertThat(piece[piece.length - 1]).isEqualTo((byte) index);
                assertThat(each.readInt()).isEqualTo(index);
                assertThat(each.readUTF()).isEqualTo("piece " + index);
            }
            assertThat(each.readBytes(piece)).isEqualTo(-1);
            assertThatThrownBy(each::readByte).isInstanceOf(MessageEOFException.class);
        }
    }

    @Test
    void whatIsBeingSentOutlivesTheMessage() throws JMSException {
        message.writeBytes(new byte[3_000_000]);
        message.writeInt(42);
        Wired.STAMP.applyTo(message);
        MessageEncoder encoder = new MessageEncoder(io.netty.buffer.UnpooledByteBufAllocator.DEFAULT);
        MessageEncoder.Encoded encoded = encoder.encode(message);
        assertThat(encoded.envelope().release()).isTrue();
        message.clearBody();
        OutgoingBody body = encoded.body();
        assertThat(body).isNotNull();
        if (body != null) {
            var target = io.netty.buffer.Unpooled.buffer();
            body.read(3_000_000, target, 4);
            assertThat(target.readInt()).isEqualTo(42);
            assertThatThrownBy(() -> body.read(3_000_001, target, 4)).isInstanceOf(IndexOutOfBoundsException.class);
            body.release();
        }
    }

    /** Against the streams of the JDK, which write the same bytes. */
    @Seeded(runs = 50)
    void readsAndWritesAsDataStreamsDo(SplittableRandom random) throws JMSException, IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        DataOutputStream model = new DataOutputStream(expected);
        List<Integer> kinds = new ArrayList<>();
        int scale = random.nextInt(3) == 0 ? 400_000 : 50;
        for (int index = 0; index < 30; index++) {
            int kind = random.nextInt(10);
            kinds.add(kind);
            write(kind, random, model, scale);
        }
        byte[] bytes = expected.toByteArray();
        SluiceBytesMessage received = Wired.received(message);
        assertThat(received.getBodyLength()).isEqualTo(bytes.length);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        for (int kind : kinds) {
            compare(kind, in, received, scale);
        }
        assertThat(received.readBytes(new byte[1])).isEqualTo(-1);
    }

    private void write(int kind, SplittableRandom random, DataOutputStream model, int scale)
            throws JMSException, IOException {
        long value = random.nextLong();
        boolean object = random.nextBoolean();
        switch (kind) {
            case 0 -> {
                message.writeObject(value > 0);
                model.writeBoolean(value > 0);
            }
            case 1 -> {
                message.writeObject((byte) value);
                model.writeByte((byte) value);
            }
            case 2 -> {
                message.writeObject((short) value);
                model.writeShort((short) value);
            }
            case 3 -> {
                message.writeObject((char) value);
                model.writeChar((char) value);
            }
            case 4 -> {
                message.writeObject((int) value);
                model.writeInt((int) value);
            }
            case 5 -> {
                message.writeObject(value);
                model.writeLong(value);
            }
            case 6 -> {
                message.writeObject(value / 3f);
                model.writeFloat(value / 3f);
            }
            case 7 -> {
                message.writeObject(value / 3d);
                model.writeDouble(value / 3d);
            }
            case 8 -> {
                String text = RandomMessages.text(random) + '\u0000';
                message.writeObject(text);
                model.writeUTF(text);
            }
            default -> {
                byte[] bytes = new byte[scale];
                random.nextBytes(bytes);
                if (object) {
                    message.writeObject(bytes);
                } else {
                    message.writeBytes(bytes, 0, scale);
                }
                model.write(bytes);
            }
        }
    }

    private static void compare(int kind, DataInputStream model, SluiceBytesMessage read, int scale)
            throws JMSException, IOException {
        switch (kind) {
            case 0 -> assertThat(read.readBoolean()).isEqualTo(model.readBoolean());
            case 1 -> assertThat(read.readUnsignedByte()).isEqualTo(model.readUnsignedByte());
            case 2 -> assertThat(read.readUnsignedShort()).isEqualTo(model.readUnsignedShort());
            case 3 -> assertThat(read.readChar()).isEqualTo(model.readChar());
            case 4 -> assertThat(read.readInt()).isEqualTo(model.readInt());
            case 5 -> assertThat(read.readLong()).isEqualTo(model.readLong());
            case 6 -> assertThat(read.readFloat()).isEqualTo(model.readFloat());
            case 7 -> assertThat(read.readDouble()).isEqualTo(model.readDouble());
            case 8 -> assertThat(read.readUTF()).isEqualTo(model.readUTF());
            default -> {
                byte[] bytes = new byte[scale];
                assertThat(read.readBytes(bytes)).isEqualTo(scale);
                assertThat(bytes).isEqualTo(model.readNBytes(scale));
            }
        }
    }

    @Test
    void theSettersOfPrimitivesWriteWhatTheGettersRead() throws JMSException {
        String longest = "ä".repeat(32_767);
        message.writeBoolean(true);
        message.writeByte((byte) -2);
        message.writeShort((short) -3);
        message.writeChar('ä');
        message.writeInt(-5);
        message.writeLong(-6);
        message.writeFloat(-7.5f);
        message.writeDouble(-8.25);
        message.writeUTF(longest);
        SluiceBytesMessage received = Wired.received(message);
        for (int times = 0; times < 2; times++) {
            assertThat(received.readBoolean()).isTrue();
            assertThat(received.readByte()).isEqualTo((byte) -2);
            assertThat(received.readShort()).isEqualTo((short) -3);
            assertThat(received.readChar()).isEqualTo('ä');
            assertThat(received.readInt()).isEqualTo(-5);
            assertThat(received.readLong()).isEqualTo(-6);
            assertThat(received.readFloat()).isEqualTo(-7.5f);
            assertThat(received.readDouble()).isEqualTo(-8.25);
            assertThat(received.readUTF()).isEqualTo(longest);
            received.reset();
        }
    }

    @Test
    void readingUpToTheLastByteChangesNothing() throws JMSException {
        message.writeInt(1);
        message.writeInt(2);
        message.reset();
        for (int times = 0; times < 2; times++) {
            assertThat(message.readInt()).isEqualTo(1);
            assertThat(message.readInt()).isEqualTo(2);
            message.reset();
        }
    }

    @Test
    void nothingMayBeReadAnywhere() throws JMSException {
        message.writeByte((byte) 1);
        message.reset();
        assertThat(message.readBytes(new byte[1], 0)).isZero();
        assertThat(message.readByte()).isEqualTo((byte) 1);
    }

    @Test
    void aSendEndsTheWriting() throws JMSException {
        message.writeInt(1);
        message.endWriting();
        assertThat(message.readInt()).isEqualTo(1);
        message.clearBody();
        message.writeInt(2);
        assertThat(message.encodedBody().bytes()).isEqualTo(4);
        assertThatThrownBy(() -> message.writeInt(3)).isInstanceOf(MessageNotWriteableException.class);
    }
}
