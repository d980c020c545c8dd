package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Seeded;
import dev.sluice.wire.codec.AcknowledgeDecoder;
import dev.sluice.wire.codec.AcknowledgeEncoder;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.CreateAddressEncoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.OpenConsumerDecoder;
import dev.sluice.wire.codec.OpenConsumerEncoder;
import dev.sluice.wire.codec.PublishDecoder;
import dev.sluice.wire.codec.PublishEncoder;
import dev.sluice.wire.codec.SubscriptionKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameCheckerTest {
    private final ByteBuf frames = Unpooled.directBuffer();
    private final ClientFrameWriter client = new ClientFrameWriter();
    private final ServerFrameWriter server = new ServerFrameWriter();
    private final FrameChecker ofClients = FrameChecker.ofClientFrames();
    private final FrameChecker ofServers = FrameChecker.ofServerFrames();

    @AfterEach
    void release() {
        frames.release();
    }

    @Test
    void passesAndReadsBackWhatTheWritersWrite() {
        publish(7, "hello");
        acknowledge(8, 2);
        assertThat(ofClients.checkAll(frames)).isEqualTo(2);
        List<String> seen = new ArrayList<>();
        new ClientFrameAdapter().readAll(frames, recording(ClientFrames.class, seen));
        assertThat(seen).containsExactly("publish", "acknowledge");
        assertThat(frames.isReadable()).isFalse();
    }

    @Test
    void passesEveryFrameOfAServerThatIsWrittenAtOnce() {
        server.into(frames);
        server.confirmedFrame(1);
        server.createdFrame(2, 3);
        server.refusedFrame(4, RefusalCode.LIMIT, 5, 6, "too many");
        server.sendCreditFrame(7);
        server.browseEndFrame(8, null, "");
        server.serverHeartbeatFrame(9);
        server.consumerClosedFrame(10, RefusalCode.DESTINATION_UNKNOWN, "gone");
        server.reattachedFrame(11, 12, true);
        server.listEndFrame(13);
        server.purgedFrame(14, 15);
        assertThat(ofServers.checkAll(frames)).isEqualTo(10);
        List<String> seen = new ArrayList<>();
        new ServerFrameAdapter().readAll(frames, recording(ServerFrames.class, seen));
        assertThat(seen)
                .containsExactly(
                        "confirmed",
                        "created",
                        "refused",
                        "sendCredit",
                        "browseEnd",
                        "serverHeartbeat",
                        "consumerClosed",
                        "reattached",
                        "listEnd",
                        "purged");
    }

    @Test
    void cutsTextsThatAreTooLongBetweenCharacters() {
        server.into(frames);
        server.refusedFrame(1, RefusalCode.INTERNAL, 0, 0, "x" + "ä".repeat(Wire.TEXT_BYTES_MAX));
        assertThat(ofServers.checkAll(frames)).isEqualTo(1);
        assertThat(frames.readableBytes()).isLessThan(Wire.TEXT_BYTES_MAX + 64).isGreaterThan(Wire.TEXT_BYTES_MAX);
        String text = frames.toString(frames.writerIndex() - 100, 100, StandardCharsets.UTF_8);
        assertThat(text).endsWith("ää").doesNotContain("\uFFFD");
    }

    @Test
    void refusesFramesOfTheOtherSide() {
        server.into(frames);
        server.confirmedFrame(1);
        assertThatThrownBy(() -> ofClients.checkAll(frames))
                .isInstanceOf(FrameException.class)
                .hasMessage("template 103: not a frame that a client sends");
    }

    @Test
    void namesTheFieldTheValueAndTheLimit() {
        client.into(frames);
        CreateAddressEncoder create = client.createAddress(2000).number(1).kind(AddressKind.QUEUE);
        client.end(create.putName(new byte[1025], 0, 1025).limit());
        assertThatThrownBy(() -> ofClients.checkAll(frames))
                .hasMessage("CreateAddress: name has 1025 bytes, at most 1024");
        frames.clear();
        publish(-1, "x");
        assertThatThrownBy(() -> ofClients.checkAll(frames))
                .hasMessage("Publish: number is -1, must be 0 to " + Long.MAX_VALUE);
        frames.clear();
        acknowledge(1, Wire.RANGES_MAX + 1);
        assertThatThrownBy(() -> ofClients.checkAll(frames))
                .hasMessage("Acknowledge: 4097 ranges in ranges, at most 4096");
    }

    @Test
    void readsAnOpenConsumerOfTheFirstVersionAsOneThatBringsNothing() {
        openConsumer(7);
        int body = Wire.LENGTH_BYTES + MessageHeaderDecoder.ENCODED_LENGTH;
        int added = OpenConsumerDecoder.BLOCK_LENGTH - OpenConsumerDecoder.redeliveryLimitEncodingOffset();
        byte[] bytes = ByteBufUtil.getBytes(frames);
        frames.clear()
                .writeIntLE(bytes.length - Wire.LENGTH_BYTES - added)
                .writeShortLE(OpenConsumerDecoder.BLOCK_LENGTH - added)
                .writeBytes(bytes, Wire.LENGTH_BYTES + 2, 4)
                .writeShortLE(1)
                .writeBytes(bytes, body, OpenConsumerDecoder.BLOCK_LENGTH - added)
                .writeBytes(
                        bytes,
                        body + OpenConsumerDecoder.BLOCK_LENGTH,
                        bytes.length - body - OpenConsumerDecoder.BLOCK_LENGTH);

        assertThat(ofClients.checkAll(frames)).isEqualTo(1);
        List<Long> limits = new ArrayList<>();
        new ClientFrameAdapter().readAll(frames, new SilentClientFrames() {
            @Override
            public void openConsumer(OpenConsumerDecoder frame) {
                limits.add(frame.redeliveryLimit());
                limits.add(frame.redeliveryDelayMillis());
                limits.add(frame.redeliveryDelayGrowth());
                limits.add(frame.redeliveryDelayMillisMax());
                assertThat(frame.skipSubscription()).isZero();
                assertThat(frame.skipSelector()).isEqualTo(5);
            }
        });
        assertThat(limits).containsExactly(-1L, -1L, -1L, -1L);

        frames.resetReaderIndex().readerIndex(0).setShortLE(Wire.LENGTH_BYTES + 6, 2);
        assertThatThrownBy(() -> ofClients.checkAll(frames)).hasMessageStartingWith("OpenConsumer: block length 34");
    }

    @Test
    void refusesAPolicyBeyondItsLimits() {
        openConsumer(Wire.REDELIVERY_LIMIT_MAX + 1L);
        assertThatThrownBy(() -> ofClients.checkAll(frames))
                .hasMessage("OpenConsumer: redeliveryLimit is 1000001, must be -1 to 1000000");
    }

    private void openConsumer(long limit) {
        client.into(frames);
        byte[] selector = "a = 1".getBytes(StandardCharsets.UTF_8);
        OpenConsumerEncoder open = client.openConsumer(selector.length)
                .number(1)
                .consumerId(2)
                .addressId(3)
                .kind(SubscriptionKind.QUEUE)
                .startPosition(0)
                .redeliveryLimit(limit)
                .redeliveryDelayMillis(5)
                .redeliveryDelayGrowth(6)
                .redeliveryDelayMillisMax(7);
        open.flags().clear();
        open.putSubscription(selector, 0, 0).putSelector(selector, 0, selector.length);
        client.end(open.putPattern(selector, 0, 0).limit());
    }

    @Test
    void refusesAPersistentMessageWithoutANumber() {
        publish(0, "x");
        assertThatThrownBy(() -> ofClients.checkAll(frames))
                .hasMessage("Publish: number 0 on a message that is persistent");
    }

    @Test
    void toleratesLongerBlocksAndMoreDataOfALaterVersionOnly() {
        publish(1, "abc");
        int length = frames.readableBytes();
        // The same frame with 4 more bytes at its end.
        frames.setIntLE(0, length - Wire.LENGTH_BYTES + 4).writeIntLE(0);
        assertThatThrownBy(() -> ofClients.checkAll(frames)).hasMessage("Publish: 4 bytes too many at the end");
        frames.setShortLE(Wire.LENGTH_BYTES + 6, MessageHeaderDecoder.SCHEMA_VERSION + 1);
        assertThat(ofClients.checkAll(frames)).isEqualTo(1);
    }

    @Test
    void findsWholeFramesAndRefusesLengthsEarly() {
        publish(1, "abc");
        int first = frames.readableBytes();
        publish(2, "defg");
        int both = frames.readableBytes();
        for (int bytes = 0; bytes <= both; bytes++) {
            ByteBuf part = frames.slice(0, bytes);
            assertThat(Frames.completeBytes(part, Wire.FRAME_BYTES_MAX))
                    .isEqualTo(bytes < first ? 0 : bytes < both ? first : both);
            assertThat(Frames.firstFrameBytes(part, Wire.FRAME_BYTES_MAX)).isEqualTo(bytes < first ? 0 : first);
        }
        frames.clear().writeIntLE(9000);
        assertThatThrownBy(() -> Frames.completeBytes(frames, Wire.HELLO_FRAME_BYTES_MAX))
                .hasMessage("frame length 9000 is above the limit of 8192 bytes");
        frames.clear().writeIntLE(-1);
        assertThatThrownBy(() -> Frames.completeBytes(frames, Wire.FRAME_BYTES_MAX))
                .hasMessageStartingWith("frame length 4294967295 is above");
        frames.clear().writeIntLE(7);
        assertThatThrownBy(() -> Frames.completeBytes(frames, Wire.FRAME_BYTES_MAX))
                .hasMessage("frame length 7 is below the 8 bytes of a header");
    }

    @Seeded(runs = 300)
    void anythingEitherFailsTheCheckOrIsReadWithinItsFrame(SplittableRandom random) {
        boolean fromClient = random.nextBoolean();
        FrameChecker checker = fromClient ? ofClients : ofServers;
        for (int round = 0; round < 200; round++) {
            frames.clear();
            writeSomething(random, fromClient);
            damage(random);
            // Everything around the frame is forbidden ground: the adapter's view ends with it.
            ByteBuf exact = frames.copy();
            try {
                if (passes(checker, exact)) {
                    readAll(exact, fromClient);
                }
            } finally {
                exact.release();
            }
        }
    }

    private boolean passes(FrameChecker checker, ByteBuf exact) {
        try {
            return Frames.completeBytes(exact, Wire.FRAME_BYTES_MAX) == exact.readableBytes()
                    && checker.checkAll(exact) > 0;
        } catch (FrameException expected) {
            assertThat(expected.getMessage()).isNotBlank();
            return false;
        }
    }

    private static void readAll(ByteBuf exact, boolean fromClient) {
        if (fromClient) {
            new ClientFrameAdapter().readAll(exact, readingEverything(ClientFrames.class));
        } else {
            new ServerFrameAdapter().readAll(exact, readingEverything(ServerFrames.class));
        }
    }

    private void writeSomething(SplittableRandom random, boolean fromClient) {
        FrameShape[] shapes = fromClient ? FrameShape.FROM_CLIENT : FrameShape.FROM_SERVER;
        int template = random.nextInt(fromClient ? 22 : 118);
        FrameShape shape = shapes[template];
        if (shape == null) {
            byte[] rubbish = new byte[random.nextInt(64)];
            random.nextBytes(rubbish);
            frames.writeBytes(rubbish);
            return;
        }
        frames.writeIntLE(0)
                .writeShortLE(shape.blockBytes())
                .writeShortLE(template)
                .writeShortLE(7676)
                .writeShortLE(1);
        int block = frames.writerIndex();
        frames.writeZero(shape.blockBytes());
        for (FrameShape.Field field : shape.fields()) {
            setField(field, block);
        }
        if (shape.group() != null) {
            int count = random.nextInt(4);
            frames.writeShortLE(shape.group().entryBytes()).writeShortLE(count);
            for (int index = 0; index < count; index++) {
                int entry = frames.writerIndex();
                frames.writeZero(shape.group().entryBytes());
                for (FrameShape.Field field : shape.group().fields()) {
                    setField(field, entry);
                }
            }
        }
        for (FrameShape.Data unused : shape.data()) {
            int bytes = random.nextInt(20);
            frames.writeIntLE(bytes).writeZero(bytes);
        }
        frames.setIntLE(0, frames.readableBytes() - Wire.LENGTH_BYTES);
    }

    private void setField(FrameShape.Field field, int block) {
        if (field.min() > 0) {
            frames.setByte(block + field.offset() + (field.bytes() == 4 && field.min() > 255 ? 2 : 0), 1);
        }
    }

    private void damage(SplittableRandom random) {
        int changes = random.nextInt(4);
        for (int change = 0; change < changes && frames.isReadable(); change++) {
            int index = random.nextInt(frames.readableBytes());
            switch (random.nextInt(4)) {
                case 0 -> frames.setByte(index, random.nextInt(256));
                case 1 -> frames.setByte(index, 0xFF);
                case 2 -> frames.setByte(index, frames.getByte(index) + 1);
                default -> {
                    frames.writerIndex(index);
                    if (index >= Wire.LENGTH_BYTES) {
                        frames.setIntLE(0, index - Wire.LENGTH_BYTES);
                    }
                }
            }
        }
    }

    private void publish(long number, String envelope) {
        client.into(frames);
        byte[] bytes = envelope.getBytes(StandardCharsets.UTF_8);
        PublishEncoder publish = client.publish(bytes.length).number(number).addressId(1);
        publish.timeToLiveMillis(0).delayMillis(0).stageId(0).priority((short) 4);
        publish.flags().clear().persistent(true);
        client.end(publish.putEnvelope(bytes, 0, bytes.length).limit());
    }

    private void acknowledge(long number, int count) {
        client.into(frames);
        AcknowledgeEncoder acknowledge =
                client.acknowledge(count).number(number).consumerId(3);
        AcknowledgeEncoder.RangesEncoder ranges = acknowledge.rangesCount(count);
        for (int index = 0; index < count; index++) {
            ranges.next().priority((short) 4).runLength(1).firstSequence(index);
            ranges.flags().clear();
        }
        client.end(acknowledge.limit());
    }

    @SuppressWarnings("unchecked")
    private static <T> T recording(Class<T> type, List<String> seen) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            seen.add(method.getName());
            return null;
        });
    }

    /** Uses each decoder's own print, which reads every field, group and data. */
    @SuppressWarnings("unchecked")
    private static <T> T readingEverything(Class<T> type) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            Object decoder = arguments[0];
            assertThat(decoder.toString()).isNotEmpty();
            Method length = decoder.getClass().getMethod("sbeDecodedLength");
            assertThat((int) length.invoke(decoder)).isNotNegative();
            return null;
        });
    }

    @Test
    void readsFieldsWhereTheyWereWritten() {
        publish(7, "hello");
        acknowledge(8, 3);
        List<String> seen = new ArrayList<>();
        ClientFrames reader = new SilentClientFrames() {
            @Override
            public void publish(PublishDecoder frame) {
                byte[] envelope = new byte[frame.envelopeLength()];
                frame.getEnvelope(envelope, 0, envelope.length);
                seen.add(frame.number() + new String(envelope, StandardCharsets.UTF_8));
            }

            @Override
            public void acknowledge(AcknowledgeDecoder frame) {
                for (AcknowledgeDecoder.RangesDecoder range : frame.ranges()) {
                    seen.add("ack " + range.firstSequence());
                }
            }
        };
        new ClientFrameAdapter().readAll(frames, reader);
        assertThat(seen).containsExactly("7hello", "ack 0", "ack 1", "ack 2");
    }
}
