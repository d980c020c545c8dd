package dev.sluice.link;

import dev.sluice.wire.ClientFrameWriter;
import dev.sluice.wire.FrameChecker;
import dev.sluice.wire.Frames;
import dev.sluice.wire.codec.AcknowledgeEncoder;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.CloseConsumerEncoder;
import dev.sluice.wire.codec.OpenConsumerEncoder;
import dev.sluice.wire.codec.PublishEncoder;
import dev.sluice.wire.codec.ReturnEncoder;
import dev.sluice.wire.codec.TakeEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import javax.transaction.xa.Xid;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes commands into frames of their own, on the heap; numbers are put in later. What breaks a limit is refused with a {@link
 * dev.sluice.wire.FrameException}. Owned by one thread.
 */
public final class CommandEncoder {
    private static final int FRAME_OVERHEAD = 64;
    private static final int TEMPORARY = 1;
    private static final int MUST_EXIST = 2;
    private static final int RANGE_BYTES = AcknowledgeEncoder.RangesEncoder.sbeBlockLength();

    private final ClientFrameWriter writer = new ClientFrameWriter();
    private final FrameChecker checker = FrameChecker.ofClientFrames();
    private final UnsafeBuffer view = new UnsafeBuffer();

    /** A message whose body is in the envelope (stage 0) or was sent in chunks of that stage. The envelope is read, not released. */
    public ByteBuf publish(Link.Publication publication, boolean persistent, long stageId, ByteBuf envelope) {
        int bytes = envelope.readableBytes();
        ByteBuf frame = begin(bytes);
        Frames.view(view, envelope, envelope.readerIndex(), bytes);
        PublishEncoder publish = writer.publish(bytes)
                .number(persistent ? 1 : 0)
                .addressId(publication.addressId())
                .timeToLiveMillis(publication.timeToLiveMillis())
                .delayMillis(publication.delayMillis())
                .stageId(stageId)
                .transactionId(publication.transactionId())
                .priority((short) publication.priority());
        publish.flags().clear().persistent(persistent).staged(stageId != 0);
        writer.end(publish.putEnvelope(view, 0, bytes).limit());
        return checked(frame);
    }

    /** A part of a body. */
    public ByteBuf chunk(boolean persistent, long stageId, long bodyOffset, ByteBuf data) {
        int bytes = data.readableBytes();
        ByteBuf frame = begin(bytes);
        Frames.view(view, data, data.readerIndex(), bytes);
        writer.end(writer.chunk(bytes)
                .number(persistent ? 1 : 0)
                .stageId(stageId)
                .bodyOffset(bodyOffset)
                .putData(view, 0, bytes)
                .limit());
        return checked(frame);
    }

    /** Drops an upload that will not be finished: a part that begins where none can. */
    public ByteBuf dropStage(boolean persistent, long stageId) {
        return chunk(persistent, stageId, Long.MAX_VALUE, Unpooled.EMPTY_BUFFER);
    }

    /** Names the client. */
    public ByteBuf setClientId(String clientId) {
        byte[] name = utf8(clientId);
        ByteBuf frame = begin(name.length);
        writer.end(writer.setClientId(name.length)
                .number(1)
                .putClientId(name, 0, name.length)
                .limit());
        return checked(frame);
    }

    /** Resolves or creates a destination. */
    public ByteBuf createAddress(AddressKind kind, int flags, String name) {
        byte[] bytes = utf8(name);
        ByteBuf frame = begin(bytes.length);
        var create = writer.createAddress(bytes.length).number(1).kind(kind);
        create.flags().clear().temporary((flags & TEMPORARY) != 0).mustExist((flags & MUST_EXIST) != 0);
        writer.end(create.putName(bytes, 0, bytes.length).limit());
        return checked(frame);
    }

    /** Deletes a destination. */
    public ByteBuf deleteAddress(long addressId) {
        ByteBuf frame = begin(0);
        writer.end(writer.deleteAddress().number(1).addressId(addressId).limit());
        return checked(frame);
    }

    /** Ends a subscription. */
    public ByteBuf unsubscribe(String subscription) {
        byte[] name = utf8(subscription);
        ByteBuf frame = begin(name.length);
        writer.end(writer.unsubscribe(name.length)
                .number(1)
                .putSubscription(name, 0, name.length)
                .limit());
        return checked(frame);
    }

    /** Removes messages. */
    public ByteBuf purge(long addressId) {
        ByteBuf frame = begin(0);
        writer.end(writer.purge().number(1).addressId(addressId).limit());
        return checked(frame);
    }

    /** Ends the session. */
    public ByteBuf closeSession() {
        ByteBuf frame = begin(0);
        writer.end(writer.closeSession().number(1).limit());
        return checked(frame);
    }

    ByteBuf openConsumer(Link.ConsumerSpec spec) {
        byte[] subscription = utf8(spec.subscription());
        byte[] selector = utf8(spec.selector());
        ByteBuf frame = begin(subscription.length + selector.length);
        OpenConsumerEncoder open = writer.openConsumer(subscription.length + selector.length)
                .number(1)
                .consumerId(spec.consumerId())
                .addressId(spec.addressId())
                .kind(spec.kind())
                .startPosition(0)
                .redeliveryLimit(spec.redelivery().limit())
                .redeliveryDelayMillis(spec.redelivery().delayMillis())
                .redeliveryDelayGrowth(spec.redelivery().growth())
                .redeliveryDelayMillisMax(spec.redelivery().delayMillisMax());
        open.flags().clear().noLocal(spec.noLocal());
        open.putSubscription(subscription, 0, subscription.length).putSelector(selector, 0, selector.length);
        writer.end(open.putPattern(selector, 0, 0).limit());
        return checked(frame);
    }

    /** Ranges from {@code from} to {@code to}, exclusively, none of them transient. */
    ByteBuf acknowledge(long consumerId, boolean awaited, Ranges ranges, int from, int to) {
        return acknowledge(consumerId, 1, !awaited, ranges, from, to);
    }

    /** As {@link #acknowledge}, all of them transient: without a number. */
    ByteBuf acknowledgeTransient(long consumerId, Ranges ranges, int from, int to) {
        return acknowledge(consumerId, 0, false, ranges, from, to);
    }

    private ByteBuf acknowledge(long consumerId, long number, boolean unawaited, Ranges ranges, int from, int to) {
        int count = to - from;
        ByteBuf frame = begin(count * RANGE_BYTES);
        AcknowledgeEncoder acknowledge =
                writer.acknowledge(count).number(number).consumerId(consumerId);
        AcknowledgeEncoder.RangesEncoder group = acknowledge.rangesCount(count);
        for (int index = from; index < to; index++) {
            group.next()
                    .priority((short) ranges.priority(index))
                    .runLength(ranges.count(index))
                    .firstSequence(ranges.first(index));
            group.flags().clear().transientMessage(ranges.isTransient(index)).unawaited(unawaited);
        }
        writer.end(acknowledge.limit());
        return checked(frame);
    }

    /** Ranges from {@code from} to {@code to}, exclusively; the transient ones are of {@code incarnation}. */
    ByteBuf take(ConsumerCommand.Acknowledge command, long incarnation, Ranges ranges, int from, int to) {
        ByteBuf frame = begin((to - from) * RANGE_BYTES);
        TakeEncoder take = writer.take(to - from)
                .number(1)
                .consumerId(command.consumerId())
                .transactionId(command.transactionId)
                .incarnation(incarnation);
        TakeEncoder.RangesEncoder group = take.rangesCount(to - from);
        for (int index = from; index < to; index++) {
            group.next()
                    .priority((short) ranges.priority(index))
                    .runLength(ranges.count(index))
                    .firstSequence(ranges.first(index));
            group.flags().clear().transientMessage(ranges.isTransient(index));
        }
        writer.end(take.limit());
        return checked(frame);
    }

    /** Begins, goes on with or ends a transaction. */
    public ByteBuf transact(Link.Transaction what) {
        Xid xid = what.xid();
        byte[] global = xid == null ? new byte[0] : xid.getGlobalTransactionId();
        byte[] branch = xid == null ? new byte[0] : xid.getBranchQualifier();
        ByteBuf frame = begin(global.length + branch.length);
        writer.end(writer.transact(global.length + branch.length)
                .number(1)
                .transactionId(what.transactionId())
                .timeoutMillis(what.timeoutMillis())
                .formatId(xid == null ? 0 : xid.getFormatId())
                .kind(what.kind())
                .parts(what.parts())
                .putGlobalTransactionId(global, 0, global.length)
                .putBranchQualifier(branch, 0, branch.length)
                .limit());
        return checked(frame);
    }

    /** As {@link #acknowledge}. */
    ByteBuf giveBack(long consumerId, long epoch, Ranges ranges, int from, int to) {
        ByteBuf frame = begin((to - from) * RANGE_BYTES);
        ReturnEncoder giveBack =
                writer.giveBack(to - from).number(1).consumerId(consumerId).epoch(epoch);
        ReturnEncoder.FailedEncoder group = giveBack.failedCount(to - from);
        for (int index = from; index < to; index++) {
            group.next()
                    .priority((short) ranges.priority(index))
                    .runLength(ranges.count(index))
                    .firstSequence(ranges.first(index));
            group.flags().clear().transientMessage(ranges.isTransient(index));
        }
        writer.end(giveBack.limit());
        return checked(frame);
    }

    /** As {@link #acknowledge}, from the first on. */
    ByteBuf closeConsumer(long consumerId, Ranges retained, int count) {
        ByteBuf frame = begin(count * RANGE_BYTES);
        CloseConsumerEncoder close = writer.closeConsumer(count).number(1).consumerId(consumerId);
        CloseConsumerEncoder.RetainedEncoder group = close.retainedCount(count);
        for (int index = 0; index < count; index++) {
            group.next()
                    .priority((short) retained.priority(index))
                    .runLength(retained.count(index))
                    .firstSequence(retained.first(index));
            group.flags().clear().transientMessage(retained.isTransient(index));
        }
        writer.end(close.limit());
        return checked(frame);
    }

    /** What the server would not take ends here, and not with the connection. */
    private ByteBuf checked(ByteBuf frame) {
        checker.checkAll(frame);
        return frame;
    }

    private ByteBuf begin(int dataBytes) {
        ByteBuf frame = Unpooled.buffer(FRAME_OVERHEAD + dataBytes);
        writer.abandon();
        writer.into(frame);
        return frame;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
