package dev.sluice.server.shard;

import dev.sluice.wire.ClientFrameWriter;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.BrowseEndDecoder;
import dev.sluice.wire.codec.BrowsedDecoder;
import dev.sluice.wire.codec.BucketsChangedDecoder;
import dev.sluice.wire.codec.ConfirmedDecoder;
import dev.sluice.wire.codec.CreatedDecoder;
import dev.sluice.wire.codec.DeliverChunkDecoder;
import dev.sluice.wire.codec.DeliverDecoder;
import dev.sluice.wire.codec.EnvelopeEncoder;
import dev.sluice.wire.codec.ListEndDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import dev.sluice.wire.codec.PurgedDecoder;
import dev.sluice.wire.codec.ReattachedDecoder;
import dev.sluice.wire.codec.RefusedDecoder;
import dev.sluice.wire.codec.SendCreditDecoder;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.WelcomeDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** A connection to a shard agent without a socket: what the shard says is kept as short texts. */
final class Peer implements Outlet {
    private static long lastId;

    final List<String> heard = new CopyOnWriteArrayList<>();
    volatile boolean closed;
    long sessionId;
    long queuedBytes;
    private final long id = ++lastId;
    private final Inbox inbox;
    private final Runnable onClose;

    Peer(Inbox inbox) {
        this(inbox, () -> {});
    }

    /** {@code onClose} runs when the shard wants it closed. */
    Peer(Inbox inbox, Runnable onClose) {
        this.inbox = inbox;
        this.onClose = onClose;
    }

    /** What it heard since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(heard);
        heard.clear();
        return taken;
    }

    void hello(long session, long key, String clientId) {
        if (!inbox.hello(this, new Inbox.Greeting(session, key, key, clientId, "", "test"))) {
            throw new IllegalStateException("no room");
        }
    }

    void hangUp() {
        inbox.closed(this);
    }

    @SafeVarargs
    final void send(Consumer<ClientFrameWriter>... frames) {
        send(List.of(frames));
    }

    /** Sends frames as one read of a socket. */
    void send(List<Consumer<ClientFrameWriter>> frames) {
        ByteBuf target = Unpooled.directBuffer();
        ClientFrameWriter writer = new ClientFrameWriter();
        for (Consumer<ClientFrameWriter> frame : frames) {
            writer.into(target);
            frame.accept(writer);
        }
        if (!inbox.frames(this, target)) {
            throw new IllegalStateException("no room");
        }
    }

    static Consumer<ClientFrameWriter> queue(long number, String name) {
        return address(number, AddressKind.QUEUE, name);
    }

    static Consumer<ClientFrameWriter> topic(long number, String name) {
        return address(number, AddressKind.TOPIC, name);
    }

    private static Consumer<ClientFrameWriter> address(long number, AddressKind kind, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return to -> {
            var frame = to.createAddress(bytes.length).number(number).kind(kind);
            frame.flags().clear();
            to.end(frame.putName(bytes, 0, bytes.length).limit());
        };
    }

    static Consumer<ClientFrameWriter> clientId(long number, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return to -> to.end(to.setClientId(bytes.length)
                .number(number)
                .putClientId(bytes, 0, bytes.length)
                .limit());
    }

    /** With {@code number} 0 a non-persistent one. */
    static Consumer<ClientFrameWriter> publish(long number, long address, int bytes) {
        return publish(number, address, bytes, 0, 0);
    }

    static Consumer<ClientFrameWriter> expiring(long number, long address, long timeToLiveMillis) {
        return publish(number, address, 10, 0, timeToLiveMillis);
    }

    /** One whose body came in chunks. */
    static Consumer<ClientFrameWriter> staged(long number, long address, long stage) {
        return publish(number, address, 0, stage, 0);
    }

    static Consumer<ClientFrameWriter> chunk(long number, long stage, long offset, int bytes) {
        return to -> to.end(to.chunk(bytes)
                .number(number)
                .stageId(stage)
                .bodyOffset(offset)
                .putData(new byte[bytes], 0, bytes)
                .limit());
    }

    private static Consumer<ClientFrameWriter> publish(
            long number, long address, int bytes, long stage, long timeToLiveMillis) {
        byte[] none = new byte[0];
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[bytes + 512]);
        int length = new EnvelopeEncoder()
                .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .putCorrelation(none, 0, 0)
                .putJmsType(none, 0, 0)
                .putReplyTo(none, 0, 0)
                .putGroupId(none, 0, 0)
                .putUserId(none, 0, 0)
                .putContentType(none, 0, 0)
                .putProtocolSection(none, 0, 0)
                .putProperties(none, 0, 0)
                .putBody(new byte[bytes], 0, bytes)
                .limit();
        return to -> {
            var frame = to.publish(length).number(number).addressId(address).priority((short) 4);
            frame.timeToLiveMillis(timeToLiveMillis)
                    .delayMillis(0)
                    .stageId(stage)
                    .flags()
                    .clear()
                    .persistent(number != 0)
                    .staged(stage != 0);
            to.end(frame.putEnvelope(buffer, 0, length).limit());
        };
    }

    static Consumer<ClientFrameWriter> consume(long number, long consumer, long address) {
        return open(number, consumer, address, SubscriptionKind.QUEUE, "");
    }

    /** A durable subscription. */
    static Consumer<ClientFrameWriter> subscribe(long number, long consumer, long address, String name) {
        return open(number, consumer, address, SubscriptionKind.DURABLE, name);
    }

    static Consumer<ClientFrameWriter> unsubscribe(long number, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return to -> to.end(to.unsubscribe(bytes.length)
                .number(number)
                .putSubscription(bytes, 0, bytes.length)
                .limit());
    }

    static Consumer<ClientFrameWriter> purge(long number, long address) {
        return to -> to.end(to.purge().number(number).addressId(address).limit());
    }

    static Consumer<ClientFrameWriter> close(long number, long consumer) {
        return to -> {
            var frame = to.closeConsumer(0).number(number).consumerId(consumer);
            frame.retainedCount(0);
            to.end(frame.limit());
        };
    }

    private static Consumer<ClientFrameWriter> open(
            long number, long consumer, long address, SubscriptionKind kind, String subscription) {
        byte[] none = new byte[0];
        byte[] name = subscription.getBytes(StandardCharsets.UTF_8);
        return to -> {
            var frame = to.openConsumer(name.length)
                    .number(number)
                    .consumerId(consumer)
                    .addressId(address);
            frame.kind(kind).startPosition(0).flags().clear();
            to.end(frame.putSubscription(name, 0, name.length)
                    .putSelector(none, 0, 0)
                    .putPattern(none, 0, 0)
                    .limit());
        };
    }

    static Consumer<ClientFrameWriter> credit(long consumer, long epoch, long total) {
        return to -> to.end(
                to.credit().consumerId(consumer).epoch(epoch).total(total).limit());
    }

    /** Asks about a consumer. */
    static Consumer<ClientFrameWriter> ask(long browser, long consumer) {
        return browse(browser, Wire.questionAbout(consumer), 1);
    }

    static Consumer<ClientFrameWriter> browse(long browser, long address, long total) {
        return to -> to.end(to.openBrowser(0)
                .browserId(browser)
                .addressId(address)
                .total(total)
                .putSelector(new byte[0], 0, 0)
                .limit());
    }

    static Consumer<ClientFrameWriter> acknowledge(long number, long consumer, long first, long count) {
        return acknowledge(number, consumer, first, count, false);
    }

    /** Its client does not wait for it. */
    static Consumer<ClientFrameWriter> unawaited(long number, long consumer, long message) {
        return acknowledge(number, consumer, message, 1, true);
    }

    private static Consumer<ClientFrameWriter> acknowledge(
            long number, long consumer, long first, long count, boolean unawaited) {
        return to -> {
            var frame = to.acknowledge(1).number(number).consumerId(consumer);
            var range = frame.rangesCount(1)
                    .next()
                    .priority((short) 4)
                    .runLength(count)
                    .firstSequence(first);
            range.flags().clear().unawaited(unawaited);
            to.end(frame.limit());
        };
    }

    /** Closes a consumer that retains one message. */
    static Consumer<ClientFrameWriter> close(long number, long consumer, long retained) {
        return to -> {
            var frame = to.closeConsumer(1).number(number).consumerId(consumer);
            var range = frame.retainedCount(1)
                    .next()
                    .priority((short) 4)
                    .runLength(1)
                    .firstSequence(retained);
            range.flags().clear();
            to.end(frame.limit());
        };
    }

    static Consumer<ClientFrameWriter> acknowledgeTransient(long consumer, long first, long count) {
        return to -> {
            var frame = to.acknowledge(1).number(0).consumerId(consumer);
            var range = frame.rangesCount(1)
                    .next()
                    .priority((short) 4)
                    .runLength(count)
                    .firstSequence(first);
            range.flags().clear().transientMessage(true);
            to.end(frame.limit());
        };
    }

    static Consumer<ClientFrameWriter> giveBack(long number, long consumer, long epoch, long failed) {
        return to -> {
            var frame = to.giveBack(1).number(number).consumerId(consumer).epoch(epoch);
            var range =
                    frame.failedCount(1).next().priority((short) 4).runLength(1).firstSequence(failed);
            range.flags().clear();
            to.end(frame.limit());
        };
    }

    static Consumer<ClientFrameWriter> reattach(long consumer, long epoch, long first, int count) {
        return to -> {
            var frame = to.reattach(count == 0 ? 0 : 1)
                    .consumerId(consumer)
                    .epoch(epoch)
                    .more((short) 0);
            var held = frame.heldCount(count == 0 ? 0 : 1);
            if (count > 0) {
                held.next()
                        .priority((short) 4)
                        .runLength(count)
                        .firstSequence(first)
                        .flags()
                        .clear();
            }
            to.end(frame.limit());
        };
    }

    private String say(UnsafeBuffer frame) {
        MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(frame, 0);
        switch (header.templateId()) {
            case WelcomeDecoder.TEMPLATE_ID -> {
                WelcomeDecoder welcome = new WelcomeDecoder().wrapAndApplyHeader(frame, 0, header);
                sessionId = welcome.sessionId();
                return "welcome resumed=" + welcome.resumed() + " last=" + welcome.lastNumber();
            }
            case RefusedDecoder.TEMPLATE_ID -> {
                RefusedDecoder refused = new RefusedDecoder().wrapAndApplyHeader(frame, 0, header);
                return "refused " + refused.number() + " " + RefusalCode.of(refused.code());
            }
            case BucketsChangedDecoder.TEMPLATE_ID -> {
                BucketsChangedDecoder buckets = new BucketsChangedDecoder().wrapAndApplyHeader(frame, 0, header);
                return "buckets " + buckets.version() + " of " + buckets.shards();
            }
            case ConfirmedDecoder.TEMPLATE_ID -> {
                return "confirmed "
                        + new ConfirmedDecoder()
                                .wrapAndApplyHeader(frame, 0, header)
                                .through();
            }
            case CreatedDecoder.TEMPLATE_ID -> {
                return "created "
                        + new CreatedDecoder()
                                .wrapAndApplyHeader(frame, 0, header)
                                .number();
            }
            case DeliverDecoder.TEMPLATE_ID -> {
                DeliverDecoder deliver = new DeliverDecoder().wrapAndApplyHeader(frame, 0, header);
                return "deliver " + deliver.consumerId() + " sequence=" + deliver.sequence() + " count="
                        + deliver.deliveryCount();
            }
            case BrowsedDecoder.TEMPLATE_ID -> {
                BrowsedDecoder browsed = new BrowsedDecoder().wrapAndApplyHeader(frame, 0, header);
                return "browsed " + browsed.browserId() + " sequence=" + browsed.sequence();
            }
            case DeliverChunkDecoder.TEMPLATE_ID -> {
                DeliverChunkDecoder chunk = new DeliverChunkDecoder().wrapAndApplyHeader(frame, 0, header);
                return "chunk " + chunk.consumerId() + " sequence=" + chunk.sequence() + " offset="
                        + chunk.bodyOffset();
            }
            case ReattachedDecoder.TEMPLATE_ID -> {
                return "reattached claimed="
                        + new ReattachedDecoder()
                                .wrapAndApplyHeader(frame, 0, header)
                                .claimed();
            }
            case ListEndDecoder.TEMPLATE_ID -> {
                return "list-end "
                        + new ListEndDecoder()
                                .wrapAndApplyHeader(frame, 0, header)
                                .requestId();
            }
            case PurgedDecoder.TEMPLATE_ID -> {
                return "purged "
                        + new PurgedDecoder()
                                .wrapAndApplyHeader(frame, 0, header)
                                .messages();
            }
            case SendCreditDecoder.TEMPLATE_ID -> {
                return "credit";
            }
            case BrowseEndDecoder.TEMPLATE_ID -> {
                return "browse-end "
                        + new BrowseEndDecoder()
                                .wrapAndApplyHeader(frame, 0, header)
                                .browserId();
            }
            default -> {
                return "template " + header.templateId();
            }
        }
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public ByteBuf allocate(int initialBytes) {
        return Unpooled.directBuffer(initialBytes);
    }

    @Override
    public void write(ByteBuf frames) {
        while (frames.isReadable()) {
            byte[] bytes = new byte[frames.readIntLE()];
            frames.readBytes(bytes);
            heard.add(say(new UnsafeBuffer(bytes)));
        }
        frames.release();
    }

    @Override
    public long queuedBytes() {
        return queuedBytes;
    }

    @Override
    public void inboxHasRoom() {}

    @Override
    public void close() {
        closed = true;
        onClose.run();
    }
}
