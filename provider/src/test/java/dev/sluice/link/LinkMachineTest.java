package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinkMachineTest {
    private static final Link.ConsumerSpec SPEC = new Link.ConsumerSpec(7, 1, SubscriptionKind.QUEUE, false, "", "");

    private LinkRig rig = new LinkRig();
    private final Taker taker = new Taker();

    @Test
    void answersCommandsWhenTheyAreConfirmed() {
        rig.opened();
        Command create = rig.createAddress("a");
        Command publish = rig.publish("x");
        rig.exchange();
        assertThat(create.isDone()).isFalse();
        rig.server.confirm(1);
        rig.exchange();
        assertThat(create.value()).isEqualTo(1001);
        assertThat(publish.isDone()).isFalse();
        rig.server.confirm(1);
        rig.exchange();
        assertThat(publish.isDone()).isTrue();
        assertThat(rig.windowLeft).isPositive();
    }

    @Test
    void tellsARefusalWithItsLimitAndGoesOn() {
        rig.opened();
        rig.server.refusePublish = RefusalCode.STORAGE_FULL;
        Command refused = rig.publish("x");
        rig.exchange();
        rig.server.refusePublish = null;
        Command taken = rig.publish("y");
        rig.exchange();
        rig.server.confirm(2);
        rig.exchange();
        assertThat(refused.failure()).isInstanceOf(LinkException.class).hasMessage("no room (limit 10, actual 11)");
        assertThat(codeOf(refused.failure())).isEqualTo(RefusalCode.STORAGE_FULL);
        assertThat(taken.failure()).isNull();
    }

    @Test
    void sendsAgainInOrderWhatWasNotConfirmed() {
        rig.opened();
        Command first = rig.publish("1");
        Command second = rig.publish("2");
        rig.toServer();
        rig.publish("lost on the way");
        rig.breakSocket();
        Command away = rig.publish("while away");
        rig.reconnect();
        assertThat(rig.server.heard).containsSubsequence("hello 0", "hello 77", "repeat 1", "repeat 2");
        assertThat(rig.server.applied)
                .containsExactly("publish 1", "publish 2", "publish lost on the way", "publish while away");
        rig.server.confirm(9);
        rig.exchange();
        assertThat(List.of(first, second, away)).allMatch(Command::isDone);
        assertThat(rig.events).containsExactly("connect one", "established", "interrupted", "connect one", "resumed");
    }

    @Test
    void keepsWithinTheWindowOfTheServer() {
        rig.opened();
        for (int index = 0; index < 20; index++) {
            rig.publish("" + index);
        }
        rig.exchange();
        assertThat(rig.server.applied).hasSize(ModelServer.WINDOW_COMMANDS);
        rig.server.confirm(3);
        rig.exchange();
        assertThat(rig.server.applied).hasSize(ModelServer.WINDOW_COMMANDS + 3);
        Command large = rig.publish("x".repeat(2 * ModelServer.WINDOW_BYTES));
        for (int round = 0; round < 4; round++) {
            rig.server.confirm(100);
            rig.exchange();
        }
        assertThat(large.isDone()).isTrue();
    }

    @Test
    void claimsWhatIsHeldAndCountsCreditFromThere() {
        consuming(5);
        rig.server.dispatch(3);
        rig.exchange();
        assertThat(taker.sequences).containsExactly(2L, 3L, 4L);
        acknowledge(3);
        rig.exchange();
        rig.server.confirm(100);
        rig.exchange();
        rig.breakSocket();
        rig.reconnect();
        assertThat(rig.server.heard).contains("reattach 7 [2, 4]");
        assertThat(rig.server.heard).noneMatch(heard -> heard.startsWith("last settled"));
        rig.server.dispatch(100);
        rig.exchange();
        // 5 were granted and 3 had come.
        assertThat(taker.sequences).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(taker.epochs).containsOnly(1L);
    }

    @Test
    void saysHowFarALaneCameWhoseLastMessageIsSettled() {
        consuming(5);
        rig.server.dispatch(3);
        rig.exchange();
        acknowledge(4);
        rig.exchange();
        rig.server.confirm(100);
        rig.exchange();
        rig.breakSocket();
        rig.reconnect();
        assertThat(rig.server.heard).contains("reattach 7 [2, 3]", "last settled 7 4");
    }

    @Test
    void beginsAnEpochOfTheSinkWhenClaimsAreLost() {
        consuming(3);
        rig.server.dispatch(3);
        rig.exchange();
        rig.breakSocket();
        rig.server.claimsExpire = true;
        rig.reconnect();
        assertThat(taker.lost).containsExactly(2L);
        rig.call(LinkCalls.credit(7, 2, 2));
        rig.exchange();
        rig.server.dispatch(9);
        rig.exchange();
        assertThat(taker.sequences).containsExactly(2L, 3L, 4L, 2L, 3L);
        assertThat(taker.epochs).containsExactly(1L, 1L, 1L, 2L, 2L);
        assertThat(rig.handOutUntil).isGreaterThan(rig.nanos);
    }

    @Test
    void dropsDeliveriesOfAnEndedEpoch() {
        consuming(3);
        rig.server.dispatch(3);
        // On their way when the consumer gives back.
        rig.call(new ConsumerCommand.GiveBack(7, 2, new Ranges()));
        rig.toClient();
        assertThat(taker.sequences).isEmpty();
        rig.call(LinkCalls.credit(7, 2, 1));
        rig.exchange();
        rig.server.dispatch(3);
        rig.exchange();
        assertThat(taker.sequences).containsExactly(2L);
        assertThat(taker.epochs).containsExactly(2L);
    }

    @Test
    void dropsABodyThatIsCutOffByTheNextMessage() {
        consuming(3);
        rig.server.deliverLarge(7, 1, 2, 1000);
        rig.server.chunk(7, 1, 2, 0, 600);
        rig.server.deliver(7, 1, 3);
        rig.server.deliverLarge(7, 1, 4, 1000);
        rig.server.chunk(7, 1, 4, 0, 600);
        rig.server.chunk(7, 1, 4, 600, 400);
        rig.exchange();
        assertThat(rig.socket).isTrue();
        assertThat(taker.sequences).containsExactly(3L, 4L);
        rig.breakSocket();
        rig.reconnect();
        assertThat(rig.server.heard).contains("reattach 7 [3, 4]");
    }

    @Test
    void settlesMoreMessagesThanAFrameMayName() {
        consuming(3);
        Ranges many = new Ranges();
        many.addRun(4, false, 2, 2_500_000);
        many.addRun(4, false, 3_000_000, 5);
        Command command = rig.call(ConsumerCommand.Acknowledge.now(7, many, true));
        rig.exchange();
        assertThat(rig.server.heard)
                .contains(
                        "acknowledge 2+1000000",
                        "acknowledge 1000002+1000000",
                        "acknowledge 2000002+500000",
                        "acknowledge 3000000+5");
        Ranges failed = new Ranges();
        failed.addRun(4, false, 4_000_000, 1_000_001);
        rig.call(new ConsumerCommand.GiveBack(7, 2, failed));
        rig.exchange();
        rig.server.confirm(100);
        rig.exchange();
        assertThat(command.isDone()).isTrue();
        assertThat(rig.server.applied).filteredOn("acknowledge"::equals).hasSize(3);
        assertThat(rig.server.applied).filteredOn("return"::equals).hasSize(2);
    }

    @Test
    void reattachesOnlyWhenAReturnOfUnknownOutcomeIsAnswered() {
        consuming(3);
        rig.server.dispatch(3);
        rig.exchange();
        rig.call(new ConsumerCommand.GiveBack(7, 2, new Ranges()));
        rig.call(LinkCalls.credit(7, 2, 2));
        rig.toServer();
        rig.breakSocket();
        rig.reconnect();
        assertThat(rig.server.heard).noneMatch(heard -> heard.startsWith("reattach"));
        rig.server.confirm(100);
        rig.exchange();
        assertThat(rig.server.heard).contains("reattach 7 []");
        rig.server.dispatch(9);
        rig.exchange();
        assertThat(taker.sequences).containsExactly(2L, 3L, 4L, 2L, 3L);
        assertThat(taker.epochs).containsExactly(1L, 1L, 1L, 2L, 2L);
    }

    @Test
    void ignoresAGiveBackOfWhatWasLostAlready() {
        consuming(2);
        rig.server.dispatch(2);
        rig.exchange();
        rig.breakSocket();
        rig.server.claimsExpire = true;
        rig.reconnect();
        Command late = rig.call(new ConsumerCommand.GiveBack(7, 2, new Ranges()));
        assertThat(late.isDone()).isTrue();
        assertThat(rig.server.applied).doesNotContain("return");
    }

    @Test
    void stopsHandingOutBeforeTheGraceEnds() {
        consuming(2);
        rig.server.dispatch(1);
        rig.exchange();
        rig.breakSocket();
        assertThat(rig.handOutUntil - rig.nanos)
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(ModelServer.GRACE_MILLIS * 8 / 10));
        long lost = rig.handOutUntil;
        rig.connect();
        rig.toServer();
        assertThat(rig.handOutUntil).isEqualTo(lost);
        rig.exchange();
        assertThat(rig.handOutUntil).isGreaterThan(lost);
    }

    @Test
    void stopsHandingOutWhenItWasAsleepAndTheServerMayHaveGivenItUp() {
        consuming(2);
        assertThat(rig.handOutUntil - rig.nanos)
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(
                        2 * ModelServer.HEARTBEAT_MILLIS + ModelServer.GRACE_MILLIS * 8 / 10));
        rig.server.writer().serverHeartbeatFrame(5);
        rig.nanos += TimeUnit.MINUTES.toNanos(1);
        // What the server said before it gave us up proves nothing.
        rig.toClient();
        assertThat(rig.events).endsWith("disconnect", "interrupted", "connect one");
        assertThat(rig.handOutUntil).isLessThan(rig.nanos);
    }

    @Test
    void noticesThatTheMachineWasSuspendedThoughItsClockStoodStill() {
        consuming(2);
        rig.wallAheadMillis += TimeUnit.MINUTES.toMillis(1);
        rig.pass(Duration.ofMillis(1));
        assertThat(rig.events).endsWith("disconnect", "interrupted", "connect one");
        assertThat(rig.handOutUntil).isLessThan(rig.nanos);
    }

    @Test
    void whatComesAfterTheClaimsEndedProvesNothing() {
        consuming(2);
        long end = rig.handOutUntil;
        while (rig.nanos < end) {
            rig.nanos += TimeUnit.SECONDS.toNanos(4);
            // It reads, and does not come to look at the time.
            rig.turn(() -> {});
        }
        assertThat(rig.socket).isTrue();
        // It was on its way all the time: another server may lead since, and what is held may be with others.
        rig.server.writer().serverHeartbeatFrame(5);
        rig.toClient();
        assertThat(rig.handOutUntil).isLessThan(rig.nanos);
        assertThat(rig.events).endsWith("disconnect", "interrupted", "connect one");
    }

    @Test
    void handsOutNothingAfterItWasSuspendedWhileItLookedForAServer() {
        consuming(2);
        rig.breakSocket();
        assertThat(rig.handOutUntil).isGreaterThan(rig.nanos);
        // The monotonic clock stands still meanwhile. That the wall clock was set back before does not matter.
        rig.wallAheadMillis -= TimeUnit.HOURS.toMillis(2);
        rig.turn(() -> {});
        rig.wallAheadMillis += TimeUnit.HOURS.toMillis(1);
        rig.turn(() -> {});
        assertThat(rig.handOutUntil).isLessThan(rig.nanos);
    }

    @Test
    void handsOutNoLongerForHearingLateThatTheSocketIsGone() {
        consuming(2);
        long before = rig.handOutUntil;
        rig.nanos = before;
        rig.breakSocket();
        assertThat(rig.handOutUntil).isLessThanOrEqualTo(before);
    }

    @Test
    void givesBackWhatAClosedConsumerRetained() {
        consuming(2);
        Ranges retained = new Ranges();
        retained.add(4, false, 0);
        rig.call(new ConsumerCommand.Close(7, retained));
        rig.exchange();
        Ranges failed = new Ranges();
        failed.add(4, false, 0);
        ConsumerCommand.GiveBack back = new ConsumerCommand.GiveBack(7, 2, failed);
        rig.call(back);
        rig.toServer();
        assertThat(rig.server.applied).endsWith("return");
        rig.server.confirm(100);
        rig.exchange();
        assertThat(back.isDone()).isTrue();
    }

    @Test
    void handsOutAgainWhenAnEpochBeganBeforeTheWordOnTheClaims() {
        consuming(2);
        rig.breakSocket();
        for (int attempts = 0; !rig.isConnecting() && attempts < 100; attempts++) {
            rig.pass(Duration.ofMillis(50));
        }
        rig.connect();
        // The Welcome comes and the claims leave; before the word on them the application recovers.
        rig.toServer();
        rig.toClient();
        rig.call(new ConsumerCommand.GiveBack(7, 2, new Ranges()));
        rig.exchange();
        rig.server.confirm(100);
        rig.exchange();
        assertThat(rig.handOutUntil).isGreaterThan(rig.nanos);
    }

    @Test
    void beatsAndEndsASilentSocket() {
        rig.opened();
        rig.pass(Duration.ofSeconds(4));
        rig.server.writer().serverHeartbeatFrame(5);
        rig.toClient();
        rig.pass(Duration.ofSeconds(5));
        rig.pass(Duration.ofSeconds(5));
        rig.pass(Duration.ofMillis(4_999));
        rig.toServer();
        assertThat(rig.server.heard).containsExactly("hello 0", "beat 0", "beat 0", "beat 0");
        assertThat(rig.socket).isTrue();
        rig.pass(Duration.ofMillis(1));
        // Who is frozen would take another socket, and say nothing there either.
        assertThat(rig.events).endsWith("disconnect", "interrupted", "connect two");
        // The server may have lost us when it fell silent.
        assertThat(rig.handOutUntil).isLessThan(rig.nanos);
    }

    @Test
    void aServerThatBeatsOftenIsGivenUpSoon() {
        rig = new LinkRig(new LinkOptions(
                List.of(LinkRig.ONE),
                "",
                null,
                null,
                LinkOptions.FOREVER,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30)));
        rig.opened();
        for (int beat = 1; beat < 3; beat++) {
            rig.pass(Duration.ofMillis(ModelServer.HEARTBEAT_MILLIS));
        }
        rig.pass(Duration.ofMillis(ModelServer.HEARTBEAT_MILLIS - 1));
        assertThat(rig.socket).isTrue();
        rig.pass(Duration.ofMillis(1));
        assertThat(rig.events).endsWith("disconnect", "interrupted", "connect one");
    }

    @Test
    void triesEachServerOnceBeforeItIsEstablished() {
        rig.turn(rig.machine::begin);
        rig.refuseConnect();
        rig.refuseConnect();
        assertThat(rig.events).containsExactly("connect one", "connect two");
        assertThat(rig.failure)
                .hasMessageContaining("cannot connect to one:7676: Connection refused; two:7676: Connection refused");
    }

    @Test
    void saysWhichServerSaidWhatBeforeItIsEstablished() {
        rig.server.refuseHello = RefusalCode.SHUTTING_DOWN;
        rig.turn(rig.machine::begin);
        rig.connect();
        rig.exchange();
        rig.connect();
        rig.exchange();
        assertThat(rig.failure)
                .hasMessage("cannot connect to one:7676: refused: SHUTTING_DOWN; two:7676: refused: SHUTTING_DOWN");
    }

    @Test
    void endsAtOnceWhenCredentialsAreRefused() {
        rig.server.refuseHello = RefusalCode.AUTHENTICATION;
        rig.opened();
        assertThat(codeOf(rig.failure)).isEqualTo(RefusalCode.AUTHENTICATION);
        assertThat(rig.events).containsExactly("connect one", "disconnect");
    }

    @Test
    void goesToTheOtherServerWhenOneShutsDown() {
        rig.opened();
        rig.breakSocket();
        rig.server.refuseHello = RefusalCode.SHUTTING_DOWN;
        rig.reconnect();
        rig.server.refuseHello = null;
        rig.reconnect();
        assertThat(rig.events)
                .containsExactly(
                        "connect one",
                        "established",
                        "interrupted",
                        "connect one",
                        "disconnect",
                        "connect two",
                        "resumed");
    }

    @Test
    void saysWhichOutcomesAreUnknownWhenTheSessionIsGone() {
        rig.opened();
        Command sent = rig.publish("sent");
        rig.toServer();
        rig.breakSocket();
        Command unsent = rig.publish("unsent");
        rig.server.refuseHello = RefusalCode.SESSION_UNKNOWN;
        rig.reconnect();
        assertThat(sent.failure()).hasMessageStartingWith("outcome unknown: refused");
        assertThat(unsent.failure()).hasMessageStartingWith("not sent: refused");
        assertThat(rig.events).endsWith("failed SESSION_UNKNOWN");
        Command late = rig.publish("late");
        assertThat(late.failure()).isInstanceOf(LinkException.class);
    }

    @Test
    void givesUpWhenReconnectingTakesTooLong() {
        LinkRig limited = new LinkRig(LinkRig.options(Duration.ofSeconds(3), LinkRig.ONE));
        limited.opened();
        Command open = limited.publish("x");
        limited.breakSocket();
        for (int round = 0; round < 100 && !limited.ended; round++) {
            if (limited.isConnecting()) {
                limited.refuseConnect();
            }
            limited.pass(Duration.ofMillis(100));
        }
        assertThat(open.failure()).hasMessageContaining("no server came back within 3000 ms: one:7676");
    }

    @Test
    void waitsLongerBetweenAttempts() {
        rig.opened();
        rig.breakSocket();
        List<Long> waits = new ArrayList<>();
        for (int attempt = 0; attempt < 9; attempt++) {
            long before = rig.nanos;
            rig.refuseConnect();
            while (!rig.isConnecting()) {
                rig.pass(Duration.ofMillis(5));
            }
            waits.add(TimeUnit.NANOSECONDS.toMillis(rig.nanos - before));
        }
        assertThat(waits).containsExactly(25L, 50L, 100L, 200L, 400L, 800L, 1000L, 1000L, 1000L);
    }

    @Test
    void losesTransientMessagesWithTheSocketButNotThoseThatWait() {
        rig.opened();
        rig.publishTransient("a");
        rig.breakSocket();
        rig.publishTransient("b");
        rig.reconnect();
        assertThat(rig.server.transients).containsExactly("b");
        rig.server.writer().sendCreditFrame(rig.server.transientBytes);
        rig.exchange();
        String large = "x".repeat(ModelServer.WINDOW_BYTES - 100);
        rig.publishTransient(large);
        rig.publishTransient(large);
        rig.exchange();
        assertThat(rig.server.transients).hasSize(2);
        rig.server.writer().sendCreditFrame(rig.server.transientBytes);
        rig.exchange();
        assertThat(rig.server.transients).hasSize(3);
    }

    @Test
    void closesTheSessionAndThenTheSocket() {
        rig.opened();
        Answer closed = new Answer();
        rig.call(LinkCalls.close(closed));
        rig.exchange();
        assertThat(closed.isDone()).isFalse();
        rig.server.confirm(1);
        rig.exchange();
        assertThat(closed.isDone()).isTrue();
        assertThat(rig.server.applied).containsExactly("close session");
        assertThat(rig.failure).isNull();
        assertThat(rig.events).endsWith("disconnect");
    }

    @Test
    void isClosedAtOnceWhenTheSocketIsAway() {
        rig.opened();
        rig.breakSocket();
        Answer closed = new Answer();
        rig.call(LinkCalls.close(closed));
        assertThat(closed.isDone()).isTrue();
        assertThat(rig.ended).isTrue();
    }

    @Test
    void bringsAcknowledgementsThroughBeforeItClosesThoughTheSocketIsAway() {
        consuming(3);
        rig.server.dispatch(3);
        rig.exchange();
        acknowledge(2);
        rig.breakSocket();
        acknowledge(3);
        Answer closed = new Answer();
        rig.call(LinkCalls.close(closed));
        assertThat(closed.isDone()).isFalse();
        Command late = rig.publish("late");
        assertThat(late.failure()).hasMessageContaining("the connection is closed");
        rig.reconnect();
        assertThat(rig.server.acknowledged).containsExactly(2L, 3L);
        rig.server.confirm(100);
        rig.exchange();
        assertThat(closed.isDone()).isTrue();
        assertThat(rig.server.applied).endsWith("acknowledge", "acknowledge", "close session");
        assertThat(rig.failure).isNull();
    }

    @Test
    void looksForTheServerAgainWhenTheSocketIsLostWhileItCloses() {
        rig.opened();
        Command publish = rig.publish("x");
        Answer closed = new Answer();
        rig.call(LinkCalls.close(closed));
        rig.breakSocket();
        assertThat(closed.isDone()).isFalse();
        rig.reconnect();
        rig.server.confirm(100);
        rig.exchange();
        assertThat(publish.failure()).isNull();
        assertThat(closed.isDone()).isTrue();
    }

    @Test
    void closesAfterAWhileWhenNoServerComesBack() {
        rig.opened();
        Command publish = rig.publish("x");
        rig.breakSocket();
        Answer closed = new Answer();
        rig.call(LinkCalls.close(closed));
        for (int round = 0; round < 99; round++) {
            if (rig.isConnecting()) {
                rig.refuseConnect();
            }
            rig.pass(Duration.ofMillis(100));
        }
        assertThat(closed.isDone()).isFalse();
        rig.pass(Duration.ofMillis(100));
        assertThat(closed.isDone()).isTrue();
        assertThat(publish.failure()).hasMessageStartingWith("outcome unknown");
        assertThat(rig.events).doesNotContain("failed SHUTTING_DOWN");
    }

    @Test
    void hasTheServerDropALargeMessageThatALostSocketCutInTwo() {
        rig.opened();
        CommandEncoder encoder = new CommandEncoder();
        ByteBuf part = Unpooled.wrappedBuffer(new byte[10]);
        rig.call(new TransientPart(encoder.chunk(false, 5, 0, part), 5, true, false));
        rig.exchange();
        rig.breakSocket();
        rig.call(new TransientPart(encoder.chunk(false, 5, 10, part), 5, false, true));
        rig.reconnect();
        assertThat(rig.server.transients).containsExactly("chunk 0+10", "chunk " + Long.MAX_VALUE + "+0");
        rig.server.writer().sendCreditFrame(rig.server.transientBytes);
        rig.exchange();
        rig.breakSocket();
        rig.reconnect();
        assertThat(rig.server.transients).hasSize(2);
    }

    @Test
    void reconnectsWhenTheServerSendsRubbishButNotForEver() {
        rig.opened();
        for (int round = 0; round < 10 && !rig.ended; round++) {
            rig.server.writer().confirmedFrame(1_000);
            rig.exchange();
            if (!rig.ended) {
                rig.reconnect();
            }
        }
        assertThat(rig.failure).hasMessageContaining("Confirmed: number 1000, but only 0 were sent");
    }

    private static @Nullable RefusalCode codeOf(@Nullable Exception failure) {
        return failure instanceof LinkException refusal ? refusal.code() : null;
    }

    private void consuming(int credit) {
        rig.opened();
        rig.call(new ConsumerCommand.Open(SPEC, taker));
        rig.call(LinkCalls.credit(7, 1, credit));
        for (int index = 0; index < 9; index++) {
            rig.publish("" + index);
            rig.exchange();
            rig.server.confirm(1);
        }
        rig.server.confirm(100);
        rig.exchange();
    }

    private void acknowledge(long sequence) {
        Ranges ranges = new Ranges();
        ranges.add(4, false, sequence);
        rig.call(ConsumerCommand.Acknowledge.now(7, ranges, true));
    }

    private static final class Taker implements DeliverySink {
        final List<Long> sequences = new ArrayList<>();
        final List<Long> epochs = new ArrayList<>();
        final List<Long> lost = new ArrayList<>();

        @Override
        public void deliver(Delivery delivery) {
            sequences.add(delivery.sequence());
            epochs.add(delivery.epoch());
            delivery.envelope().release();
        }

        @Override
        public void claimsLost(long epoch) {
            lost.add(epoch);
        }

        @Override
        public void closed(RefusalCode code, String text) {}
    }
}
