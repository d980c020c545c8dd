package dev.sluice.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.core.Observed.Delivery;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several consumers share a queue, and what was on its way to some of them is lost with their sockets or with the server. */
final class OrderAfterLossTest {
    private static final int STEPS = 400;
    private static final int SEEDS = 300;

    private final Given given = new Given();
    private final long queue = given.client("").queue("orders");
    private final Client producer = given.client("");
    private final List<Member> members = new ArrayList<>();
    private long published;

    /** A client with one consumer: its socket, what came out of that, and what it has yet to settle. */
    private final class Member {
        final Client client = given.client("");
        final long consumer;
        final ArrayDeque<Delivery> onTheWay = new ArrayDeque<>();
        final List<Delivery> received = new ArrayList<>();
        final List<Delivery> held = new ArrayList<>();
        long granted;
        long sent;
        boolean away;

        Member(String selector) {
            consumer = client.consume(queue, SubscriptionKind.QUEUE, "", selector);
            members.add(this);
        }

        void sent(Delivery delivery) {
            onTheWay.add(delivery);
            sent++;
        }

        Member grant(long more) {
            granted += more;
            client.credit(consumer, granted);
            return this;
        }

        Member receive(int most) {
            for (int count = 0; count < most && !onTheWay.isEmpty(); count++) {
                received.add(onTheWay.getFirst());
                held.add(onTheWay.removeFirst());
            }
            return this;
        }

        Member acknowledge() {
            client.acknowledge(consumer, held);
            held.clear();
            return this;
        }

        void hangUp() {
            away = true;
            given.dispatcher.away(client.session());
        }

        void comeBack() {
            away = false;
            granted = granted - sent + onTheWay.size();
            sent = 0;
            onTheWay.clear();
            assertThat(client.reattach(consumer, received, held, granted)).isTrue();
        }

        List<Long> sequences() {
            return received.stream().map(Delivery::sequence).toList();
        }
    }

    OrderAfterLossTest() {
        given.observed.onDelivery = delivery -> members.stream()
                .filter(member -> member.consumer == delivery.consumerId())
                .forEach(member -> member.sent(delivery));
    }

    private void publish(int count) {
        producer.publish(queue, published + 1, count);
        published += count;
    }

    private void restart() {
        given.stored();
        given.restart().settle();
        members.forEach(member -> member.away = true);
    }

    @Test
    void givesWhatAKillOfTheServerLostToTheConsumerThatHasHadNothingBeyond() {
        Member fast = new Member("").grant(4);
        Member slow = new Member("").grant(3);
        publish(7);
        fast.receive(4).acknowledge();
        slow.receive(1).acknowledge();

        restart();
        fast.granted += 5;
        fast.comeBack();
        slow.comeBack();

        assertThat(slow.receive(5).sequences()).containsExactly(1L, 3L, 5L);
        assertThat(fast.receive(5).sequences()).containsExactly(0L, 2L, 4L, 6L);
    }

    @Test
    void givesWhatAnEndOfASocketLostToTheConsumerThatHasHadNothingBeyond() {
        Member fast = new Member("").grant(4);
        Member slow = new Member("").grant(3);
        publish(7);
        fast.receive(4).acknowledge();
        slow.receive(1).acknowledge();

        slow.hangUp();
        fast.grant(5);
        slow.comeBack();
        publish(2);

        assertThat(slow.receive(5).sequences()).containsExactly(1L, 3L, 5L);
        assertThat(fast.receive(5).sequences()).containsExactly(0L, 2L, 4L, 6L, 7L, 8L);
    }

    @Test
    void letsWhatOneLostGoToAnyoneWhenItStaysAway() {
        Member fast = new Member("").grant(4);
        Member slow = new Member("").grant(3);
        publish(7);
        fast.receive(4).acknowledge();
        slow.receive(1).acknowledge();

        restart();
        fast.granted += 5;
        fast.comeBack();
        given.dispatcher.detach(slow.client.session());
        given.settle();

        assertThat(fast.receive(9).sequences()).containsExactly(0L, 2L, 4L, 6L, 3L, 5L);
    }

    @Test
    void letsNoConsumerThatTakesNothingKeepOthersFromWhatWasLost() {
        Member idle = new Member("");
        Member fast = new Member("").grant(4);
        Member gone = new Member("").grant(2);
        publish(5);
        fast.receive(4).acknowledge();
        gone.client.close(gone.consumer, List.of());

        restart();
        idle.comeBack();
        fast.granted += 5;
        fast.comeBack();

        assertThat(fast.receive(9).sequences()).hasSize(5).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "JMSPriority = 4"})
    void keepsTheOrderOfEachConsumerWhateverIsLost(String otherSelector) {
        for (int seed = 0; seed < SEEDS; seed++) {
            new OrderAfterLossTest().run(seed, otherSelector);
        }
    }

    private void run(long seed, String otherSelector) {
        Random random = new Random(seed);
        for (int index = 0; index < 4; index++) {
            new Member(index % 2 == 0 ? "" : otherSelector).grant(random.nextInt(8));
        }
        for (int step = 0; step < STEPS; step++) {
            Member member = members.get(random.nextInt(members.size()));
            switch (random.nextInt(14)) {
                case 0 -> restart();
                case 1 -> {
                    if (!member.away) {
                        member.hangUp();
                    }
                }
                case 2, 3, 4, 5 -> publish(random.nextInt(4));
                default -> act(member, random);
            }
        }
        Collections.shuffle(members, random);
        members.stream().filter(member -> member.away).forEach(Member::comeBack);
        for (boolean worked = true; worked; ) {
            worked = false;
            for (Member member : members) {
                member.receive(Integer.MAX_VALUE).acknowledge().grant(5);
                worked |= !member.onTheWay.isEmpty();
            }
        }
        List<Long> all = new ArrayList<>();
        for (Member member : members) {
            assertThat(member.sequences()).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
            all.addAll(member.sequences());
        }
        assertThat(all).as("seed %d", seed).hasSize((int) published).doesNotHaveDuplicates();
    }

    private static void act(Member member, Random random) {
        if (member.away) {
            // What waits in a dead socket may still come out of it.
            member.receive(random.nextInt(3));
            member.comeBack();
        } else if (random.nextBoolean()) {
            member.receive(random.nextInt(5));
        } else if (random.nextBoolean()) {
            member.acknowledge();
        } else {
            member.grant(random.nextInt(6));
        }
    }
}
