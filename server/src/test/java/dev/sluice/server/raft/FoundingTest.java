package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who founds a cluster, and who joins one. */
class FoundingTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    private static Facts empty(String name, int life) {
        return new Facts(new MemberAddress(name + "." + life, name + ":1", name + ":2"), 0, 1, List.of());
    }

    private static List<String> othersOf(Facts own) {
        return NAMES.stream().filter(name -> !name.equals(own.self().name())).toList();
    }

    private static Founding.Decision decide(Facts own, Facts... answers) {
        Map<String, Facts> byName = new HashMap<>();
        for (Facts answer : answers) {
            byName.put(answer.self().name(), answer);
        }
        return Founding.decide(own, othersOf(own), byName);
    }

    private static Facts belonging(Facts facts, Founding.Decision decision) {
        Founding.Decision.Belong cluster = (Founding.Decision.Belong) decision;
        return new Facts(facts.self(), cluster.clusterId(), facts.shards(), cluster.founders());
    }

    @Test
    void allFoundTheSameClusterWhenAllHaveAnswered() {
        Facts a = empty("a", 1);
        Facts b = empty("b", 1);
        Facts c = empty("c", 1);
        Founding.Decision first = decide(a, b, c);
        assertThat(first).isInstanceOf(Founding.Decision.Belong.class);
        assertThat(decide(b, a, c)).isEqualTo(first);
        assertThat(decide(c, belonging(a, first), b)).isEqualTo(first);
        assertThat(belonging(a, first).founders()).extracting(MemberAddress::id).containsExactly("a.1", "b.1", "c.1");
    }

    @Test
    void waitsForThoseThatHaveNotAnswered() {
        assertThat(decide(empty("a", 1), empty("c", 1))).isEqualTo(new Founding.Decision.Wait(List.of("b")));
    }

    @Test
    void whoLostItsDataJoinsAndIsNoFounder() {
        Facts b = empty("b", 1);
        Facts a = belonging(empty("a", 1), decide(empty("a", 1), b, empty("c", 1)));
        Facts again = empty("b", 2);
        assertThat(belonging(again, decide(again, a)).isFounder("b.2")).isFalse();
        assertThat(belonging(again, decide(again, a)).clusterId()).isEqualTo(a.clusterId());
    }

    @Test
    void saysWhoIsNotWhoItShouldBe() {
        Facts own = empty("a", 1);
        Map<String, Facts> answers = Map.of("b", empty("c", 1));
        assertThat(Founding.decide(own, List.of("b", "c"), answers))
                .isInstanceOfSatisfying(
                        Founding.Decision.Refuse.class,
                        refusal -> assertThat(refusal.why()).contains("'b'", "'c'"));
    }

    @Test
    void saysWhoHasAnotherNumberOfShards() {
        Facts other = new Facts(empty("b", 1).self(), 7, 4, List.of());
        assertThat(decide(empty("a", 1), other))
                .isInstanceOfSatisfying(
                        Founding.Decision.Refuse.class,
                        refusal -> assertThat(refusal.why()).contains("4 shards"));
    }

    /**
     * Members start, ask, decide and are wiped in any order, by answers that may be old. A cluster that two founders had at a time may have
     * confirmed something: as long as one of those has its data, no other cluster gets so far.
     */
    @Test
    void aSecondClusterNeverWorksBesideOne() {
        for (int seed = 0; seed < 3_000; seed++) {
            World world = new World(seed);
            for (int step = 0; step < 60; step++) {
                world.step();
                assertThat(world.working())
                        .as("clusters that work, seed %d", seed)
                        .hasSizeLessThan(2);
            }
        }
    }

    private static final class World {
        private final Random random;
        private final Map<String, Facts> now = new HashMap<>();
        private final Map<String, Map<String, Facts>> heard = new HashMap<>();
        /** By cluster, those that may have what was confirmed. */
        private final Map<Long, Set<String>> holders = new HashMap<>();

        private int life;

        World(long seed) {
            random = new Random(seed);
            NAMES.forEach(this::wipe);
        }

        private void wipe(String name) {
            now.put(name, empty(name, ++life));
            heard.put(name, new HashMap<>());
        }

        void step() {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            Facts own = now.get(name);
            if (random.nextInt(15) == 0) {
                wipe(name);
            } else if (!own.hasCluster() && random.nextInt(3) > 0) {
                String other = othersOf(own).get(random.nextInt(2));
                heard.get(name).put(other, now.get(other));
            } else if (!own.hasCluster()
                    && Founding.decide(own, othersOf(own), heard.get(name))
                            instanceof Founding.Decision.Belong cluster) {
                now.put(name, belonging(own, cluster));
            }
            for (long cluster : clusters()) {
                Set<String> founders = founders(cluster);
                if (founders.size() >= 2) {
                    holders.computeIfAbsent(cluster, id -> new HashSet<>()).addAll(founders);
                }
            }
        }

        private Set<Long> clusters() {
            return now.values().stream()
                    .filter(Facts::hasCluster)
                    .map(Facts::clusterId)
                    .collect(Collectors.toSet());
        }

        private Set<String> founders(long cluster) {
            return now.values().stream()
                    .filter(facts -> facts.clusterId() == cluster
                            && facts.isFounder(facts.self().id()))
                    .map(facts -> facts.self().id())
                    .collect(Collectors.toSet());
        }

        List<Long> working() {
            return holders.keySet().stream()
                    .filter(cluster -> founders(cluster).stream()
                            .anyMatch(id -> holders.get(cluster).contains(id)))
                    .toList();
        }
    }
}
