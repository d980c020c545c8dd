package dev.sluice.wire;

import dev.sluice.wire.codec.AcknowledgeDecoder;
import dev.sluice.wire.codec.ChunkDecoder;
import dev.sluice.wire.codec.ClientHeartbeatDecoder;
import dev.sluice.wire.codec.CloseBrowserDecoder;
import dev.sluice.wire.codec.CloseConsumerDecoder;
import dev.sluice.wire.codec.CloseSessionDecoder;
import dev.sluice.wire.codec.CreateAddressDecoder;
import dev.sluice.wire.codec.CreditBrowserDecoder;
import dev.sluice.wire.codec.CreditDecoder;
import dev.sluice.wire.codec.DeleteAddressDecoder;
import dev.sluice.wire.codec.HelloDecoder;
import dev.sluice.wire.codec.ListDestinationsDecoder;
import dev.sluice.wire.codec.ListTransactionsDecoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.OpenBrowserDecoder;
import dev.sluice.wire.codec.OpenConsumerDecoder;
import dev.sluice.wire.codec.PublishDecoder;
import dev.sluice.wire.codec.PurgeDecoder;
import dev.sluice.wire.codec.ReattachDecoder;
import dev.sluice.wire.codec.ReturnDecoder;
import dev.sluice.wire.codec.SetClientIdDecoder;
import dev.sluice.wire.codec.TakeDecoder;
import dev.sluice.wire.codec.TransactDecoder;
import dev.sluice.wire.codec.UnsubscribeDecoder;
import io.netty.buffer.ByteBuf;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Turns frames of a client into calls of {@link ClientFrames}. Allocates nothing; owned by one thread. The frames have passed {@link FrameChecker}. */
public final class ClientFrameAdapter {
    private final UnsafeBuffer view = new UnsafeBuffer();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final HelloDecoder hello = new HelloDecoder();
    private final SetClientIdDecoder setClientId = new SetClientIdDecoder();
    private final CreateAddressDecoder createAddress = new CreateAddressDecoder();
    private final DeleteAddressDecoder deleteAddress = new DeleteAddressDecoder();
    private final PublishDecoder publish = new PublishDecoder();
    private final ChunkDecoder chunk = new ChunkDecoder();
    private final OpenConsumerDecoder openConsumer = new OpenConsumerDecoder();
    private final ReattachDecoder reattach = new ReattachDecoder();
    private final CloseConsumerDecoder closeConsumer = new CloseConsumerDecoder();
    private final AcknowledgeDecoder acknowledge = new AcknowledgeDecoder();
    private final ReturnDecoder giveBack = new ReturnDecoder();
    private final CreditDecoder credit = new CreditDecoder();
    private final UnsubscribeDecoder unsubscribe = new UnsubscribeDecoder();
    private final OpenBrowserDecoder openBrowser = new OpenBrowserDecoder();
    private final CreditBrowserDecoder creditBrowser = new CreditBrowserDecoder();
    private final CloseBrowserDecoder closeBrowser = new CloseBrowserDecoder();
    private final ClientHeartbeatDecoder clientHeartbeat = new ClientHeartbeatDecoder();
    private final CloseSessionDecoder closeSession = new CloseSessionDecoder();
    private final ListDestinationsDecoder listDestinations = new ListDestinationsDecoder();
    private final PurgeDecoder purge = new PurgeDecoder();
    private final TakeDecoder take = new TakeDecoder();
    private final TransactDecoder transact = new TransactDecoder();
    private final ListTransactionsDecoder listTransactions = new ListTransactionsDecoder();

    /** Reads whole frames, each behind its length, from the reader index to the end, which it moves. */
    public void readAll(ByteBuf frames, ClientFrames to) {
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
    public void read(DirectBuffer buffer, int offset, ClientFrames to) {
        header.wrap(buffer, offset);
        int block = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        int blockLength = header.blockLength();
        int version = header.version();
        switch (header.templateId()) {
            case HelloDecoder.TEMPLATE_ID -> to.hello(hello.wrap(buffer, block, blockLength, version));
            case SetClientIdDecoder.TEMPLATE_ID ->
                to.setClientId(setClientId.wrap(buffer, block, blockLength, version));
            case CreateAddressDecoder.TEMPLATE_ID ->
                to.createAddress(createAddress.wrap(buffer, block, blockLength, version));
            case DeleteAddressDecoder.TEMPLATE_ID ->
                to.deleteAddress(deleteAddress.wrap(buffer, block, blockLength, version));
            case PublishDecoder.TEMPLATE_ID -> to.publish(publish.wrap(buffer, block, blockLength, version));
            case ChunkDecoder.TEMPLATE_ID -> to.chunk(chunk.wrap(buffer, block, blockLength, version));
            case OpenConsumerDecoder.TEMPLATE_ID ->
                to.openConsumer(openConsumer.wrap(buffer, block, blockLength, version));
            case ReattachDecoder.TEMPLATE_ID -> to.reattach(reattach.wrap(buffer, block, blockLength, version));
            case CloseConsumerDecoder.TEMPLATE_ID ->
                to.closeConsumer(closeConsumer.wrap(buffer, block, blockLength, version));
            case AcknowledgeDecoder.TEMPLATE_ID ->
                to.acknowledge(acknowledge.wrap(buffer, block, blockLength, version));
            case ReturnDecoder.TEMPLATE_ID -> to.giveBack(giveBack.wrap(buffer, block, blockLength, version));
            case CreditDecoder.TEMPLATE_ID -> to.credit(credit.wrap(buffer, block, blockLength, version));
            case UnsubscribeDecoder.TEMPLATE_ID ->
                to.unsubscribe(unsubscribe.wrap(buffer, block, blockLength, version));
            case OpenBrowserDecoder.TEMPLATE_ID ->
                to.openBrowser(openBrowser.wrap(buffer, block, blockLength, version));
            case CreditBrowserDecoder.TEMPLATE_ID ->
                to.creditBrowser(creditBrowser.wrap(buffer, block, blockLength, version));
            case CloseBrowserDecoder.TEMPLATE_ID ->
                to.closeBrowser(closeBrowser.wrap(buffer, block, blockLength, version));
            case ClientHeartbeatDecoder.TEMPLATE_ID ->
                to.clientHeartbeat(clientHeartbeat.wrap(buffer, block, blockLength, version));
            case CloseSessionDecoder.TEMPLATE_ID ->
                to.closeSession(closeSession.wrap(buffer, block, blockLength, version));
            case ListDestinationsDecoder.TEMPLATE_ID ->
                to.listDestinations(listDestinations.wrap(buffer, block, blockLength, version));
            case PurgeDecoder.TEMPLATE_ID -> to.purge(purge.wrap(buffer, block, blockLength, version));
            case TakeDecoder.TEMPLATE_ID -> to.take(take.wrap(buffer, block, blockLength, version));
            case TransactDecoder.TEMPLATE_ID -> to.transact(transact.wrap(buffer, block, blockLength, version));
            case ListTransactionsDecoder.TEMPLATE_ID ->
                to.listTransactions(listTransactions.wrap(buffer, block, blockLength, version));
            default -> throw new FrameException("frame with template " + header.templateId() + ": not one of a client");
        }
    }
}
