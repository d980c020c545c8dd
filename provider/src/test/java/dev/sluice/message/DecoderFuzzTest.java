package dev.sluice.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Seeded;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.codec.EnvelopeDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import jakarta.jms.JMSException;
import java.util.LinkedHashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: a message, or the one exception that says what is wrong. */
class DecoderFuzzTest {
    private final MessageDecoder decoder = new MessageDecoder(Deserialization.of("*", () -> null));

    @Seeded(runs = 300)
    void randomBytesAreRefused(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(400)];
        random.nextBytes(bytes);
        if (bytes.length > 8 && random.nextBoolean()) {
            // With a header that is right the rest is looked at.
            ByteBuf header = Unpooled.wrappedBuffer(bytes);
            header.setShortLE(0, EnvelopeDecoder.BLOCK_LENGTH);
            header.setShortLE(2, EnvelopeDecoder.TEMPLATE_ID);
            header.setShortLE(4, EnvelopeDecoder.SCHEMA_ID);
            header.setShortLE(6, 1);
        }
        decodeAndRead(bytes);
    }

    @Seeded(runs = 300)
    void mutatedMessagesAreReadOrRefused(SplittableRandom random) throws JMSException {
        SluiceMessage sent = RandomMessages.body(random);
        RandomMessages.properties(sent, random);
        sent.setJMSReplyTo(Wired.QUEUE);
        ByteBuf envelope = Wired.envelope(sent);
        byte[] bytes = new byte[envelope.readableBytes()];
        envelope.readBytes(bytes);
        assertThat(envelope.release()).isTrue();
        for (int round = 0; round < 60; round++) {
            byte[] broken = java.util.Arrays.copyOf(
                    bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length);
            for (int mutations = random.nextInt(1, 4); mutations > 0 && broken.length > 0; mutations--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            decodeAndRead(broken);
        }
    }

    private void decodeAndRead(byte[] bytes) {
        SluiceMessage message;
        try {
            message = decoder.decode(Unpooled.wrappedBuffer(bytes), 1, null, Wired.QUEUE);
        } catch (MalformedException fault) {
            assertThat(fault.getMessage()).isNotBlank();
            return;
        }
        try {
            assertThat(message.toString()).isNotBlank();
            assertThat(message.getPropertyNames()).isNotNull();
        } catch (JMSException malformedProperties) {
            assertThat(malformedProperties.getMessage()).contains("properties of the message cannot be read");
        }
        try {
            RandomMessages.seenBody(message, new LinkedHashMap<>());
        } catch (JMSException malformedBody) {
            assertThat(malformedBody.getMessage()).isNotBlank();
        }
    }

    @Test
    void saysWhatIsWrong() throws JMSException {
        assertThatThrownBy(() -> decode(Unpooled.buffer(1_100_000).writeZero(1_048_577)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("an envelope of 1048577 bytes is longer than the limit of 1048576");
        assertThatThrownBy(() -> decode(Unpooled.buffer().writeZero(10)))
                .hasMessage("an envelope of 10 bytes is shorter than its fixed part of 66");
        assertThatThrownBy(() -> decode(Unpooled.buffer().writeZero(100)))
                .hasMessage("not an envelope: schema 0 template 0 version 0");
        int fields = MessageHeaderDecoder.ENCODED_LENGTH;
        ByteBuf wrongPriority = Wired.envelope(new SluiceTextMessage());
        wrongPriority.setByte(fields + EnvelopeDecoder.priorityEncodingOffset(), 10);
        assertThatThrownBy(() -> decode(wrongPriority)).hasMessage("the envelope's priority is 10; the highest is 9");
        ByteBuf wrongKind = Wired.envelope(new SluiceTextMessage());
        wrongKind.setByte(fields + EnvelopeDecoder.bodyKindEncodingOffset(), 6);
        assertThatThrownBy(() -> decode(wrongKind)).hasMessage("the envelope's body kind is 6; the highest is 5");
        ByteBuf tooLong = Wired.envelope(new SluiceTextMessage());
        tooLong.setIntLE(fields + EnvelopeDecoder.BLOCK_LENGTH, Integer.MAX_VALUE);
        assertThatThrownBy(() -> decode(tooLong)).hasMessageStartingWith("the envelope's part CORRELATION goes beyond");
    }

    @Test
    void passesOverWhatALaterVersionAppends() throws JMSException {
        SluiceTextMessage sent = new SluiceTextMessage();
        sent.setText("hello");
        ByteBuf envelope = Wired.envelope(sent);
        int fixed = MessageHeaderDecoder.ENCODED_LENGTH + EnvelopeDecoder.BLOCK_LENGTH;
        ByteBuf later = Unpooled.buffer()
                .writeBytes(envelope, 0, fixed)
                .writeZero(12)
                .writeBytes(envelope, fixed, envelope.readableBytes() - fixed)
                .writeZero(7);
        later.setShortLE(0, EnvelopeDecoder.BLOCK_LENGTH + 12);
        later.setShortLE(6, 2);
        SluiceTextMessage received = (SluiceTextMessage) decoder.decode(later, 1, null, Wired.QUEUE);
        assertThat(received.getText()).isEqualTo("hello");
        assertThat(received.getJMSMessageID()).isEqualTo(Wired.ID.toString());
    }

    @Test
    void closesABodyThatDoesNotBelongToTheEnvelope() throws JMSException {
        SluiceTextMessage sent = new SluiceTextMessage();
        sent.setText("hello");
        Wired.InMemory body = new Wired.InMemory(Unpooled.buffer().writeZero(5));
        ByteBuf envelope = Wired.envelope(sent);
        assertThatThrownBy(() -> decoder.decode(envelope, 1, body, Wired.QUEUE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("another one came beside it");
        assertThat(body.bytesOfBody().refCnt()).isZero();
    }

    private void decode(ByteBuf envelope) {
        SluiceMessage unused = decoder.decode(envelope, 1, null, Wired.QUEUE);
    }
}
