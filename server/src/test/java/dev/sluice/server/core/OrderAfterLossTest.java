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

    /** So small that what is looked at late is read from the store. */
    private static final long CACHE_BYTES = 4096;

    private final Given given = new Given(CACHE_BYTES);
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
            assertThat(client.reattach(consumer, received, held)).isTrue();
            client.credit(consumer, granted);
        }

        List<Long> sequences() {
            return received.stream().map(Delivery::sequence).toList();
        }

        /** In each lane apart. */
        void assertInOrder(long seed) {
            for (int code = 0; code < Lane.CODES; code++) {
                int lane = code;
                assertThat(received.stream().filter(delivery -> delivery.code() == lane))
                        .extracting(Delivery::sequence)
                        .as("seed %d, lane %d", seed, code)
                        .isSorted()
                        .doesNotHaveDuplicates();
            }
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

    private void publish(int count, int priority) {
        for (int index = 0; index < count; index++) {
            producer.publish(Client.message(queue, ++published).priority(priority));
        }
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
    void letsWhatWaitsForOneThatTakesNothingGoToAnyoneAfterAWhile() {
        Member fast = new Member("").grant(4);
        Member slow = new Member("").grant(3);
        publish(7);
        fast.receive(4).acknowledge();
        slow.receive(1).acknowledge();
        restart();
        fast.granted += 5;
        fast.comeBack();
        slow.comeBack();
        slow.hangUp();
        slow.onTheWay.clear();
        publish(1);
        given.observed.isBusy = consumer -> consumer.id() == slow.consumer;
        slow.away = false;
        assertThat(slow.client.reattach(slow.consumer, slow.received, slow.held))
                .isTrue();

        assertThat(fast.receive(9).sequences()).as("it waits").containsExactly(0L, 2L, 4L, 6L, 7L);
        given.pass(9_999);
        assertThat(fast.receive(9).sequences()).hasSize(5);
        given.pass(1);
        assertThat(fast.receive(9).sequences()).containsExactly(0L, 2L, 4L, 6L, 7L, 3L, 5L);
    }

    @Test
    void readsNothingAgainAndAgainForWhatWaits() {
        Member fast = new Member("").grant(600);
        Member slow = new Member("").grant(600);
        for (int round = 0; round < 200; round++) {
            publish(2, 4);
            publish(2, 9);
        }
        fast.receive(1000).acknowledge();
        slow.receive(1);
        publish(1000, 4);

        restart();
        slow.comeBack();
        slow.hangUp();
        fast.granted += 600;
        long loads = given.observed.loads;
        fast.comeBack();
        given.settle();

        assertThat(fast.receive(1000).received).hasSizeGreaterThan(900);
        assertThat(given.observed.loads - loads).isLessThan(100);
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
                case 2, 3, 4, 5 -> publish(random.nextInt(4), random.nextInt(3) == 0 ? 9 : 4);
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
            member.assertInOrder(seed);
            member.received.forEach(delivery -> all.add(delivery.message()));
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
