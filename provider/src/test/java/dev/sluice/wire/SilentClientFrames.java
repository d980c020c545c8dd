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

/** Ignores every frame; tests override what they look at. */
public class SilentClientFrames implements ClientFrames {
    @Override
    public void hello(HelloDecoder frame) {}

    @Override
    public void setClientId(SetClientIdDecoder frame) {}

    @Override
    public void createAddress(CreateAddressDecoder frame) {}

    @Override
    public void deleteAddress(DeleteAddressDecoder frame) {}

    @Override
    public void publish(PublishDecoder frame) {}

    @Override
    public void chunk(ChunkDecoder frame) {}

    @Override
    public void openConsumer(OpenConsumerDecoder frame) {}

    @Override
    public void reattach(ReattachDecoder frame) {}

    @Override
    public void closeConsumer(CloseConsumerDecoder frame) {}

    @Override
    public void acknowledge(AcknowledgeDecoder frame) {}

    @Override
    public void giveBack(ReturnDecoder frame) {}

    @Override
    public void credit(CreditDecoder frame) {}

    @Override
    public void unsubscribe(UnsubscribeDecoder frame) {}

    @Override
    public void openBrowser(OpenBrowserDecoder frame) {}

    @Override
    public void creditBrowser(CreditBrowserDecoder frame) {}

    @Override
    public void closeBrowser(CloseBrowserDecoder frame) {}

    @Override
    public void clientHeartbeat(ClientHeartbeatDecoder frame) {}

    @Override
    public void closeSession(CloseSessionDecoder frame) {}

    @Override
    public void listDestinations(ListDestinationsDecoder frame) {}

    @Override
    public void purge(PurgeDecoder frame) {}

    @Override
    public void take(TakeDecoder frame) {}

    @Override
    public void transact(TransactDecoder frame) {}

    @Override
    public void listTransactions(ListTransactionsDecoder frame) {}
}
