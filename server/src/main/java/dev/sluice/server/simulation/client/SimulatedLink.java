package dev.sluice.server.simulation.client;

import dev.sluice.link.Answer;
import dev.sluice.link.BrowseSink;
import dev.sluice.link.Command;
import dev.sluice.link.CommandEncoder;
import dev.sluice.link.ConsumerCommand;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.Link;
import dev.sluice.link.LinkCall;
import dev.sluice.link.LinkCalls;
import dev.sluice.link.ListSink;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.link.TransactionSink;
import dev.sluice.link.TransientPart;
import dev.sluice.wire.codec.AddressKind;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A {@link Link} to one shard, without threads: calls are encoded here and brought to the real machine by {@link LinkTurns}. Nothing waits. */
class SimulatedLink implements Link {
    private final LinkTurns turns;
    private final CommandEncoder encoder = new CommandEncoder();
    private long lastStage;

    SimulatedLink(LinkTurns turns) {
        this.turns = turns;
    }

    /** Whether one more message may be sent: elsewhere its sender would wait. */
    boolean hasRoom() {
        return turns.hasRoom();
    }

    @Override
    public long keyHigh() {
        return turns.identity().keyHigh();
    }

    @Override
    public long keyLow() {
        return turns.identity().keyLow();
    }

    @Override
    public long clusterId() {
        return turns.clusterId();
    }

    @Override
    public long serverTimeMillis() {
        return turns.serverTimeMillis();
    }

    @Override
    public boolean mayHandOut() {
        return turns.mayHandOut();
    }

    private <C extends Answer & LinkCall> Reply submit(C command) {
        turns.post(command);
        return command;
    }

    @Override
    public Reply setClientId(String clientId) {
        return submit(Command.of(encoder.setClientId(clientId)));
    }

    @Override
    public Reply createAddress(AddressKind kind, int flags, String name) {
        return submit(Command.of(encoder.createAddress(kind, flags, name)));
    }

    @Override
    public Reply deleteAddress(long addressId) {
        return submit(Command.of(encoder.deleteAddress(addressId)));
    }

    @Override
    public Reply publish(Publication publication, ByteBuf envelope, @Nullable BodySource body) {
        if (body == null) {
            Command command = Command.publishing(encoder.publish(publication, true, 0, envelope));
            upload(command);
            return command;
        }
        return new Upload(encoder, this::upload)
                .publish(++lastStage, publication, envelope, body, turns.chunkBytes(body.bytes()));
    }

    @Override
    public Named publishNamed(AddressKind kind, int flags, String name, Publication publication, ByteBuf envelope) {
        Command create = Command.of(encoder.createAddress(kind, flags, name));
        Command publish =
                Command.publishing(encoder.publish(publication.to(Publication.NAMED_BEFORE), true, 0, envelope));
        turns.entered();
        turns.post(LinkCalls.both(create, publish));
        return new Named(create, publish);
    }

    private void upload(Command command) {
        turns.entered();
        turns.post(command);
    }

    /** Begins to send a body, and gives it up. */
    void abandon(BodySource body) {
        new Upload(encoder, this::upload).abandon(++lastStage, body, turns.chunkBytes(body.bytes()));
    }

    @Override
    public void publishTransient(Publication publication, ByteBuf envelope, @Nullable BodySource body) {
        turns.post(new TransientPart(encoder.publish(publication, false, 0, envelope), 0, true, true));
    }

    @Override
    public Reply openConsumer(ConsumerSpec spec, DeliverySink sink) {
        return submit(new ConsumerCommand.Open(spec, sink));
    }

    @Override
    public Reply closeConsumer(long consumerId, Ranges retained) {
        return submit(new ConsumerCommand.Close(consumerId, retained));
    }

    @Override
    public Reply acknowledge(long consumerId, Ranges ranges, boolean awaited) {
        return submit(ConsumerCommand.Acknowledge.now(consumerId, ranges, awaited));
    }

    @Override
    public Reply take(long consumerId, long transactionId, Ranges ranges) {
        return submit(ConsumerCommand.Acknowledge.within(transactionId, consumerId, ranges));
    }

    @Override
    public Reply transact(Transaction what) {
        return submit(Command.of(encoder.transact(what)));
    }

    @Override
    public void listTransactions(boolean inDoubt, TransactionSink sink) {
        turns.post(LinkCalls.listTransactions(inDoubt, sink));
    }

    @Override
    public Reply giveBack(long consumerId, long epoch, Ranges failed) {
        return submit(new ConsumerCommand.GiveBack(consumerId, epoch, failed));
    }

    @Override
    public void credit(long consumerId, long epoch, long total) {
        turns.post(LinkCalls.credit(consumerId, epoch, total));
    }

    @Override
    public Reply unsubscribe(String subscription) {
        return submit(Command.of(encoder.unsubscribe(subscription)));
    }

    @Override
    public void openBrowser(long browserId, long addressId, long total, String selector, BrowseSink sink) {
        turns.post(LinkCalls.openBrowser(browserId, addressId, total, selector, sink));
    }

    @Override
    public void creditBrowser(long browserId, long total) {
        turns.post(LinkCalls.creditBrowser(browserId, total));
    }

    @Override
    public void closeBrowser(long browserId) {
        turns.post(LinkCalls.closeBrowser(browserId));
    }

    @Override
    public void listDestinations(String filter, ListSink sink) {
        turns.post(LinkCalls.list(filter, sink));
    }

    @Override
    public Reply purge(long addressId) {
        return submit(Command.of(encoder.purge(addressId)));
    }

    @Override
    public Reply close() {
        Answer reply = new Answer();
        turns.post(LinkCalls.close(reply));
        return reply;
    }
}
