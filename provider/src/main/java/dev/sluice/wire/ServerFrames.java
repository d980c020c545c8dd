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
import dev.sluice.wire.codec.PurgedDecoder;
import dev.sluice.wire.codec.ReattachedDecoder;
import dev.sluice.wire.codec.RedirectDecoder;
import dev.sluice.wire.codec.RefusedDecoder;
import dev.sluice.wire.codec.SendCreditDecoder;
import dev.sluice.wire.codec.ServerHeartbeatDecoder;
import dev.sluice.wire.codec.TransactionInfoDecoder;
import dev.sluice.wire.codec.TransactionPartDecoder;
import dev.sluice.wire.codec.WelcomeDecoder;

/**
 * Everything that a server may say. The decoders are flyweights over the frame, good until the call returns; their groups and data
 * are read in the order of the schema.
 */
public interface ServerFrames {
    void welcome(WelcomeDecoder frame);

    /** Another server serves the shard; in place of Welcome. */
    void redirect(RedirectDecoder frame);

    void members(MembersDecoder frame);

    /** The frame. */
    void bucketsChanged(BucketsChangedDecoder frame);

    void refused(RefusedDecoder frame);

    void confirmed(ConfirmedDecoder frame);

    void created(CreatedDecoder frame);

    void deliver(DeliverDecoder frame);

    void deliverChunk(DeliverChunkDecoder frame);

    void sendCredit(SendCreditDecoder frame);

    void browsed(BrowsedDecoder frame);

    void browseEnd(BrowseEndDecoder frame);

    void serverHeartbeat(ServerHeartbeatDecoder frame);

    void consumerClosed(ConsumerClosedDecoder frame);

    void reattached(ReattachedDecoder frame);

    void destinationInfo(DestinationInfoDecoder frame);

    void listEnd(ListEndDecoder frame);

    void purged(PurgedDecoder frame);

    void transactionInfo(TransactionInfoDecoder frame);

    /** A destination of one transaction of a list. */
    void transactionPart(TransactionPartDecoder frame);
}
