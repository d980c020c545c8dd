package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who should lead what, by who leads and what is to be done. */
class BalanceTest {
    private static final List<String> MEMBERS = List.of("a", "b", "c");
    private static final double BUSY = 10 << 20;

    private static Balance.Shard shard(int number, @Nullable String leader, double work) {
        List<String> heirs =
                MEMBERS.stream().filter(member -> !member.equals(leader)).toList();
        return new Balance.Shard(number, leader, work, heirs);
    }

    private static List<Balance.Shard> idle(String... leaders) {
        List<Balance.Shard> shards = new ArrayList<>();
        for (String leader : leaders) {
            shards.add(shard(shards.size(), leader, 0));
        }
        return shards;
    }

    private static String next(List<Balance.Shard> shards) {
        Balance.Move move = Balance.next(shards);
        return move == null ? "none" : move.shard() + ": " + move.from() + " to " + move.to();
    }

    @Test
    void idleShardsAreSpreadByTheirNumber() {
        assertThat(next(idle("a", "a", "a"))).isEqualTo("0: a to b");
        assertThat(next(idle("b", "a", "a"))).isEqualTo("1: a to c");
        assertThat(next(idle("b", "c", "a"))).isEqualTo("none");
        assertThat(next(idle("c", "c"))).isEqualTo("0: c to a");
    }

    @Test
    void oneMoreThanOthersIsWellSpread() {
        assertThat(next(idle("a"))).isEqualTo("none");
        assertThat(next(idle("a", "a", "b", "c"))).isEqualTo("none");
        assertThat(next(idle("a", "a", "b", "b", "c"))).isEqualTo("none");
        assertThat(next(idle("a", "a", "b", "b"))).isEqualTo("0: a to c");
    }

    @Test
    void whoHasTheBusyShardKeepsItAndGivesAwayTheIdleOne() {
        List<Balance.Shard> shards = List.of(shard(0, "a", BUSY), shard(1, "a", 0), shard(2, "b", 0), shard(3, "c", 0));
        assertThat(next(shards)).isEqualTo("1: a to b");
    }

    @Test
    void twoBusyShardsAreLedByTwo() {
        List<Balance.Shard> shards =
                List.of(shard(0, "a", BUSY), shard(1, "a", BUSY), shard(2, "b", 0), shard(3, "b", 0), shard(4, "c", 0));
        assertThat(next(shards)).isEqualTo("0: a to c");
    }

    @Test
    void littleWorkIsNoise() {
        List<Balance.Shard> shards =
                List.of(shard(0, "a", 2000), shard(1, "a", 1000), shard(2, "b", 0), shard(3, "c", 0));
        assertThat(next(shards)).isEqualTo("none");
    }

    @Test
    void nobodyIsGivenAShardThatItCannotLead() {
        Balance.Shard first = new Balance.Shard(0, "a", 0, List.of("c"));
        Balance.Shard second = new Balance.Shard(1, "a", 0, List.of());
        assertThat(next(List.of(first, second))).isEqualTo("0: a to c");
        assertThat(next(List.of(new Balance.Shard(0, "a", 0, List.of()), second)))
                .isEqualTo("none");
    }

    @Test
    void whileAShardHasNoLeaderNothingIsMoved() {
        assertThat(next(List.of(shard(0, "a", 0), shard(1, "a", 0), shard(2, null, 0))))
                .isEqualTo("none");
    }

    @Test
    void whereTheBusiestMemberHasNothingToGiveTheNextOneGives() {
        List<Balance.Shard> shards = List.of(shard(0, "b", BUSY), shard(1, "a", 0), shard(2, "a", 0), shard(3, "a", 0));
        assertThat(next(shards)).isEqualTo("1: a to c");
    }

    @Test
    void oneMemberHasSomethingToGiveHoweverLittleTheOthersKnow() {
        // As a and as b see it: of shards of others, who could lead them is not known.
        List<Balance.Shard> asAKnows = asKnownBy("a", "a", "a", "b", "a", "b");
        List<Balance.Shard> asBKnows = asKnownBy("b", "a", "a", "b", "a", "b");
        assertThat(next(asAKnows)).isEqualTo("0: a to c");
        assertThat(next(asBKnows)).isEqualTo("0: a to c");
    }

    @Test
    void whoCannotKnowLeavesOthersShardsToThem() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String[] leaders = new String[random.nextInt(1, 17)];
            for (int number = 0; number < leaders.length; number++) {
                leaders[number] = MEMBERS.get(random.nextInt(3));
            }
            List<String> givers = MEMBERS.stream()
                    .filter(member -> List.of(leaders).contains(member))
                    .filter(member -> next(asKnownBy(member, leaders)).contains(": " + member + " to "))
                    .toList();
            assertThat(givers).as("givers with seed " + seed).hasSizeLessThanOrEqualTo(1);
        }
    }

    private static List<Balance.Shard> asKnownBy(String member, String... leaders) {
        return idle(leaders).stream()
                .map(shard -> member.equals(shard.leader())
                        ? shard
                        : new Balance.Shard(shard.number(), shard.leader(), shard.work(), null))
                .toList();
    }

    @Test
    void itComesToRestFromAnyBeginning() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Balance.Shard> shards = new ArrayList<>();
            int count = random.nextInt(1, 17);
            for (int number = 0; number < count; number++) {
                double work = random.nextBoolean() ? 0 : random.nextDouble(BUSY);
                shards.add(shard(number, MEMBERS.get(random.nextInt(3)), work));
            }
            int moves = 0;
            for (Balance.Move move = Balance.next(shards); move != null; move = Balance.next(shards)) {
                Balance.Shard moved = shards.get(move.shard());
                assertThat(moved.leader()).isEqualTo(move.from());
                shards.set(move.shard(), shard(moved.number(), move.to(), moved.work()));
                moves++;
                assertThat(moves).as("moves with seed " + seed).isLessThanOrEqualTo(2 * count);
            }
            if (shards.stream().allMatch(shard -> shard.work() == 0)) {
                List<Long> led = MEMBERS.stream()
                        .map(member -> shards.stream()
                                .filter(shard -> member.equals(shard.leader()))
                                .count())
                        .sorted()
                        .toList();
                assertThat(led.get(2) - led.get(0))
                        .as("spread with seed " + seed)
                        .isLessThanOrEqualTo(1);
            }
        }
    }
}
