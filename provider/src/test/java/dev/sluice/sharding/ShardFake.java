package dev.sluice.sharding;

import dev.sluice.link.Answer;
import dev.sluice.link.BranchXid;
import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkListener;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.ListSink;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.link.TransactionSink;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.BranchState;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A link to one shard that writes down what it is asked, and answers at once unless a test has it wait or refuse. */
final class ShardFake implements Link {
    static final long CREATED = 7;

    final List<String> calls = new CopyOnWriteArrayList<>();
    final LinkOptions options;
    final LinkListener events;
    final Map<String, LinkException> refusals = new HashMap<>();
    final List<Answer> closing = new ArrayList<>();
    final List<ListSink> listing = new ArrayList<>();
    final List<TransactionSink> listingTransactions = new ArrayList<>();
    boolean slowToClose;
    long clusterId = 1;
    boolean handOut = true;

    ShardFake(LinkOptions options, LinkListener events) {
        this.options = options;
        this.events = events;
    }

    /** From now on calls of this name are refused. */
    void refuse(String name, RefusalCode code) {
        refusals.put(name, new LinkException(code, name + " is refused"));
    }

    private Reply call(String name, Object... arguments) {
        calls.add(name + (arguments.length == 0 ? "" : " " + List.of(arguments)));
        LinkException refusal = refusals.get(name);
        return refusal == null ? Answer.done(CREATED) : Answer.failed(refusal);
    }

    @Override
    public long keyHigh() {
        return options.shard();
    }

    @Override
    public long keyLow() {
        return options.shard();
    }

    @Override
    public long clusterId() {
        return clusterId;
    }

    @Override
    public long serverTimeMillis() {
        return options.shard();
    }

    @Override
    public boolean mayHandOut() {
        return handOut;
    }

    @Override
    public Reply setClientId(String clientId) {
        return call("setClientId", clientId);
    }

    @Override
    public Reply createAddress(AddressKind kind, int flags, String name) {
        return call("createAddress", name);
    }

    @Override
    public Reply deleteAddress(long addressId) {
        return call("deleteAddress", addressId);
    }

    @Override
    public Reply publish(Publication publication, ByteBuf envelope, @Nullable BodySource body) {
        envelope.release();
        return call("publish", publication.addressId(), publication.transactionId());
    }

    @Override
    public Named publishNamed(AddressKind kind, int flags, String name, Publication publication, ByteBuf envelope) {
        envelope.release();
        return new Named(call("createAddress", name), call("publishNamed", name, publication.transactionId()));
    }

    @Override
    public void publishTransient(Publication publication, ByteBuf envelope, @Nullable BodySource body) {
        envelope.release();
        Reply unused = call("publishTransient", publication.addressId());
    }

    @Override
    public Reply openConsumer(ConsumerSpec spec, DeliverySink sink) {
        return call("openConsumer", spec.consumerId(), spec.addressId());
    }

    @Override
    public Reply closeConsumer(long consumerId, Ranges retained) {
        return call("closeConsumer", consumerId);
    }

    @Override
    public Reply acknowledge(long consumerId, Ranges ranges, boolean awaited) {
        return call("acknowledge", consumerId);
    }

    @Override
    public Reply take(long consumerId, long transactionId, Ranges ranges) {
        return call("take", consumerId, transactionId);
    }

    @Override
    public Reply transact(Transaction what) {
        return call("transact", what.kind(), what.transactionId());
    }

    @Override
    public void listTransactions(boolean inDoubt, TransactionSink sink) {
        Reply unused = call("listTransactions");
        listingTransactions.add(sink);
    }

    @Override
    public Reply giveBack(long consumerId, long epoch, Ranges failed) {
        return call("giveBack", consumerId);
    }

    @Override
    public void credit(long consumerId, long epoch, long total) {
        Reply unused = call("credit", consumerId);
    }

    @Override
    public Reply unsubscribe(String subscription) {
        return call("unsubscribe", subscription);
    }

    @Override
    public void openBrowser(long browserId, long addressId, long total, String selector, BrowseSink sink) {
        Reply unused = call("openBrowser", browserId, addressId);
    }

    @Override
    public void creditBrowser(long browserId, long total) {
        Reply unused = call("creditBrowser", browserId);
    }

    @Override
    public void closeBrowser(long browserId) {
        Reply unused = call("closeBrowser", browserId);
    }

    @Override
    public void listDestinations(String filter, ListSink sink) {
        Reply unused = call("listDestinations", filter);
        listing.add(sink);
    }

    @Override
    public Reply purge(long addressId) {
        return call("purge", addressId);
    }

    @Override
    public Reply close() {
        calls.add("close");
        Answer answer = new Answer();
        closing.add(answer);
        if (!slowToClose) {
            answer.succeed(0);
        }
        return answer;
    }

    static ListSink.Destination destination(String name) {
        return new ListSink.Destination(
                CREATED,
                AddressKind.QUEUE,
                false,
                name,
                new ListSink.Depth(0, 0, 0, 0),
                0,
                0,
                new ListSink.Traffic(0, 0, 0, 0));
    }

    static TransactionSink.Branch branch(long id) {
        return new TransactionSink.Branch(
                id,
                new BranchXid(1, new byte[] {1}, new byte[0]),
                BranchState.PREPARED,
                new TransactionSink.Times(1, 2),
                new TransactionSink.Work(0, 0),
                "",
                0);
    }
}
