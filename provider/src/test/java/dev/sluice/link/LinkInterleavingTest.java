package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Seeded;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.SubscriptionKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Any order of calls, frames, lost sockets and resumptions: every command is applied once, in order, and answered once. */
class LinkInterleavingTest {
    private static final int STEPS = 400;

    private final LinkRig rig = new LinkRig();
    private final List<Command> commands = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();
    private final List<App> apps = List.of(new App(1), new App(2));
    private int published;
    private boolean claimsMayExpire;

    @Seeded(runs = 300)
    void everyCommandIsAppliedOnceInOrderAndAnsweredOnce(SplittableRandom random) {
        rig.opened();
        apps.forEach(App::open);
        claimsMayExpire = random.nextInt(4) == 0;
        for (int step = 0; step < STEPS; step++) {
            step(random);
        }
        comeToRest();
        assertThat(commands).allMatch(Command::isDone);
        assertThat(rig.server.applied.stream().filter(what -> what.startsWith("publish")))
                .containsExactlyElementsOf(expected);
        assertThat(rig.server.pending).isEmpty();
        assertThat(rig.server.acknowledged).doesNotHaveDuplicates();
        List<Long> settled = new ArrayList<>(apps.get(0).settled);
        settled.addAll(apps.get(1).settled);
        if (!claimsMayExpire) {
            assertThat(settled).doesNotHaveDuplicates();
        }
        assertThat(rig.ended).isFalse();
    }

    private void step(SplittableRandom random) {
        App app = apps.get(random.nextInt(apps.size()));
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> publish(random);
            case 3 -> commands.add(rig.createAddress("a"));
            case 4, 5 -> rig.toServer();
            case 6, 7 -> rig.toClient();
            case 8 -> rig.server.confirm(random.nextInt(6));
            case 9, 10 -> rig.server.dispatch(random.nextInt(6));
            case 11, 12 -> app.settle(random);
            case 13 -> app.grant(random.nextInt(8));
            case 14 -> {
                if (random.nextInt(3) == 0) {
                    app.giveBack();
                }
            }
            default -> {
                rig.server.claimsExpire = claimsMayExpire && random.nextBoolean();
                if (rig.socket) {
                    rig.breakSocket();
                } else {
                    reconnect(random.nextBoolean());
                }
            }
        }
    }

    private void publish(SplittableRandom random) {
        String text = "publish " + published++ + "x".repeat(random.nextInt(5) == 0 ? 3000 : 0);
        rig.server.refusePublish = null;
        expected.add("publish " + text);
        commands.add(rig.publish(text));
    }

    private void reconnect(boolean atOnce) {
        for (int wait = 0; wait < 100 && !rig.isConnecting(); wait++) {
            assertThat(rig.ended).as("ended: %s", rig.failure).isFalse();
            rig.pass(Duration.ofMillis(50));
        }
        rig.connect();
        if (atOnce) {
            rig.exchange();
        }
    }

    private void comeToRest() {
        rig.server.claimsExpire = false;
        if (!rig.socket) {
            reconnect(true);
        }
        for (int round = 0; round < 500 && !isAtRest(); round++) {
            rig.exchange();
            rig.server.confirm(100);
            rig.exchange();
            apps.forEach(app -> app.grant(50));
            rig.exchange();
            rig.server.dispatch(50);
            rig.exchange();
            apps.forEach(App::settleAll);
        }
    }

    private boolean isAtRest() {
        return rig.server.pending.isEmpty() && commands.stream().allMatch(Command::isDone);
    }

    /** What a façade does with a consumer. */
    private final class App implements DeliverySink {
        final long id;
        final List<Delivery> unsettled = new ArrayList<>();
        final List<Long> settled = new ArrayList<>();
        long epoch = 1;
        long taken;
        long granted;

        App(long id) {
            this.id = id;
        }

        void open() {
            commands.add(rig.call(new ConsumerCommand.Open(
                    new Link.ConsumerSpec(id, 1, SubscriptionKind.QUEUE, false, "", ""), this)));
        }

        void grant(int ahead) {
            granted = Math.max(granted, taken + ahead);
            rig.call(LinkCalls.credit(id, epoch, granted));
        }

        void settle(SplittableRandom random) {
            if (!unsettled.isEmpty()) {
                acknowledge(unsettled.remove(random.nextInt(unsettled.size())));
            }
        }

        void settleAll() {
            while (!unsettled.isEmpty()) {
                acknowledge(unsettled.remove(0));
            }
        }

        private void acknowledge(Delivery delivery) {
            settled.add(delivery.sequence());
            Ranges ranges = new Ranges();
            ranges.add(delivery.priority(), false, delivery.sequence());
            commands.add(rig.call(ConsumerCommand.Acknowledge.now(id, ranges, true)));
        }

        void giveBack() {
            Ranges failed = new Ranges();
            unsettled.forEach(delivery -> failed.add(delivery.priority(), false, delivery.sequence()));
            begin(epoch + 1);
            commands.add(rig.call(new ConsumerCommand.GiveBack(id, epoch, failed)));
        }

        private void begin(long newEpoch) {
            epoch = newEpoch;
            unsettled.clear();
            taken = 0;
            granted = 0;
        }

        @Override
        public void deliver(Delivery delivery) {
            delivery.envelope().release();
            if (delivery.epoch() >= epoch) {
                assertThat(delivery.epoch()).isEqualTo(epoch);
                if (!claimsMayExpire) {
                    assertThat(settled).doesNotContain(delivery.sequence());
                }
                assertThat(unsettled).noneMatch(other -> other.sequence() == delivery.sequence());
                unsettled.add(delivery);
                taken++;
                assertThat(taken).isLessThanOrEqualTo(granted);
            }
        }

        @Override
        public void claimsLost(long newEpoch) {
            begin(Math.max(newEpoch, epoch));
        }

        @Override
        public void closed(RefusalCode code, String text) {
            throw new AssertionError("consumer closed: " + text);
        }
    }
}
