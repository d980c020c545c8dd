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

/**
 * Everything that a client may say. The decoders are flyweights over the frame, good until the call returns; their groups and data
 * are read in the order of the schema.
 */
public interface ClientFrames {
    void hello(HelloDecoder frame);

    void setClientId(SetClientIdDecoder frame);

    void createAddress(CreateAddressDecoder frame);

    void deleteAddress(DeleteAddressDecoder frame);

    void publish(PublishDecoder frame);

    void chunk(ChunkDecoder frame);

    void openConsumer(OpenConsumerDecoder frame);

    void reattach(ReattachDecoder frame);

    void closeConsumer(CloseConsumerDecoder frame);

    void acknowledge(AcknowledgeDecoder frame);

    void giveBack(ReturnDecoder frame);

    void credit(CreditDecoder frame);

    void unsubscribe(UnsubscribeDecoder frame);

    void openBrowser(OpenBrowserDecoder frame);

    void creditBrowser(CreditBrowserDecoder frame);

    void closeBrowser(CloseBrowserDecoder frame);

    void clientHeartbeat(ClientHeartbeatDecoder frame);

    void closeSession(CloseSessionDecoder frame);

    void listDestinations(ListDestinationsDecoder frame);

    void purge(PurgeDecoder frame);

    void take(TakeDecoder frame);

    void transact(TransactDecoder frame);

    void listTransactions(ListTransactionsDecoder frame);
}
