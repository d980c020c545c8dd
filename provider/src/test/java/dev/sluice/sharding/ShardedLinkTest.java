package dev.sluice.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.link.Answer;
import dev.sluice.link.BrowseSink;
import dev.sluice.link.DeliverySink;
import dev.sluice.link.Link;
import dev.sluice.link.Link.ConsumerSpec;
import dev.sluice.link.Link.Publication;
import dev.sluice.link.LinkException;
import dev.sluice.link.ListSink;
import dev.sluice.link.Ranges;
import dev.sluice.link.Reply;
import dev.sluice.link.ShardIds;
import dev.sluice.link.TransactionSink;
import dev.sluice.wire.BucketMap;
import dev.sluice.wire.Buckets;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.SubscriptionKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One link of several: each call goes to the shard that it is for, and nobody sees that there are more. */
class ShardedLinkTest {
    private static final DeliverySink NOWHERE = new DeliverySink() {
        @Override
        public void deliver(Delivery delivery) {}

        @Override
        public void claimsLost(long epoch) {}

        @Override
        public void closed(RefusalCode code, String text) {}
    };

    private final ShardRig rig = new ShardRig();
    private final Link link = rig.link;

    private static long created(Reply reply) throws LinkException, InterruptedException {
        return reply.await();
    }

    private long address(int shard) throws LinkException, InterruptedException {
        return created(link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(shard)));
    }

    private Reply openConsumer(long addressId, SubscriptionKind kind) {
        return link.openConsumer(
                new ConsumerSpec(ShardIds.beside(addressId, 1), addressId, kind, false, "daily", ""), NOWHERE);
    }

    private static ThrowingCallable awaiting(Reply reply) {
        return reply::await;
    }

    private static void isRefused(Reply reply, RefusalCode code) {
        assertThatThrownBy(awaiting(reply))
                .isInstanceOfSatisfying(
                        LinkException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    // ---- opening ----

    @Test
    void opensTheLinkToAShardWhenADestinationOfItIsNamedAndKeepsIt() throws Exception {
        assertThat(address(0)).isEqualTo(ShardFake.CREATED);
        assertThat(rig.shards()).containsExactly(0);

        assertThat(address(2)).isEqualTo(ShardIds.of(2, ShardFake.CREATED));
        assertThat(address(2)).isEqualTo(ShardIds.of(2, ShardFake.CREATED));

        assertThat(rig.shards()).containsExactly(0, 2);
        assertThat(rig.shard(2).options.user()).isEqualTo("ann");
        assertThat(rig.shard(2).calls)
                .containsExactly("createAddress [" + ShardRig.on(2) + "]", "createAddress [" + ShardRig.on(2) + "]");
    }

    @Test
    void namesADestinationWithItsMessageOnItsShard() throws Exception {
        Link.Named named = link.publishNamed(
                AddressKind.QUEUE, 0, ShardRig.on(2), new Link.Publication(0, 4, 0, 0), Unpooled.buffer());

        assertThat(named.address().await()).isEqualTo(ShardIds.of(2, ShardFake.CREATED));
        long unused = named.message().await();
        assertThat(rig.shard(2).calls)
                .containsExactly("createAddress [" + ShardRig.on(2) + "]", "publishNamed [" + ShardRig.on(2) + ", 0]");
    }

    @Test
    void goesByTheLatestMapThatAServerHasTold() throws Exception {
        String name = ShardRig.on(1);
        BucketMap first = BucketMap.initial(ShardRig.SHARDS);
        BucketMap moved = first.with(Buckets.bucketOf(name), 3);
        rig.openAll();
        rig.shard(1).events.buckets(moved);
        assertThat(link.createAddress(AddressKind.QUEUE, 0, name).await()).isEqualTo(ShardIds.of(3, ShardFake.CREATED));

        // A server that has not heard of it yet.
        rig.shard(2).events.buckets(first);
        assertThat(link.createAddress(AddressKind.QUEUE, 0, name).await()).isEqualTo(ShardIds.of(3, ShardFake.CREATED));
        assertThat(rig.shard(1).calls).isEmpty();
    }

    @Test
    void opensTheLinkToAShardOnceForAllWhoWait() throws Exception {
        CountDownLatch both = new CountDownLatch(1);
        rig.whileOpening = () -> awaitQuietly(both);
        List<Thread> threads = new ArrayList<>();
        List<Reply> replies = new ArrayList<>();
        for (int number = 0; number < 2; number++) {
            Thread thread = new Thread(() -> {
                Reply reply = link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(1));
                synchronized (replies) {
                    replies.add(reply);
                }
            });
            thread.start();
            threads.add(thread);
        }
        await().until(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        both.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(rig.shards()).containsExactly(0, 1);
        assertThat(replies).hasSize(2).allMatch(Reply::isDone);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void triesAgainWhileTheServerIsAway() throws Exception {
        rig.refusals.add(RefusalCode.SHUTTING_DOWN);
        rig.refusals.add(RefusalCode.SHUTTING_DOWN);

        assertThat(address(3)).isEqualTo(ShardIds.of(3, ShardFake.CREATED));
    }

    @Test
    void triesNoLongerThanAnEstablishedLinkWould() {
        ShardRig impatient = new ShardRig(Duration.ZERO);
        impatient.refusals.add(RefusalCode.SHUTTING_DOWN);

        isRefused(impatient.link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(3)), RefusalCode.SHUTTING_DOWN);
    }

    @Test
    void saysWhyAShardIsClosedToIt() throws Exception {
        rig.refusals.add(RefusalCode.AUTHENTICATION);
        isRefused(link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(3)), RefusalCode.AUTHENTICATION);

        assertThat(address(3)).isEqualTo(ShardIds.of(3, ShardFake.CREATED));
    }

    @Test
    void doesNotMixTheDataOfTwoServers() {
        rig.home.clusterId = 2;

        isRefused(link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(3)), RefusalCode.INTERNAL);

        assertThat(rig.shard(3).calls).containsExactly("close");
    }

    @Test
    void opensNothingOnceItIsClosed() throws Exception {
        assertThat(link.close().await()).isZero();

        isRefused(link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(1)), RefusalCode.INTERNAL);
        assertThat(rig.shards()).containsExactly(0);
    }

    @Test
    void closesWhatIsOpenedWhileItIsClosed() {
        rig.whileOpening = () -> {
            Reply unused = link.close();
        };

        isRefused(link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(1)), RefusalCode.INTERNAL);

        assertThat(rig.shard(1).calls).containsExactly("close");
    }

    // ---- calls ----

    @Test
    void sendsCallsWhereTheirIdSays() throws Exception {
        long two = address(2);
        long consumer = ShardIds.beside(two, 1);
        rig.opened.forEach(fake -> fake.calls.clear());

        Reply unused = link.publish(new Publication(two, 4, 0, 0), Unpooled.buffer(), null);
        link.publishTransient(new Publication(two, 4, 0, 0), Unpooled.buffer(), null);
        unused = openConsumer(two, SubscriptionKind.QUEUE);
        link.credit(consumer, 1, 10);
        unused = link.acknowledge(consumer, new Ranges(), true);
        unused = link.giveBack(consumer, 2, new Ranges());
        unused = link.closeConsumer(consumer, new Ranges());
        link.openBrowser(consumer, two, 1, "", new Browsed());
        link.creditBrowser(consumer, 2);
        link.closeBrowser(consumer);
        unused = link.purge(two);
        unused = link.deleteAddress(two);

        assertThat(rig.shard(2).calls)
                .containsExactly(
                        "publish [7, 0]",
                        "publishTransient [7]",
                        "openConsumer [" + consumer + ", 7]",
                        "credit [" + consumer + "]",
                        "acknowledge [" + consumer + "]",
                        "giveBack [" + consumer + "]",
                        "closeConsumer [" + consumer + "]",
                        "openBrowser [" + consumer + ", 7]",
                        "creditBrowser [" + consumer + "]",
                        "closeBrowser [" + consumer + "]",
                        "purge [7]",
                        "deleteAddress [7]");
        assertThat(rig.home.calls).isEmpty();
    }

    @Test
    void neverOpensALinkForAConsumer() {
        long consumer = ShardIds.of(3, 1);

        isRefused(link.acknowledge(consumer, new Ranges(), true), RefusalCode.CONSUMER_UNKNOWN);
        link.credit(consumer, 1, 1);
        link.creditBrowser(consumer, 1);
        link.closeBrowser(consumer);

        assertThat(rig.shards()).containsExactly(0);
    }

    @Test
    void releasesWhatCannotBeSent() {
        ByteBuf envelope = Unpooled.buffer();
        isRefused(link.publish(new Publication(ShardIds.of(9, 1), 4, 0, 0), envelope, null), RefusalCode.LIMIT);
        assertThat(envelope.refCnt()).isZero();

        ByteBuf other = Unpooled.buffer();
        assertThatThrownBy(() -> link.publishTransient(new Publication(ShardIds.of(9, 1), 4, 0, 0), other, null))
                .isInstanceOf(LinkException.class);
        assertThat(other.refCnt()).isZero();
    }

    @Test
    void isThatOfTheHomeToThoseWhoAsk() throws Exception {
        rig.openAll();

        assertThat(link.keyHigh()).isZero();
        assertThat(link.keyLow()).isZero();
        assertThat(link.serverTimeMillis()).isZero();
        assertThat(link.clusterId()).isEqualTo(1);
    }

    @Test
    void handsOutOnlyWhileEveryShardKeepsItsClaims() {
        rig.openAll();
        assertThat(link.mayHandOut()).isTrue();

        rig.shard(2).handOut = false;

        assertThat(link.mayHandOut()).isFalse();
    }

    @Test
    void listsWhatAllShardsHaveWithIdsThatSayWhere() {
        Listed listed = new Listed();
        link.listDestinations("*", listed);

        for (int shard = ShardRig.SHARDS - 1; shard >= 0; shard--) {
            assertThat(listed.seen).isEmpty();
            ListSink sink = rig.shard(shard).listing.get(0);
            sink.destination(ShardFake.destination("of " + shard));
            sink.end(null);
        }

        assertThat(listed.seen).containsExactly("of 0 0/7", "of 1 1/7", "of 2 2/7", "of 3 3/7", "end null");
    }

    @Test
    void saysOfAListThatItIsNotComplete() {
        Listed listed = new Listed();
        link.listTransactions(true, listed.transactions);
        for (int shard = 0; shard < ShardRig.SHARDS; shard++) {
            TransactionSink sink = rig.shard(shard).listingTransactions.get(0);
            sink.transaction(ShardFake.branch(5));
            sink.end(shard == 1 ? new LinkException(RefusalCode.SHUTTING_DOWN, "lost") : null);
        }
        assertThat(listed.seen).containsExactly("0/5", "1/5", "2/5", "3/5", "end lost");

        ShardRig other = new ShardRig();
        other.refusals.add(RefusalCode.LIMIT);
        Listed none = new Listed();
        other.link.listDestinations("", none);
        assertThat(none.seen).containsExactly("end not opened");
    }

    // ---- the client and its subscriptions ----

    @Test
    void namesTheClientAtHomeFirstAndThenOnEachShard() throws Exception {
        long unused = address(1);
        assertThat(link.setClientId("reader").await()).isZero();
        long ignored = address(2);

        assertThat(rig.home.calls).containsExactly("setClientId [reader]");
        assertThat(rig.shard(1).calls).endsWith("setClientId [reader]");
        assertThat(rig.shard(2).options.clientId()).isEqualTo("reader");
    }

    @Test
    void namesTheClientNowhereWhenTheHomeRefusesIt() throws Exception {
        long unused = address(1);
        rig.home.refuse("setClientId", RefusalCode.CLIENT_ID_IN_USE);

        isRefused(link.setClientId("reader"), RefusalCode.CLIENT_ID_IN_USE);
        long ignored = address(2);

        assertThat(rig.shard(1).calls).hasSize(1);
        assertThat(rig.shard(2).options.clientId()).isEmpty();
    }

    @Test
    void waitsForAShardToNoticeThatTheFormerClientIsGoneButNotForEver() throws Exception {
        assertThat(link.setClientId("reader").await()).isZero();
        rig.refusals.add(RefusalCode.CLIENT_ID_IN_USE);
        rig.refusals.add(RefusalCode.CLIENT_ID_IN_USE);
        assertThat(address(1)).isEqualTo(ShardIds.of(1, ShardFake.CREATED));

        rig.secondsPerLook = 5;
        for (int attempt = 0; attempt < 100; attempt++) {
            rig.refusals.add(RefusalCode.CLIENT_ID_IN_USE);
        }
        isRefused(link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(2)), RefusalCode.CLIENT_ID_IN_USE);
        assertThat(rig.refusals).hasSizeGreaterThan(90);
    }

    @Test
    void endsADurableSubscriptionOfTheSameNameOnOtherShards() throws Exception {
        rig.openAll();
        rig.shard(3).refuse("unsubscribe", RefusalCode.SUBSCRIPTION_UNKNOWN);
        long address = ShardIds.of(1, ShardFake.CREATED);

        Reply opened = openConsumer(address, SubscriptionKind.DURABLE);

        assertThat(opened.await()).isEqualTo(ShardFake.CREATED);
        assertThat(rig.home.calls).containsExactly("unsubscribe [daily]");
        assertThat(rig.shard(2).calls).containsExactly("unsubscribe [daily]");
        assertThat(rig.shard(1).calls).containsExactly("openConsumer [" + ShardIds.beside(address, 1) + ", 7]");
    }

    @Test
    void opensNoDurableConsumerWhoseNameIsInUseOnAnotherShard() {
        rig.openAll();
        rig.shard(3).refuse("unsubscribe", RefusalCode.SUBSCRIPTION_IN_USE);

        isRefused(
                openConsumer(ShardIds.of(1, ShardFake.CREATED), SubscriptionKind.SHARED_DURABLE),
                RefusalCode.SUBSCRIPTION_IN_USE);

        assertThat(rig.shard(1).calls).isEmpty();
    }

    @Test
    void asksNoOtherShardForOtherConsumers() throws Exception {
        long address = address(1);

        assertThat(openConsumer(address, SubscriptionKind.SHARED_NON_DURABLE).await())
                .isEqualTo(ShardFake.CREATED);

        assertThat(rig.shards()).containsExactly(0, 1);
    }

    @Test
    void endsASubscriptionWhereverItIs() throws Exception {
        rig.openAll();
        rig.home.refuse("unsubscribe", RefusalCode.SUBSCRIPTION_UNKNOWN);
        rig.shard(1).refuse("unsubscribe", RefusalCode.SUBSCRIPTION_UNKNOWN);
        rig.shard(3).refuse("unsubscribe", RefusalCode.SUBSCRIPTION_UNKNOWN);
        assertThat(link.unsubscribe("daily").await()).isZero();

        rig.shard(2).refuse("unsubscribe", RefusalCode.SUBSCRIPTION_UNKNOWN);
        isRefused(link.unsubscribe("daily"), RefusalCode.SUBSCRIPTION_UNKNOWN);

        rig.shard(2).refuse("unsubscribe", RefusalCode.SUBSCRIPTION_IN_USE);
        isRefused(link.unsubscribe("daily"), RefusalCode.SUBSCRIPTION_IN_USE);
    }

    // ---- the end ----

    @Test
    void closesTheHomeWhenTheOthersAreClosed() {
        rig.openAll();
        rig.opened.forEach(fake -> fake.slowToClose = true);

        Reply closed = link.close();
        assertThat(rig.home.calls).isEmpty();
        rig.shard(1).closing.get(0).succeed(0);
        rig.shard(2).closing.get(0).succeed(0);
        assertThat(rig.home.calls).isEmpty();
        rig.shard(3).closing.get(0).succeed(0);

        assertThat(rig.home.calls).containsExactly("close");
        assertThat(closed.isDone()).isFalse();
        rig.home.closing.get(0).succeed(0);
        assertThat(closed.isDone()).isTrue();
    }

    @Test
    void closesTheOthersWhenOneFails() {
        rig.openAll();
        rig.shard(2).events.failed(new LinkException(RefusalCode.SESSION_UNKNOWN, "gone"));

        assertThat(rig.events).containsExactly("failed SESSION_UNKNOWN");
        assertThat(rig.home.calls).containsExactly("close");
        assertThat(rig.shard(1).calls).containsExactly("close");
    }

    @Test
    void stopsTryingWhenTheHomeFails() throws Exception {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            rig.refusals.add(RefusalCode.SHUTTING_DOWN);
        }
        Answer outcome = new Answer();
        Thread opener = new Thread(() -> link.createAddress(AddressKind.QUEUE, 0, ShardRig.on(1))
                .whenDone((value, failure) -> {
                    if (failure != null) {
                        outcome.fail(failure);
                    }
                }));
        opener.start();
        await().until(() -> rig.refusals.size() < 999);

        rig.home.events.failed(new LinkException(RefusalCode.SESSION_UNKNOWN, "gone"));
        opener.join();

        isRefused(outcome, RefusalCode.INTERNAL);
        assertThat(rig.shards()).containsExactly(0);
    }

    private static final class Browsed implements BrowseSink {
        @Override
        public void browsed(DeliverySink.Delivery delivery) {}

        @Override
        public void end(@Nullable LinkException failure) {}
    }

    /** What was listed, and that it has ended. */
    private static final class Listed implements ListSink {
        final List<String> seen = new ArrayList<>();
        final TransactionSink transactions = new TransactionSink() {
            @Override
            public void transaction(Branch branch) {
                seen.add(id(branch.id()));
            }

            @Override
            public void end(@Nullable LinkException failure) {
                Listed.this.end(failure);
            }
        };

        @Override
        public void destination(Destination destination) {
            seen.add(destination.name() + " " + id(destination.addressId()));
        }

        @Override
        public void end(@Nullable LinkException failure) {
            seen.add("end " + (failure == null ? "null" : failure.getMessage()));
        }

        private static String id(long id) {
            return ShardIds.shardOf(id) + "/" + ShardIds.localOf(id);
        }
    }
}
