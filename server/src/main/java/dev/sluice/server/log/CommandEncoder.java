package dev.sluice.server.log;

import dev.sluice.server.core.BroughtPolicy;
import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.Publication;
import dev.sluice.server.core.Runs;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Slab;
import dev.sluice.server.core.Xid;
import dev.sluice.server.log.codec.AcknowledgeEncoder;
import dev.sluice.server.log.codec.BegunEncoder;
import dev.sluice.server.log.codec.ChunkEncoder;
import dev.sluice.server.log.codec.CloseConsumerEncoder;
import dev.sluice.server.log.codec.CreateAddressEncoder;
import dev.sluice.server.log.codec.DeadLetterEncoder;
import dev.sluice.server.log.codec.DeleteAddressEncoder;
import dev.sluice.server.log.codec.DeliveredMarkEncoder;
import dev.sluice.server.log.codec.EndSessionEncoder;
import dev.sluice.server.log.codec.ExpireEncoder;
import dev.sluice.server.log.codec.ForgetResultsEncoder;
import dev.sluice.server.log.codec.LoseEncoder;
import dev.sluice.server.log.codec.MessageHeaderEncoder;
import dev.sluice.server.log.codec.OpenConsumerEncoder;
import dev.sluice.server.log.codec.OpenSessionEncoder;
import dev.sluice.server.log.codec.PublishEncoder;
import dev.sluice.server.log.codec.PurgeEncoder;
import dev.sluice.server.log.codec.RefuseEncoder;
import dev.sluice.server.log.codec.ReturnEncoder;
import dev.sluice.server.log.codec.SetClientIdEncoder;
import dev.sluice.server.log.codec.TakeEncoder;
import dev.sluice.server.log.codec.TickEncoder;
import dev.sluice.server.log.codec.TransactEncoder;
import dev.sluice.server.log.codec.UnseenEncoder;
import dev.sluice.server.log.codec.UnsubscribeEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes commands one after another into a slab, each behind its length: the batch to be proposed. The caller sees to it that there is
 * room ({@link #bytesFor}). Owner: the shard thread.
 */
public final class CommandEncoder implements MachineCommands {
    /** Bytes of any command beside its data and runs, at most. */
    public static final int FIXED_BYTES = 128;

    /** Bytes of a run. */
    public static final int RUN_BYTES = 16;

    private static final int LENGTH_BYTES = 4;
    private static final byte[] NOTHING = {};

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final OpenSessionEncoder openSession = new OpenSessionEncoder();
    private final EndSessionEncoder endSession = new EndSessionEncoder();
    private final SetClientIdEncoder setClientId = new SetClientIdEncoder();
    private final CreateAddressEncoder createAddress = new CreateAddressEncoder();
    private final DeleteAddressEncoder deleteAddress = new DeleteAddressEncoder();
    private final PublishEncoder publish = new PublishEncoder();
    private final ChunkEncoder chunk = new ChunkEncoder();
    private final OpenConsumerEncoder openConsumer = new OpenConsumerEncoder();
    private final CloseConsumerEncoder closeConsumer = new CloseConsumerEncoder();
    private final AcknowledgeEncoder acknowledge = new AcknowledgeEncoder();
    private final ReturnEncoder giveBack = new ReturnEncoder();
    private final UnsubscribeEncoder unsubscribe = new UnsubscribeEncoder();
    private final PurgeEncoder purge = new PurgeEncoder();
    private final RefuseEncoder refuse = new RefuseEncoder();
    private final TickEncoder tick = new TickEncoder();
    private final ExpireEncoder expire = new ExpireEncoder();
    private final DeliveredMarkEncoder deliveredMark = new DeliveredMarkEncoder();
    private final ForgetResultsEncoder forgetResults = new ForgetResultsEncoder();
    private final TakeEncoder take = new TakeEncoder();
    private final TransactEncoder transact = new TransactEncoder();
    private final LoseEncoder lose = new LoseEncoder();
    private final BegunEncoder begun = new BegunEncoder();
    private final UnseenEncoder unseen = new UnseenEncoder();
    private final DeadLetterEncoder deadLetter = new DeadLetterEncoder();
    private UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
    private int position;

    /** Writes from {@code offset} of the slab on. */
    public void into(Slab slab, int offset) {
        buffer = slab.buffer();
        position = offset;
    }

    /** Where the next command begins. */
    public int position() {
        return position;
    }

    /** Whether a command with so many bytes of data and so many runs has room. */
    public boolean hasRoom(long dataBytes, int runs) {
        return buffer.capacity() - position >= bytesFor(dataBytes, runs);
    }

    /** The most that such a command takes. */
    public static long bytesFor(long dataBytes, int runs) {
        return FIXED_BYTES + dataBytes + (long) runs * RUN_BYTES;
    }

    private void end(int limit) {
        buffer.putInt(position, limit - position - LENGTH_BYTES);
        position = limit;
    }

    private int begin() {
        return position + LENGTH_BYTES;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void openSession(long keyHigh, long keyLow, String clientId) {
        byte[] name = utf8(clientId);
        end(openSession
                .wrapAndApplyHeader(buffer, begin(), header)
                .keyHigh(keyHigh)
                .keyLow(keyLow)
                .putClientId(name, 0, name.length)
                .limit());
    }

    @Override
    public void endSession(long sessionId, long number) {
        end(endSession
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .limit());
    }

    @Override
    public void setClientId(long sessionId, long number, String clientId) {
        byte[] name = utf8(clientId);
        end(setClientId
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .putClientId(name, 0, name.length)
                .limit());
    }

    @Override
    public void createAddress(long sessionId, long number, NewAddress address) {
        byte[] name = utf8(address.name());
        int flags = (address.temporary() ? 1 : 0) | (address.mustExist() ? 2 : 0);
        end(createAddress
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .kind((short) (address.topic() ? 1 : 0))
                .flags((short) flags)
                .putName(name, 0, name.length)
                .limit());
    }

    @Override
    public void deleteAddress(long sessionId, long number, long addressId) {
        end(deleteAddress
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .addressId(addressId)
                .limit());
    }

    @Override
    public void publish(Publication message) {
        end(publish.wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(message.sessionId)
                .number(message.number)
                .addressId(message.addressId)
                .timeToLiveMillis(message.timeToLiveMillis)
                .delayMillis(message.delayMillis)
                .stageId(message.stageId)
                .transactionId(message.transactionId)
                .priority((short) message.priority)
                .flags((short) (message.staged ? 1 : 0))
                .putEnvelope(message.buffer, message.offset, message.length)
                .limit());
    }

    @Override
    public void chunk(long sessionId, long number, Chunk piece) {
        end(chunk.wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .stageId(piece.stageId())
                .bodyOffset(piece.bodyOffset())
                .putData(piece.buffer(), piece.offset(), piece.length())
                .limit());
    }

    @Override
    public void openConsumer(long sessionId, long number, NewConsumer consumer) {
        byte[] subscription = utf8(consumer.subscription());
        byte[] selector = utf8(consumer.selector());
        BroughtPolicy policy = consumer.policy();
        end(openConsumer
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .consumerId(consumer.consumerId())
                .addressId(consumer.addressId())
                .kind(consumer.kind().value())
                .flags((short) (consumer.noLocal() ? 1 : 0))
                .redeliveryLimit(policy.limit())
                .redeliveryDelayMillis(policy.delayMillis())
                .redeliveryDelayGrowth(policy.growth())
                .redeliveryDelayMillisMax(policy.delayMillisMax())
                .putSubscription(subscription, 0, subscription.length)
                .putSelector(selector, 0, selector.length)
                .limit());
    }

    @Override
    public void closeConsumer(long sessionId, long number, long consumerId) {
        end(closeConsumer
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .consumerId(consumerId)
                .limit());
    }

    @Override
    public void acknowledge(long sessionId, long number, long subscriptionId, Runs runs) {
        AcknowledgeEncoder.RangesEncoder ranges = acknowledge
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .subscriptionId(subscriptionId)
                .rangesCount(runs.size());
        for (int run = 0; run < runs.size(); run++) {
            ranges.next()
                    .priority((short) runs.lane(run))
                    .runLength(runs.count(run))
                    .firstSequence(runs.first(run));
        }
        end(acknowledge.limit());
    }

    @Override
    public void giveBack(long sessionId, long number, Returned returned) {
        Runs runs = returned.runs();
        ReturnEncoder.RangesEncoder ranges = giveBack.wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .subscriptionId(returned.subscriptionId())
                .consumerId(returned.consumerId())
                .epoch(returned.epoch())
                .rangesCount(runs.size());
        for (int run = 0; run < runs.size(); run++) {
            ranges.next()
                    .priority((short) runs.lane(run))
                    .runLength(runs.count(run))
                    .firstSequence(runs.first(run));
        }
        end(giveBack.limit());
    }

    @Override
    public void unsubscribe(long sessionId, long number, String subscription) {
        byte[] name = utf8(subscription);
        end(unsubscribe
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .putSubscription(name, 0, name.length)
                .limit());
    }

    @Override
    public void purge(long sessionId, long number, long addressId, boolean last, Runs runs) {
        PurgeEncoder.RangesEncoder ranges = purge.wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .addressId(addressId)
                .last((short) (last ? 1 : 0))
                .rangesCount(runs.size());
        for (int run = 0; run < runs.size(); run++) {
            ranges.next()
                    .priority((short) runs.lane(run))
                    .runLength(runs.count(run))
                    .firstSequence(runs.first(run));
        }
        end(purge.limit());
    }

    @Override
    public void refuse(long sessionId, long number, Dropped dropped, Session.Answer why) {
        end(refuse.wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .stageId(dropped.stageId())
                .transactionId(dropped.transactionId())
                .code(Objects.requireNonNull(why.code()).code())
                .limitValue(why.limit())
                .actualValue(why.value())
                .limit());
    }

    @Override
    public void take(long sessionId, long number, Taking taking) {
        Runs runs = taking.runs();
        TakeEncoder.RangesEncoder ranges = take.wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .transactionId(taking.transactionId())
                .consumerId(taking.consumerId())
                .subscriptionId(taking.subscriptionId())
                .held((short) (taking.held() ? 1 : 0))
                .rangesCount(runs.size());
        for (int run = 0; run < runs.size(); run++) {
            ranges.next()
                    .lane((short) runs.lane(run))
                    .runLength(runs.count(run))
                    .firstSequence(runs.first(run));
        }
        end(take.limit());
    }

    @Override
    public void transact(long sessionId, long number, Transact what) {
        Xid xid = what.xid();
        byte[] global = xid == null ? NOTHING : Xid.bytes(xid.globalTransactionId());
        byte[] qualifier = xid == null ? NOTHING : Xid.bytes(xid.branchQualifier());
        end(transact.wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .number(number)
                .transactionId(what.transactionId())
                .timeoutMillis(what.timeoutMillis())
                .formatId(xid == null ? 0 : xid.formatId())
                .kind(what.kind().value())
                .global((short) (xid == null ? 0 : 1))
                .parts(what.parts())
                .putGlobalTransactionId(global, 0, global.length)
                .putBranchQualifier(qualifier, 0, qualifier.length)
                .limit());
    }

    @Override
    public void lose(long sessionId) {
        end(lose.wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .limit());
    }

    @Override
    public void tick(int most) {
        end(tick.wrapAndApplyHeader(buffer, begin(), header).most(most).limit());
    }

    @Override
    public void expire(long subscriptionId, Runs runs) {
        ExpireEncoder.RangesEncoder ranges = expire.wrapAndApplyHeader(buffer, begin(), header)
                .subscriptionId(subscriptionId)
                .rangesCount(runs.size());
        for (int run = 0; run < runs.size(); run++) {
            ranges.next()
                    .priority((short) runs.lane(run))
                    .runLength(runs.count(run))
                    .firstSequence(runs.first(run));
        }
        end(expire.limit());
    }

    @Override
    public void deliveredMark(long subscriptionId, int priority, long sequence) {
        end(deliveredMark
                .wrapAndApplyHeader(buffer, begin(), header)
                .subscriptionId(subscriptionId)
                .priority((short) priority)
                .sequence(sequence)
                .limit());
    }

    @Override
    public void begun(long subscriptionId, int priority, long sequence, int failed, boolean suspected) {
        end(begun.wrapAndApplyHeader(buffer, begin(), header)
                .subscriptionId(subscriptionId)
                .sequence(sequence)
                .failed(failed)
                .priority((short) priority)
                .suspected((short) (suspected ? 1 : 0))
                .limit());
    }

    @Override
    public void unseen(long subscriptionId, Runs runs) {
        UnseenEncoder.RangesEncoder ranges = unseen.wrapAndApplyHeader(buffer, begin(), header)
                .subscriptionId(subscriptionId)
                .rangesCount(runs.size());
        for (int run = 0; run < runs.size(); run++) {
            ranges.next()
                    .priority((short) runs.lane(run))
                    .runLength(runs.count(run))
                    .firstSequence(runs.first(run));
        }
        end(unseen.limit());
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        byte[] queue = utf8(letter.queue());
        Bytes envelope = letter.envelope();
        end(deadLetter
                .wrapAndApplyHeader(buffer, begin(), header)
                .subscriptionId(letter.source().subscriptionId())
                .sequence(letter.source().sequence())
                .bodyNumber(letter.body().number())
                .bodyBytes(letter.body().bytes())
                .lane((short) letter.source().code())
                .putQueue(queue, 0, queue.length)
                .putEnvelope(envelope.buffer(), envelope.offset(), envelope.length())
                .limit());
    }

    @Override
    public void forgetAnswers(long sessionId, long through) {
        end(forgetResults
                .wrapAndApplyHeader(buffer, begin(), header)
                .sessionId(sessionId)
                .through(through)
                .limit());
    }
}
