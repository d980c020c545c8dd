package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.time.LocalDate;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StreamMessageTest {
    private final SluiceStreamMessage stream = new SluiceStreamMessage();

    @Test
    void isWrittenThenRead() throws JMSException {
        List<ThrowingCallable> reads = List.of(
                stream::readBoolean,
                stream::readByte,
                stream::readShort,
                stream::readChar,
                stream::readInt,
                stream::readLong,
                stream::readFloat,
                stream::readDouble,
                stream::readString,
                stream::readObject,
                () -> stream.readBytes(new byte[1]));
        for (ThrowingCallable read : reads) {
            assertThatThrownBy(read).isInstanceOf(MessageNotReadableException.class);
        }
        stream.reset();
        List<ThrowingCallable> writes = List.of(
                () -> stream.writeBoolean(true),
                () -> stream.writeByte((byte) 1),
                () -> stream.writeShort((short) 1),
                () -> stream.writeChar('c'),
                () -> stream.writeInt(1),
                () -> stream.writeLong(1),
                () -> stream.writeFloat(1),
                () -> stream.writeDouble(1),
                () -> stream.writeString("s"),
                () -> stream.writeBytes(new byte[1]),
                () -> stream.writeBytes(new byte[1], 0, 1),
                () -> stream.writeObject(1));
        for (ThrowingCallable write : writes) {
            assertThatThrownBy(write).isInstanceOf(MessageNotWriteableException.class);
        }
        for (ThrowingCallable read : reads) {
            assertThatThrownBy(read).isInstanceOf(MessageEOFException.class);
        }
        stream.clearBody();
        stream.writeInt(1);
        stream.reset();
        assertThat(stream.readInt()).isEqualTo(1);
    }

    @Test
    void readsBytesPieceByPiece() throws JMSException {
        stream.writeBytes(new byte[] {1, 2, 3, 4, 5});
        stream.writeBytes(new byte[] {6, 7, 8, 9}, 1, 2);
        stream.writeBytes(new byte[0]);
        stream.writeBytes(null);
        stream.writeBytes(new byte[] {1, 2});
        stream.writeString("end");
        SluiceStreamMessage received = Wired.received(stream);
        byte[] piece = new byte[2];
        assertThat(received.readBytes(piece)).isEqualTo(2);
        assertThat(piece).containsExactly(1, 2);
        assertThatThrownBy(received::readObject).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(received::readInt).isInstanceOf(MessageFormatException.class);
        assertThat(received.readBytes(piece)).isEqualTo(2);
        assertThat(received.readBytes(piece)).isEqualTo(1);
        assertThat(piece[0]).isEqualTo((byte) 5);
        // A full array asks for one more read, which says that there is no more.
        assertThat(received.readBytes(piece)).isEqualTo(2);
        assertThat(piece).containsExactly(7, 8);
        assertThat(received.readBytes(piece)).isEqualTo(-1);
        assertThat(received.readBytes(piece)).isZero();
        assertThat(received.readBytes(piece)).isEqualTo(-1);
        assertThat(received.readObject()).isEqualTo(new byte[] {1, 2});
        assertThatThrownBy(() -> received.readBytes(piece)).isInstanceOf(MessageFormatException.class);
        assertThat(received.readString()).isEqualTo("end");
        assertThatThrownBy(() -> received.readBytes(piece)).isInstanceOf(MessageEOFException.class);
        received.reset();
        assertThat(received.readBytes(piece)).isEqualTo(2);
    }

    @Test
    void takesOnlyPrimitivesTextAndBytes() {
        assertThatThrownBy(() -> stream.writeObject(LocalDate.EPOCH)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> stream.writeBytes(new byte[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void isReadAgainAfterASendAndCanBeSentTwice() throws JMSException {
        stream.writeInt(1);
        stream.writeObject(null);
        SluiceStreamMessage received = Wired.received(stream);
        assertThat(stream.readInt()).isEqualTo(1);
        assertThat(Wired.received(stream).readInt()).isEqualTo(1);
        assertThat(received.readInt()).isEqualTo(1);
        assertThat(received.readString()).isNull();
    }

    @Test
    void aLargeOneComesInChunks() throws JMSException {
        byte[] bytes = new byte[1000];
        for (int index = 0; index < 2000; index++) {
            bytes[0] = (byte) index;
            stream.writeBytes(bytes);
        }
        SluiceStreamMessage received = Wired.received(stream);
        for (int index = 0; index < 2000; index++) {
            bytes[0] = (byte) index;
            assertThat(received.readObject()).isEqualTo(bytes);
        }
        assertThatThrownBy(received::readObject).isInstanceOf(MessageEOFException.class);
    }

    @Test
    void hasNoBodyAsAWhole() {
        assertThat(stream.isBodyAssignableTo(Object.class)).isFalse();
        assertThatThrownBy(() -> stream.getBody(Object.class)).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void theSettersOfPrimitivesWriteWhatTheGettersRead() throws JMSException {
        stream.writeBoolean(true);
        stream.writeByte((byte) -2);
        stream.writeShort((short) -3);
        stream.writeChar('ä');
        stream.writeInt(-5);
        stream.writeLong(-6);
        stream.writeFloat(-7.5f);
        stream.writeDouble(-8.25);
        stream.writeString("s");
        stream.writeBytes(null, 0, 0);
        SluiceStreamMessage received = Wired.received(stream);
        assertThat(RandomMessages.values(received))
                .containsExactly(true, (byte) -2, (short) -3, 'ä', -5, -6L, -7.5f, -8.25, "s", null);
    }

    @Test
    void anEmptyArrayBeginsToReadBytesAndNoOtherReadMayFollow() throws JMSException {
        stream.writeBytes(new byte[] {1});
        stream.writeBytes(new byte[0]);
        stream.writeInt(7);
        stream.reset();
        byte[] none = new byte[0];
        assertThat(stream.readBytes(none)).isZero();
        assertThatThrownBy(stream::readObject).isInstanceOf(MessageFormatException.class);
        assertThat(stream.readBytes(none)).isZero();
        assertThat(stream.readBytes(new byte[2])).isEqualTo(1);
        assertThat(stream.readBytes(none)).isZero();
        assertThat(stream.readBytes(none)).isEqualTo(-1);
        assertThat(stream.readInt()).isEqualTo(7);
    }
}
