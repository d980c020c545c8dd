package dev.sluice.wire;

import dev.sluice.wire.codec.BrowseEndDecoder;
import dev.sluice.wire.codec.BrowsedDecoder;
import dev.sluice.wire.codec.BucketsChangedDecoder;
import dev.sluice.wire.codec.ConfirmedDecoder;
import dev.sluice.wire.codec.ConsumerClosedDecoder;
import dev.sluice.wire.codec.CreatedDecoder;
import dev.sluice.wire.codec.DeliverChunkDecoder;
import dev.sluice.wire.codec.DeliverDecoder;
import dev.sluice.wire.codec.DestinationInfoDecoder;
import dev.sluice.wire.codec.ListEndDecoder;
import dev.sluice.wire.codec.MembersDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.PurgedDecoder;
import dev.sluice.wire.codec.ReattachedDecoder;
import dev.sluice.wire.codec.RedirectDecoder;
import dev.sluice.wire.codec.RefusedDecoder;
import dev.sluice.wire.codec.SendCreditDecoder;
import dev.sluice.wire.codec.ServerHeartbeatDecoder;
import dev.sluice.wire.codec.TransactionInfoDecoder;
import dev.sluice.wire.codec.TransactionPartDecoder;
import dev.sluice.wire.codec.WelcomeDecoder;
import io.netty.buffer.ByteBuf;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Turns frames of a server into calls of {@link ServerFrames}. Allocates nothing; owned by one thread. The frames have passed {@link FrameChecker}. */
public final class ServerFrameAdapter {
    private final UnsafeBuffer view = new UnsafeBuffer();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final WelcomeDecoder welcome = new WelcomeDecoder();
    private final BucketsChangedDecoder bucketsChanged = new BucketsChangedDecoder();
    private final RedirectDecoder redirect = new RedirectDecoder();
    private final MembersDecoder members = new MembersDecoder();
    private final RefusedDecoder refused = new RefusedDecoder();
    private final ConfirmedDecoder confirmed = new ConfirmedDecoder();
    private final CreatedDecoder created = new CreatedDecoder();
    private final DeliverDecoder deliver = new DeliverDecoder();
    private final DeliverChunkDecoder deliverChunk = new DeliverChunkDecoder();
    private final SendCreditDecoder sendCredit = new SendCreditDecoder();
    private final BrowsedDecoder browsed = new BrowsedDecoder();
    private final BrowseEndDecoder browseEnd = new BrowseEndDecoder();
    private final ServerHeartbeatDecoder serverHeartbeat = new ServerHeartbeatDecoder();
    private final ConsumerClosedDecoder consumerClosed = new ConsumerClosedDecoder();
    private final ReattachedDecoder reattached = new ReattachedDecoder();
    private final DestinationInfoDecoder destinationInfo = new DestinationInfoDecoder();
    private final ListEndDecoder listEnd = new ListEndDecoder();
    private final PurgedDecoder purged = new PurgedDecoder();
    private final TransactionInfoDecoder transactionInfo = new TransactionInfoDecoder();
    private final TransactionPartDecoder transactionPart = new TransactionPartDecoder();

    /** Reads whole frames, each behind its length, from the reader index to the end, which it moves. */
    public void readAll(ByteBuf frames, ServerFrames to) {
        int start = frames.readerIndex();
        int length = frames.readableBytes();
        Frames.view(view, frames, start, length);
        int position = 0;
        while (position < length) {
            int frameBytes = view.getInt(position, Wire.BYTE_ORDER);
            int message = position + Wire.LENGTH_BYTES;
            position = message + frameBytes;
            frames.readerIndex(start + position);
            read(view, message, to);
        }
    }

    /** Reads the one frame that begins (after its length) at {@code offset}. */
    public void read(DirectBuffer buffer, int offset, ServerFrames to) {
        header.wrap(buffer, offset);
        int block = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        int blockLength = header.blockLength();
        int version = header.version();
        switch (header.templateId()) {
            case WelcomeDecoder.TEMPLATE_ID -> to.welcome(welcome.wrap(buffer, block, blockLength, version));
            case RefusedDecoder.TEMPLATE_ID -> to.refused(refused.wrap(buffer, block, blockLength, version));
            case ConfirmedDecoder.TEMPLATE_ID -> to.confirmed(confirmed.wrap(buffer, block, blockLength, version));
            case CreatedDecoder.TEMPLATE_ID -> to.created(created.wrap(buffer, block, blockLength, version));
            case DeliverDecoder.TEMPLATE_ID -> to.deliver(deliver.wrap(buffer, block, blockLength, version));
            case DeliverChunkDecoder.TEMPLATE_ID ->
                to.deliverChunk(deliverChunk.wrap(buffer, block, blockLength, version));
            case SendCreditDecoder.TEMPLATE_ID -> to.sendCredit(sendCredit.wrap(buffer, block, blockLength, version));
            case BrowsedDecoder.TEMPLATE_ID -> to.browsed(browsed.wrap(buffer, block, blockLength, version));
            case BrowseEndDecoder.TEMPLATE_ID -> to.browseEnd(browseEnd.wrap(buffer, block, blockLength, version));
            case ServerHeartbeatDecoder.TEMPLATE_ID ->
                to.serverHeartbeat(serverHeartbeat.wrap(buffer, block, blockLength, version));
            case BucketsChangedDecoder.TEMPLATE_ID ->
                to.bucketsChanged(bucketsChanged.wrap(buffer, block, blockLength, version));
            case RedirectDecoder.TEMPLATE_ID -> to.redirect(redirect.wrap(buffer, block, blockLength, version));
            case MembersDecoder.TEMPLATE_ID -> to.members(members.wrap(buffer, block, blockLength, version));
            case ConsumerClosedDecoder.TEMPLATE_ID ->
                to.consumerClosed(consumerClosed.wrap(buffer, block, blockLength, version));
            case ReattachedDecoder.TEMPLATE_ID -> to.reattached(reattached.wrap(buffer, block, blockLength, version));
            case DestinationInfoDecoder.TEMPLATE_ID ->
                to.destinationInfo(destinationInfo.wrap(buffer, block, blockLength, version));
            case ListEndDecoder.TEMPLATE_ID -> to.listEnd(listEnd.wrap(buffer, block, blockLength, version));
            case PurgedDecoder.TEMPLATE_ID -> to.purged(purged.wrap(buffer, block, blockLength, version));
            case TransactionInfoDecoder.TEMPLATE_ID ->
                to.transactionInfo(transactionInfo.wrap(buffer, block, blockLength, version));
            case TransactionPartDecoder.TEMPLATE_ID ->
                to.transactionPart(transactionPart.wrap(buffer, block, blockLength, version));
            default -> throw new FrameException("frame with template " + header.templateId() + ": not one of a server");
        }
    }
}
