package dev.sluice.wire;

import dev.sluice.wire.codec.AcknowledgeEncoder;
import dev.sluice.wire.codec.ChunkEncoder;
import dev.sluice.wire.codec.ClientHeartbeatEncoder;
import dev.sluice.wire.codec.CloseBrowserEncoder;
import dev.sluice.wire.codec.CloseConsumerEncoder;
import dev.sluice.wire.codec.CloseSessionEncoder;
import dev.sluice.wire.codec.CreateAddressEncoder;
import dev.sluice.wire.codec.CreditBrowserEncoder;
import dev.sluice.wire.codec.CreditEncoder;
import dev.sluice.wire.codec.DeleteAddressEncoder;
import dev.sluice.wire.codec.HelloEncoder;
import dev.sluice.wire.codec.ListDestinationsEncoder;
import dev.sluice.wire.codec.ListTransactionsEncoder;
import dev.sluice.wire.codec.OpenBrowserEncoder;
import dev.sluice.wire.codec.OpenConsumerEncoder;
import dev.sluice.wire.codec.PublishEncoder;
import dev.sluice.wire.codec.PurgeEncoder;
import dev.sluice.wire.codec.ReattachEncoder;
import dev.sluice.wire.codec.ReturnEncoder;
import dev.sluice.wire.codec.SetClientIdEncoder;
import dev.sluice.wire.codec.TakeEncoder;
import dev.sluice.wire.codec.TransactEncoder;
import dev.sluice.wire.codec.UnsubscribeEncoder;

/**
 * Writes the frames of a client.
 * Begin a frame, fill its encoder in the order of the schema, then {@link #end} with the encoder's limit. Allocates nothing; owned by
 * one thread.
 */
public final class ClientFrameWriter extends FrameWriter {
    private final HelloEncoder hello = new HelloEncoder();
    private final SetClientIdEncoder setClientId = new SetClientIdEncoder();
    private final CreateAddressEncoder createAddress = new CreateAddressEncoder();
    private final DeleteAddressEncoder deleteAddress = new DeleteAddressEncoder();
    private final PublishEncoder publish = new PublishEncoder();
    private final ChunkEncoder chunk = new ChunkEncoder();
    private final OpenConsumerEncoder openConsumer = new OpenConsumerEncoder();
    private final ReattachEncoder reattach = new ReattachEncoder();
    private final CloseConsumerEncoder closeConsumer = new CloseConsumerEncoder();
    private final AcknowledgeEncoder acknowledge = new AcknowledgeEncoder();
    private final ReturnEncoder giveBack = new ReturnEncoder();
    private final CreditEncoder credit = new CreditEncoder();
    private final UnsubscribeEncoder unsubscribe = new UnsubscribeEncoder();
    private final OpenBrowserEncoder openBrowser = new OpenBrowserEncoder();
    private final CreditBrowserEncoder creditBrowser = new CreditBrowserEncoder();
    private final CloseBrowserEncoder closeBrowser = new CloseBrowserEncoder();
    private final ClientHeartbeatEncoder clientHeartbeat = new ClientHeartbeatEncoder();
    private final CloseSessionEncoder closeSession = new CloseSessionEncoder();
    private final ListDestinationsEncoder listDestinations = new ListDestinationsEncoder();
    private final PurgeEncoder purge = new PurgeEncoder();
    private final TakeEncoder take = new TakeEncoder();
    private final TransactEncoder transact = new TransactEncoder();
    private final ListTransactionsEncoder listTransactions = new ListTransactionsEncoder();

    /** Begins the frame; room for all data together. */
    public HelloEncoder hello(int dataBytes) {
        int offset = begin(HelloEncoder.BLOCK_LENGTH + 6 * DATA_HEADER_BYTES + dataBytes);
        return hello.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public SetClientIdEncoder setClientId(int dataBytes) {
        int offset = begin(SetClientIdEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return setClientId.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public CreateAddressEncoder createAddress(int dataBytes) {
        int offset = begin(CreateAddressEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return createAddress.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public DeleteAddressEncoder deleteAddress() {
        int offset = begin(DeleteAddressEncoder.BLOCK_LENGTH);
        return deleteAddress.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public PublishEncoder publish(int dataBytes) {
        int offset = begin(PublishEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return publish.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public ChunkEncoder chunk(int dataBytes) {
        int offset = begin(ChunkEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return chunk.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for all data together. It brings no policy for redelivery unless it is given one. */
    public OpenConsumerEncoder openConsumer(int dataBytes) {
        int offset = begin(OpenConsumerEncoder.BLOCK_LENGTH + 3 * DATA_HEADER_BYTES + dataBytes);
        return openConsumer
                .wrapAndApplyHeader(buffer(), offset, header())
                .redeliveryLimit(OpenConsumerEncoder.redeliveryLimitNullValue())
                .redeliveryDelayMillis(OpenConsumerEncoder.redeliveryDelayMillisNullValue())
                .redeliveryDelayGrowth(OpenConsumerEncoder.redeliveryDelayGrowthNullValue())
                .redeliveryDelayMillisMax(OpenConsumerEncoder.redeliveryDelayMillisMaxNullValue());
    }

    /** Begins the frame; room for that many ranges. */
    public ReattachEncoder reattach(int rangeCount) {
        int offset = begin(ReattachEncoder.BLOCK_LENGTH + ranges(rangeCount));
        return reattach.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for that many ranges. */
    public CloseConsumerEncoder closeConsumer(int rangeCount) {
        int offset = begin(CloseConsumerEncoder.BLOCK_LENGTH + ranges(rangeCount));
        return closeConsumer.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for that many ranges. */
    public AcknowledgeEncoder acknowledge(int rangeCount) {
        int offset = begin(AcknowledgeEncoder.BLOCK_LENGTH + ranges(rangeCount));
        return acknowledge.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for that many ranges. */
    public ReturnEncoder giveBack(int rangeCount) {
        int offset = begin(ReturnEncoder.BLOCK_LENGTH + ranges(rangeCount));
        return giveBack.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public CreditEncoder credit() {
        int offset = begin(CreditEncoder.BLOCK_LENGTH);
        return credit.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public UnsubscribeEncoder unsubscribe(int dataBytes) {
        int offset = begin(UnsubscribeEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return unsubscribe.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public OpenBrowserEncoder openBrowser(int dataBytes) {
        int offset = begin(OpenBrowserEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return openBrowser.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public CreditBrowserEncoder creditBrowser() {
        int offset = begin(CreditBrowserEncoder.BLOCK_LENGTH);
        return creditBrowser.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public CloseBrowserEncoder closeBrowser() {
        int offset = begin(CloseBrowserEncoder.BLOCK_LENGTH);
        return closeBrowser.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public ClientHeartbeatEncoder clientHeartbeat() {
        int offset = begin(ClientHeartbeatEncoder.BLOCK_LENGTH);
        return clientHeartbeat.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public CloseSessionEncoder closeSession() {
        int offset = begin(CloseSessionEncoder.BLOCK_LENGTH);
        return closeSession.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for its data. */
    public ListDestinationsEncoder listDestinations(int dataBytes) {
        int offset = begin(ListDestinationsEncoder.BLOCK_LENGTH + 1 * DATA_HEADER_BYTES + dataBytes);
        return listDestinations.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public PurgeEncoder purge() {
        int offset = begin(PurgeEncoder.BLOCK_LENGTH);
        return purge.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for that many ranges. */
    public TakeEncoder take(int rangeCount) {
        int offset = begin(TakeEncoder.BLOCK_LENGTH + ranges(rangeCount));
        return take.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame; room for all data together. */
    public TransactEncoder transact(int dataBytes) {
        int offset = begin(TransactEncoder.BLOCK_LENGTH + 2 * DATA_HEADER_BYTES + dataBytes);
        return transact.wrapAndApplyHeader(buffer(), offset, header());
    }

    /** Begins the frame. */
    public ListTransactionsEncoder listTransactions() {
        int offset = begin(ListTransactionsEncoder.BLOCK_LENGTH);
        return listTransactions.wrapAndApplyHeader(buffer(), offset, header());
    }
}
