package dev.sluice.sharding;

import dev.sluice.base.Clock;
import dev.sluice.link.Answer;
import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.LinkOptions;
import dev.sluice.link.ListSink;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.link.ShardIds;
import dev.sluice.link.TransactionSink;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A link to a server that has several shards: to each one that is needed it has a link of its own, and sends each call where its name or id
 * (see {@link ShardIds}) says. What names a destination or a subscription may open links, and then blocks until they are there; calls by the id
 * of a consumer or browser never do.
 */
public final class ShardedLink implements Link {
    private final ShardLinks links;
    private final SpreadTransactions transactions;
    private final ShardedSubscriptions subscriptions;

    /**
     * On {@code home}, the open link to shard 0.
     *
     * @param options those of {@code home}, for the links to the others
     * @param events what hears of {@code home}, and will of the others; it knows where addresses live
     */
    public ShardedLink(Link home, LinkOptions options, LinkOpener opener, MergedEvents events) {
        this(new ShardLinks(home, options, opener, events, Clock.SYSTEM), events);
    }

    ShardedLink(ShardLinks links, MergedEvents events) {
        this.links = links;
        transactions = new SpreadTransactions(links);
        subscriptions = new ShardedSubscriptions(links);
        events.onFailure(() -> {
            Reply unused = close();
        });
    }

    @Override
    public long keyHigh() {
        return links.home().keyHigh();
    }

    @Override
    public long keyLow() {
        return links.home().keyLow();
    }

    @Override
    public long clusterId() {
        return links.home().clusterId();
    }

    @Override
    public long serverTimeMillis() {
        return links.home().serverTimeMillis();
    }

    @Override
    public boolean mayHandOut() {
        List<Link> opened = links.opened();
        for (int index = 0; index < opened.size(); index++) {
            if (!opened.get(index).mayHandOut()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Reply setClientId(String clientId) {
        try {
            links.clientId(clientId);
            return Answer.done(0);
        } catch (LinkException refusal) {
            return Answer.failed(refusal);
        }
    }

    // ---- destinations ----

    @Override
    public Reply createAddress(AddressKind kind, int flags, String name) {
        int shard = links.shardOf(name);
        return on(shard, link -> idOf(shard, link.createAddress(kind, flags, name)));
    }

    private static Reply idOf(int shard, Reply local) {
        if (shard == 0) {
            return local;
        }
        Answer answer = new Answer();
        local.whenDone((value, failure) -> {
            if (failure == null) {
                answer.succeed(ShardIds.of(shard, value));
            } else {
                answer.fail(failure);
            }
        });
        return answer;
    }

    @Override
    public Reply deleteAddress(long addressId) {
        return on(ShardIds.shardOf(addressId), link -> link.deleteAddress(ShardIds.localOf(addressId)));
    }

    @Override
    public Reply purge(long addressId) {
        return on(ShardIds.shardOf(addressId), link -> link.purge(ShardIds.localOf(addressId)));
    }

    private Reply on(int shard, Function<Link, Reply> call) {
        try {
            return call.apply(links.of(shard));
        } catch (LinkException refusal) {
            return Answer.failed(refusal);
        }
    }

    // ---- messages ----

    @Override
    public Reply publish(Publication publication, ByteBuf envelope, @Nullable BodySource body) {
        try {
            return target(publication).publish(local(publication), envelope, body);
        } catch (LinkException refusal) {
            release(envelope, body);
            return Answer.failed(refusal);
        }
    }

    @Override
    public Named publishNamed(AddressKind kind, int flags, String name, Publication publication, ByteBuf envelope) {
        int shard = links.shardOf(name);
        try {
            Link target = links.of(shard);
            transactions.touch(publication.transactionId(), shard);
            Named named = target.publishNamed(kind, flags, name, publication, envelope);
            return new Named(idOf(shard, named.address()), named.message());
        } catch (LinkException refusal) {
            envelope.release();
            return Named.failed(refusal);
        }
    }

    @Override
    public void publishTransient(Publication publication, ByteBuf envelope, @Nullable BodySource body)
            throws LinkException {
        Link target;
        try {
            target = target(publication);
        } catch (LinkException refusal) {
            release(envelope, body);
            throw refusal;
        }
        target.publishTransient(local(publication), envelope, body);
    }

    private Link target(Publication publication) throws LinkException {
        int shard = ShardIds.shardOf(publication.addressId());
        Link link = links.of(shard);
        transactions.touch(publication.transactionId(), shard);
        return link;
    }

    private static Publication local(Publication publication) {
        long addressId = publication.addressId();
        long local = ShardIds.localOf(addressId);
        return local == addressId ? publication : publication.to(local);
    }

    private static void release(ByteBuf envelope, @Nullable BodySource body) {
        envelope.release();
        if (body != null) {
            body.release();
        }
    }

    // ---- consumers ----

    @Override
    public Reply openConsumer(ConsumerSpec spec, DeliverySink sink) {
        int shard = ShardIds.shardOf(spec.addressId());
        try {
            Link link = links.of(shard);
            subscriptions.claim(spec, shard);
            ConsumerSpec local = new ConsumerSpec(
                    spec.consumerId(),
                    ShardIds.localOf(spec.addressId()),
                    spec.kind(),
                    spec.noLocal(),
                    spec.subscription(),
                    spec.selector(),
                    spec.redelivery());
            return link.openConsumer(local, sink);
        } catch (LinkException refusal) {
            return Answer.failed(refusal);
        }
    }

    @Override
    public Reply closeConsumer(long consumerId, Ranges retained) {
        return byConsumer(consumerId, link -> link.closeConsumer(consumerId, retained));
    }

    @Override
    public Reply acknowledge(long consumerId, Ranges ranges, boolean awaited) {
        return byConsumer(consumerId, link -> link.acknowledge(consumerId, ranges, awaited));
    }

    @Override
    public Reply take(long consumerId, long transactionId, Ranges ranges) {
        try {
            transactions.touch(transactionId, ShardIds.shardOf(consumerId));
        } catch (LinkException refusal) {
            return Answer.failed(refusal);
        }
        return byConsumer(consumerId, link -> link.take(consumerId, transactionId, ranges));
    }

    @Override
    public Reply giveBack(long consumerId, long epoch, Ranges failed) {
        return byConsumer(consumerId, link -> link.giveBack(consumerId, epoch, failed));
    }

    private Reply byConsumer(long consumerId, Function<Link, Reply> call) {
        Link link = links.ifOpen(ShardIds.shardOf(consumerId));
        return link == null
                ? Answer.failed(new LinkException(RefusalCode.CONSUMER_UNKNOWN, "there is no such consumer"))
                : call.apply(link);
    }

    @Override
    public void credit(long consumerId, long epoch, long total) {
        Link link = links.ifOpen(ShardIds.shardOf(consumerId));
        if (link != null) {
            link.credit(consumerId, epoch, total);
        }
    }

    @Override
    public Reply unsubscribe(String subscription) {
        return subscriptions.end(subscription);
    }

    // ---- transactions ----

    @Override
    public Reply transact(Transaction what) {
        return transactions.transact(what);
    }

    @Override
    public void listTransactions(boolean inDoubt, TransactionSink sink) {
        Gathering<Runnable> all = new Gathering<>(links.count(), Runnable::run, sink::end);
        try {
            List<Link> each = links.all();
            for (int shard = 0; shard < each.size(); shard++) {
                each.get(shard).listTransactions(inDoubt, new BranchesOf(shard, sink, all));
            }
        } catch (LinkException refusal) {
            sink.end(refusal);
        }
    }

    private record BranchesOf(int shard, TransactionSink sink, Gathering<Runnable> all) implements TransactionSink {
        @Override
        public void transaction(Branch branch) {
            Branch found = new Branch(
                    ShardIds.of(shard, branch.id()),
                    branch.name(),
                    branch.state(),
                    branch.times(),
                    branch.work(),
                    branch.clientId(),
                    branch.connected());
            all.add(shard, () -> sink.transaction(found));
        }

        @Override
        public boolean wantsParts() {
            return sink.wantsParts();
        }

        @Override
        public void part(Part part) {
            Part found = new Part(ShardIds.of(shard, part.branchId()), part.kind(), part.name(), part.work());
            all.add(shard, () -> sink.part(found));
        }

        @Override
        public void end(@Nullable LinkException failure) {
            all.end(failure);
        }
    }

    // ---- browsers and the rest ----

    @Override
    public void openBrowser(long browserId, long addressId, long total, String selector, BrowseSink sink) {
        try {
            links.of(ShardIds.shardOf(addressId))
                    .openBrowser(browserId, ShardIds.localOf(addressId), total, selector, sink);
        } catch (LinkException refusal) {
            sink.end(refusal);
        }
    }

    @Override
    public void creditBrowser(long browserId, long total) {
        Link link = links.ifOpen(ShardIds.shardOf(browserId));
        if (link != null) {
            link.creditBrowser(browserId, total);
        }
    }

    @Override
    public void closeBrowser(long browserId) {
        Link link = links.ifOpen(ShardIds.shardOf(browserId));
        if (link != null) {
            link.closeBrowser(browserId);
        }
    }

    @Override
    public void listDestinations(String filter, ListSink sink) {
        Gathering<ListSink.Destination> all = new Gathering<>(links.count(), sink::destination, sink::end);
        try {
            List<Link> each = links.all();
            for (int shard = 0; shard < each.size(); shard++) {
                each.get(shard).listDestinations(filter, new DestinationsOf(shard, all));
            }
        } catch (LinkException refusal) {
            sink.end(refusal);
        }
    }

    private record DestinationsOf(int shard, Gathering<ListSink.Destination> all) implements ListSink {
        @Override
        public void destination(Destination found) {
            all.add(
                    shard,
                    new Destination(
                            ShardIds.of(shard, found.addressId()),
                            found.kind(),
                            found.temporary(),
                            found.name(),
                            found.now(),
                            found.consumers(),
                            found.subscriptions(),
                            found.traffic()));
        }

        @Override
        public void end(@Nullable LinkException failure) {
            all.end(failure);
        }
    }

    @Override
    public Reply close() {
        Answer answer = new Answer();
        List<Link> open = links.close();
        List<Reply> others =
                open.subList(1, open.size()).stream().map(Link::close).toList();
        Replies.whenAllDone(others, () -> links.home().close().whenDone((value, failure) -> answer.succeed(0)));
        return answer;
    }
}
