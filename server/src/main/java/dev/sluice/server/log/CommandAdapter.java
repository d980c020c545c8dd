package dev.sluice.server.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.server.core.BroughtPolicy;
import dev.sluice.server.core.MachineCommands;
import dev.sluice.server.core.Publication;
import dev.sluice.server.core.Runs;
import dev.sluice.server.core.Session;
import dev.sluice.server.core.Slab;
import dev.sluice.server.core.Xid;
import dev.sluice.server.log.codec.AcknowledgeDecoder;
import dev.sluice.server.log.codec.BegunDecoder;
import dev.sluice.server.log.codec.ChunkDecoder;
import dev.sluice.server.log.codec.CloseConsumerDecoder;
import dev.sluice.server.log.codec.CreateAddressDecoder;
import dev.sluice.server.log.codec.DeadLetterDecoder;
import dev.sluice.server.log.codec.DeleteAddressDecoder;
import dev.sluice.server.log.codec.DeliveredMarkDecoder;
import dev.sluice.server.log.codec.EndSessionDecoder;
import dev.sluice.server.log.codec.ExpireDecoder;
import dev.sluice.server.log.codec.ForgetResultsDecoder;
import dev.sluice.server.log.codec.LoseDecoder;
import dev.sluice.server.log.codec.MessageHeaderDecoder;
import dev.sluice.server.log.codec.OpenConsumerDecoder;
import dev.sluice.server.log.codec.OpenSessionDecoder;
import dev.sluice.server.log.codec.PublishDecoder;
import dev.sluice.server.log.codec.PurgeDecoder;
import dev.sluice.server.log.codec.RefuseDecoder;
import dev.sluice.server.log.codec.ReturnDecoder;
import dev.sluice.server.log.codec.SetClientIdDecoder;
import dev.sluice.server.log.codec.TakeDecoder;
import dev.sluice.server.log.codec.TickDecoder;
import dev.sluice.server.log.codec.TransactDecoder;
import dev.sluice.server.log.codec.UnseenDecoder;
import dev.sluice.server.log.codec.UnsubscribeDecoder;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads what {@link CommandEncoder} wrote, and calls it. Owner: the shard thread. */
public final class CommandAdapter {
    private static final int LENGTH_BYTES = 4;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final OpenSessionDecoder openSession = new OpenSessionDecoder();
    private final EndSessionDecoder endSession = new EndSessionDecoder();
    private final SetClientIdDecoder setClientId = new SetClientIdDecoder();
    private final CreateAddressDecoder createAddress = new CreateAddressDecoder();
    private final DeleteAddressDecoder deleteAddress = new DeleteAddressDecoder();
    private final PublishDecoder publish = new PublishDecoder();
    private final ChunkDecoder chunk = new ChunkDecoder();
    private final OpenConsumerDecoder openConsumer = new OpenConsumerDecoder();
    private final CloseConsumerDecoder closeConsumer = new CloseConsumerDecoder();
    private final AcknowledgeDecoder acknowledge = new AcknowledgeDecoder();
    private final ReturnDecoder giveBack = new ReturnDecoder();
    private final UnsubscribeDecoder unsubscribe = new UnsubscribeDecoder();
    private final PurgeDecoder purge = new PurgeDecoder();
    private final RefuseDecoder refuse = new RefuseDecoder();
    private final TickDecoder tick = new TickDecoder();
    private final ExpireDecoder expire = new ExpireDecoder();
    private final DeliveredMarkDecoder deliveredMark = new DeliveredMarkDecoder();
    private final ForgetResultsDecoder forgetResults = new ForgetResultsDecoder();
    private final TakeDecoder take = new TakeDecoder();
    private final TransactDecoder transact = new TransactDecoder();
    private final LoseDecoder lose = new LoseDecoder();
    private final BegunDecoder begun = new BegunDecoder();
    private final UnseenDecoder unseen = new UnseenDecoder();
    private final DeadLetterDecoder deadLetter = new DeadLetterDecoder();
    private final Publication publication = new Publication();
    private final Runs runs = new Runs();

    /** Reads a batch: {@code length} bytes at {@code offset} of the slab. Returns how many commands it had. */
    @CanIgnoreReturnValue
    public int read(Slab slab, int offset, int length, MachineCommands to) {
        UnsafeBuffer buffer = slab.buffer();
        int end = offset + length;
        int commands = 0;
        for (int at = offset; at < end; commands++) {
            int bytes = buffer.getInt(at);
            read(slab, at + LENGTH_BYTES, to);
            at += LENGTH_BYTES + bytes;
        }
        return commands;
    }

    private void read(Slab slab, int at, MachineCommands to) {
        UnsafeBuffer buffer = slab.buffer();
        header.wrap(buffer, at);
        int body = at + MessageHeaderDecoder.ENCODED_LENGTH;
        int block = header.blockLength();
        int version = header.version();
        switch (header.templateId()) {
            case PublishDecoder.TEMPLATE_ID -> publish(slab, publish.wrap(buffer, body, block, version), to);
            case AcknowledgeDecoder.TEMPLATE_ID -> acknowledge(acknowledge.wrap(buffer, body, block, version), to);
            case DeliveredMarkDecoder.TEMPLATE_ID -> {
                deliveredMark.wrap(buffer, body, block, version);
                to.deliveredMark(deliveredMark.subscriptionId(), deliveredMark.priority(), deliveredMark.sequence());
            }
            case ChunkDecoder.TEMPLATE_ID -> chunk(slab, chunk.wrap(buffer, body, block, version), to);
            case ReturnDecoder.TEMPLATE_ID -> giveBack(giveBack.wrap(buffer, body, block, version), to);
            case TakeDecoder.TEMPLATE_ID -> take(take.wrap(buffer, body, block, version), to);
            case TransactDecoder.TEMPLATE_ID -> transact(transact.wrap(buffer, body, block, version), to);
            case ExpireDecoder.TEMPLATE_ID -> expire(expire.wrap(buffer, body, block, version), to);
            case TickDecoder.TEMPLATE_ID ->
                to.tick((int) tick.wrap(buffer, body, block, version).most());
            case ForgetResultsDecoder.TEMPLATE_ID -> {
                forgetResults.wrap(buffer, body, block, version);
                to.forgetAnswers(forgetResults.sessionId(), forgetResults.through());
            }
            case BegunDecoder.TEMPLATE_ID -> {
                begun.wrap(buffer, body, block, version);
                int failed = (int) begun.failed();
                to.begun(begun.subscriptionId(), begun.priority(), begun.sequence(), failed, begun.suspected() == 1);
            }
            case UnseenDecoder.TEMPLATE_ID -> unseen(unseen.wrap(buffer, body, block, version), to);
            case DeadLetterDecoder.TEMPLATE_ID -> deadLetter(slab, deadLetter.wrap(buffer, body, block, version), to);
            default -> readRare(buffer, body, to);
        }
    }

    private void readRare(UnsafeBuffer buffer, int body, MachineCommands to) {
        int block = header.blockLength();
        int version = header.version();
        switch (header.templateId()) {
            case OpenSessionDecoder.TEMPLATE_ID -> {
                openSession.wrap(buffer, body, block, version);
                to.openSession(openSession.keyHigh(), openSession.keyLow(), openSession.clientId());
            }
            case EndSessionDecoder.TEMPLATE_ID -> {
                endSession.wrap(buffer, body, block, version);
                to.endSession(endSession.sessionId(), endSession.number());
            }
            case SetClientIdDecoder.TEMPLATE_ID -> {
                setClientId.wrap(buffer, body, block, version);
                to.setClientId(setClientId.sessionId(), setClientId.number(), setClientId.clientId());
            }
            case CreateAddressDecoder.TEMPLATE_ID ->
                createAddress(createAddress.wrap(buffer, body, block, version), to);
            case DeleteAddressDecoder.TEMPLATE_ID -> {
                deleteAddress.wrap(buffer, body, block, version);
                to.deleteAddress(deleteAddress.sessionId(), deleteAddress.number(), deleteAddress.addressId());
            }
            case OpenConsumerDecoder.TEMPLATE_ID -> openConsumer(openConsumer.wrap(buffer, body, block, version), to);
            case CloseConsumerDecoder.TEMPLATE_ID -> {
                closeConsumer.wrap(buffer, body, block, version);
                to.closeConsumer(closeConsumer.sessionId(), closeConsumer.number(), closeConsumer.consumerId());
            }
            case UnsubscribeDecoder.TEMPLATE_ID -> {
                unsubscribe.wrap(buffer, body, block, version);
                to.unsubscribe(unsubscribe.sessionId(), unsubscribe.number(), unsubscribe.subscription());
            }
            case LoseDecoder.TEMPLATE_ID ->
                to.lose(lose.wrap(buffer, body, block, version).sessionId());
            case PurgeDecoder.TEMPLATE_ID -> purge(purge.wrap(buffer, body, block, version), to);
            case RefuseDecoder.TEMPLATE_ID -> {
                refuse.wrap(buffer, body, block, version);
                to.refuse(
                        refuse.sessionId(),
                        refuse.number(),
                        new MachineCommands.Dropped(refuse.stageId(), refuse.transactionId()),
                        new Session.Answer(
                                RefusalCode.of(refuse.code()), refuse.limitValue(), refuse.actualValue(), ""));
            }
            default ->
                throw new LogException("the log has a command " + header.templateId() + " of version " + version
                        + ", which this version does not know: start a newer one");
        }
    }

    private void publish(Slab slab, PublishDecoder command, MachineCommands to) {
        publication.sessionId = command.sessionId();
        publication.number = command.number();
        publication.addressId = command.addressId();
        publication.timeToLiveMillis = command.timeToLiveMillis();
        publication.delayMillis = command.delayMillis();
        publication.stageId = command.stageId();
        publication.transactionId = command.transactionId();
        publication.priority = command.priority();
        publication.staged = command.flags() != 0;
        publication.length = command.envelopeLength();
        publication.offset = command.limit() + PublishDecoder.envelopeHeaderLength();
        publication.buffer = slab.buffer();
        publication.slab = slab;
        to.publish(publication);
    }

    private static void deadLetter(Slab slab, DeadLetterDecoder command, MachineCommands to) {
        MachineCommands.Source source =
                new MachineCommands.Source(command.subscriptionId(), command.lane(), command.sequence());
        MachineCommands.Body body = new MachineCommands.Body(command.bodyNumber(), command.bodyBytes());
        String queue = command.queue();
        int length = command.envelopeLength();
        int offset = command.limit() + DeadLetterDecoder.envelopeHeaderLength();
        to.deadLetter(new MachineCommands.DeadLetter(
                source, queue, body, new MachineCommands.Bytes(slab.buffer(), offset, length, slab)));
    }

    private static void chunk(Slab slab, ChunkDecoder command, MachineCommands to) {
        int length = command.dataLength();
        int offset = command.limit() + ChunkDecoder.dataHeaderLength();
        to.chunk(
                command.sessionId(),
                command.number(),
                new MachineCommands.Chunk(
                        command.stageId(), command.bodyOffset(), slab.buffer(), offset, length, slab));
    }

    private static void createAddress(CreateAddressDecoder command, MachineCommands to) {
        to.createAddress(
                command.sessionId(),
                command.number(),
                new MachineCommands.NewAddress(
                        command.kind() == 1, command.name(), (command.flags() & 1) != 0, (command.flags() & 2) != 0));
    }

    private static void openConsumer(OpenConsumerDecoder command, MachineCommands to) {
        BroughtPolicy policy = new BroughtPolicy(
                command.redeliveryLimit(),
                command.redeliveryDelayMillis(),
                command.redeliveryDelayGrowth(),
                command.redeliveryDelayMillisMax());
        to.openConsumer(
                command.sessionId(),
                command.number(),
                new MachineCommands.NewConsumer(
                        command.consumerId(),
                        command.addressId(),
                        SubscriptionKind.get(command.kind()),
                        command.flags() != 0,
                        command.subscription(),
                        command.selector(),
                        policy));
    }

    private void acknowledge(AcknowledgeDecoder command, MachineCommands to) {
        runs.clear();
        for (AcknowledgeDecoder.RangesDecoder range : command.ranges()) {
            runs.add(range.priority(), range.firstSequence(), (int) range.runLength());
        }
        to.acknowledge(command.sessionId(), command.number(), command.subscriptionId(), runs);
    }

    private void take(TakeDecoder command, MachineCommands to) {
        long transactionId = command.transactionId();
        long consumerId = command.consumerId();
        long subscriptionId = command.subscriptionId();
        boolean held = command.held() != 0;
        runs.clear();
        for (TakeDecoder.RangesDecoder range : command.ranges()) {
            runs.add(range.lane(), range.firstSequence(), (int) range.runLength());
        }
        to.take(
                command.sessionId(),
                command.number(),
                new MachineCommands.Taking(transactionId, consumerId, subscriptionId, held, runs));
    }

    private static void transact(TransactDecoder command, MachineCommands to) {
        TransactKind kind = TransactKind.get(command.kind());
        boolean isGlobal = command.global() != 0;
        int formatId = command.formatId();
        byte[] global = new byte[command.globalTransactionIdLength()];
        command.getGlobalTransactionId(global, 0, global.length);
        byte[] qualifier = new byte[command.branchQualifierLength()];
        command.getBranchQualifier(qualifier, 0, qualifier.length);
        to.transact(
                command.sessionId(),
                command.number(),
                new MachineCommands.Transact(
                        kind,
                        command.transactionId(),
                        isGlobal ? Xid.of(formatId, global, qualifier) : null,
                        command.timeoutMillis(),
                        command.parts()));
    }

    private void giveBack(ReturnDecoder command, MachineCommands to) {
        runs.clear();
        for (ReturnDecoder.RangesDecoder range : command.ranges()) {
            runs.add(range.priority(), range.firstSequence(), (int) range.runLength());
        }
        to.giveBack(
                command.sessionId(),
                command.number(),
                new MachineCommands.Returned(command.subscriptionId(), command.consumerId(), command.epoch(), runs));
    }

    private void expire(ExpireDecoder command, MachineCommands to) {
        runs.clear();
        for (ExpireDecoder.RangesDecoder range : command.ranges()) {
            runs.add(range.priority(), range.firstSequence(), (int) range.runLength());
        }
        to.expire(command.subscriptionId(), runs);
    }

    private void unseen(UnseenDecoder command, MachineCommands to) {
        runs.clear();
        for (UnseenDecoder.RangesDecoder range : command.ranges()) {
            runs.add(range.priority(), range.firstSequence(), (int) range.runLength());
        }
        to.unseen(command.subscriptionId(), runs);
    }

    private void purge(PurgeDecoder command, MachineCommands to) {
        runs.clear();
        for (PurgeDecoder.RangesDecoder range : command.ranges()) {
            runs.add(range.priority(), range.firstSequence(), (int) range.runLength());
        }
        to.purge(command.sessionId(), command.number(), command.addressId(), command.last() != 0, runs);
    }
}
