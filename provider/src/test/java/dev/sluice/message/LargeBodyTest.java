package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import jakarta.jms.JMSException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies that do not fit an envelope, or the heap: where they are, and who lets go of them. */
class LargeBodyTest {
    private static final int BYTES = 300_000;

    private final SluiceBytesMessage bytes = new SluiceBytesMessage();

    /** A message of each kind with a body beside its envelope, which {@code stored} is. */
    private static List<SluiceMessage> withBody(Wired.InMemory stored) {
        List<SluiceMessage> messages = List.of(
                new SluiceBytesMessage(),
                new SluiceTextMessage(),
                new SluiceMapMessage(),
                new SluiceStreamMessage(),
                new SluiceObjectMessage(Deserialization.NONE));
        for (SluiceMessage message : messages) {
            stored.bytesOfBody().retain();
            message.receivedBody(EncodedBody.of(new LargeBody(stored)));
        }
        return messages;
    }

    @Test
    void clearingAReceivedMessageLetsGoOfItsBody() throws JMSException {
        Wired.InMemory stored = new Wired.InMemory(Unpooled.buffer());
        List<SluiceMessage> messages = withBody(stored);
        int holders = stored.bytesOfBody().refCnt();
        for (SluiceMessage message : messages) {
            message.clearBody();
            holders--;
            assertThat(stored.bytesOfBody().refCnt()).as(message.toString()).isEqualTo(holders);
            message.clearBody();
        }
        assertThat(holders).isEqualTo(1);
    }

    @Test
    void readingATextLetsGoOfWhatItWasIn() throws JMSException {
        Wired.InMemory stored = new Wired.InMemory(Unpooled.buffer().writeBytes(new byte[] {'a', 'b'}));
        SluiceTextMessage text = new SluiceTextMessage();
        text.receivedBody(EncodedBody.of(new LargeBody(stored)));
        assertThat(text.getText()).isEqualTo("ab");
        assertThat(stored.bytesOfBody().refCnt()).isZero();
    }

    @Test
    void aBodyThatNoMessageShowsIsLetGo() throws JMSException {
        Wired.InMemory ofPlain = new Wired.InMemory(Unpooled.buffer());
        new SluiceMessage().receivedBody(EncodedBody.of(new LargeBody(ofPlain)));
        assertThat(ofPlain.bytesOfBody().refCnt()).isZero();

        // Its body is in the envelope already.
        SluiceTextMessage text = new SluiceTextMessage();
        text.setText("x");
        Wired.InMemory second = new Wired.InMemory(Unpooled.buffer());
        ByteBuf envelope = Wired.envelope(text);
        assertThatThrownBy(() -> new MessageDecoder(Deserialization.NONE).decode(envelope, 1, second, Wired.QUEUE))
                .hasMessageContaining("a body of its own");
        assertThat(second.bytesOfBody().refCnt()).isZero();
    }

    @Test
    void aBodyInAFileIsThereUntilTheLastOneLetsGo() throws JMSException {
        bytes.writeBytes(new byte[BytesOutput.HEAP_BYTES_MAX + 1]);
        EncodedBody body = bytes.encodedBody();
        OutgoingBody underWay = new OutgoingBody(body);
        bytes.clearBody();
        ByteBuf target = Unpooled.buffer();
        underWay.read(0, target, 10);
        underWay.read(BytesOutput.HEAP_BYTES_MAX - 9, target, 10);
        assertThat(target.readableBytes()).isEqualTo(20);
        underWay.release();
        assertThatThrownBy(() -> body.read(0, new byte[1], 0, 1))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("temporary file");
    }

    @Test
    void whatIsReadForASendFollowsWhatIsThereAlready() {
        Wired.InMemory stored = new Wired.InMemory(Unpooled.buffer().writeBytes(new byte[] {1, 2, 3, 4}));
        OutgoingBody body = new OutgoingBody(EncodedBody.of(new LargeBody(stored)));
        ByteBuf whole = Unpooled.buffer().writeBytes(new byte[] {9, 9, 9});
        ByteBuf inTheMiddle = whole.slice(1, 2).clear();
        for (ByteBuf target : List.of(Unpooled.buffer(), Unpooled.directBuffer())) {
            body.read(0, target, 2);
            body.read(2, target, 2);
            body.read(4, target, 0);
            assertThat(target).isEqualTo(Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4}));
            assertThatThrownBy(() -> body.read(-1, target, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> body.read(0, target, -1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> body.read(2, target, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        body.read(1, inTheMiddle, 1);
        body.read(3, inTheMiddle, 1);
        assertThat(Arrays.copyOf(whole.array(), 3)).containsExactly(9, 2, 4);
        body.release();
    }

    @Test
    void whatIsGivenUpCannotBeFinished() throws JMSException {
        BytesOutput output = new BytesOutput();
        output.writeBytes(new byte[BytesOutput.HEAP_BYTES_MAX + 1], 0, BytesOutput.HEAP_BYTES_MAX + 1);
        output.writeInt(1);
        output.discard();
        assertThatThrownBy(output::finish).isInstanceOf(JMSException.class).hasMessageContaining("temporary file");
        new BytesOutput().discard();
    }

    @Test
    void upToTheLimitABodyIsWrittenInTheHeap() throws JMSException {
        bytes.writeBytes(new byte[1000]);
        assertThat(bytes.encodedBody().large()).isNull();
        bytes.clearBody();
        bytes.writeBytes(new byte[BytesOutput.HEAP_BYTES_MAX]);
        assertThat(bytes.encodedBody().large()).isNull();
        bytes.clearBody();
        bytes.writeBytes(new byte[BytesOutput.HEAP_BYTES_MAX - 4]);
        bytes.writeInt(1);
        assertThat(bytes.encodedBody().large()).isNull();
        bytes.clearBody();
        bytes.writeBytes(new byte[BytesOutput.HEAP_BYTES_MAX]);
        bytes.writeByte((byte) 7);
        assertThat(bytes.isBodyAssignableTo(String.class)).isFalse();
        assertThat(bytes.encodedBody().large()).isNotNull();
        assertThat(bytes.getBodyLength()).isEqualTo(BytesOutput.HEAP_BYTES_MAX + 1);
    }

    @Test
    void aBodyHalfInAFileIsNotEmpty() throws JMSException {
        bytes.writeBytes(new byte[BytesOutput.HEAP_BYTES_MAX]);
        bytes.writeBytes(new byte[BytesOutput.HEAP_BYTES_MAX]);
        assertThat(bytes.isBodyAssignableTo(String.class)).isFalse();
        assertThat(bytes.isBodyAssignableTo(byte[].class)).isTrue();
    }

    @Test
    void valuesAcrossTheWindowOfALargeBodyAreWhole() throws JMSException {
        bytes.writeByte((byte) -7);
        for (long value = 0; value < BYTES; value++) {
            bytes.writeLong(value * 0x0123_4567_89abL);
        }
        SluiceBytesMessage received = Wired.received(bytes);
        for (SluiceBytesMessage each : List.of(bytes, received)) {
            assertThat(each.readByte()).isEqualTo((byte) -7);
            for (long value = 0; value < BYTES; value++) {
                if (each.readLong() != value * 0x0123_4567_89abL) {
                    throw new AssertionError("value " + value);
                }
            }
            assertThat(each.readBytes(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    void aBodyIsInTheEnvelopeAsFarAsItFits() throws JMSException {
        bytes.writeBytes(new byte[Wire.INLINE_BODY_BYTES_MAX]);
        assertThat(encoded(bytes).body()).isNull();
        bytes.clearBody();
        bytes.writeBytes(new byte[Wire.INLINE_BODY_BYTES_MAX + 1]);
        assertThat(encoded(bytes).body()).isNotNull();

        bytes.clearBody();
        bytes.setStringProperty("p", "x".repeat(Wire.ENVELOPE_BYTES_MAX - 10_000));
        int left = Wire.ENVELOPE_BYTES_MAX - encoded(bytes).envelope().readableBytes();
        bytes.clearBody();
        bytes.writeBytes(new byte[left]);
        MessageEncoder.Encoded full = encoded(bytes);
        assertThat(full.body()).isNull();
        assertThat(full.envelope().readableBytes()).isEqualTo(Wire.ENVELOPE_BYTES_MAX);
        assertThat(Wired.received(bytes).getBodyLength()).isEqualTo(left);
        bytes.clearBody();
        bytes.writeBytes(new byte[left + 1]);
        assertThat(encoded(bytes).body()).isNotNull();
        assertThat(Wired.received(bytes).getBodyLength()).isEqualTo(left + 1);
    }

    @Test
    void headerAndPropertiesMayFillAnEnvelope() throws JMSException {
        SluiceMessage plain = new SluiceMessage();
        plain.setStringProperty("p", "");
        int left = Wire.ENVELOPE_BYTES_MAX - encoded(plain).envelope().readableBytes();
        plain.setStringProperty("p", "x".repeat(left));
        assertThat(encoded(plain).envelope().readableBytes()).isEqualTo(Wire.ENVELOPE_BYTES_MAX);
        assertThat(Wired.received(plain).getStringProperty("p")).hasSize(left);
        plain.setStringProperty("p", "x".repeat(left + 1));
        assertThatThrownBy(() -> encoded(plain)).hasMessageContaining("more than the limit of 1048576");
    }

    private static MessageEncoder.Encoded encoded(SluiceMessage message) throws JMSException {
        Wired.STAMP.applyTo(message);
        return new MessageEncoder(UnpooledByteBufAllocator.DEFAULT).encode(message);
    }
}
