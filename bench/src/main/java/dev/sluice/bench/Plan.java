package dev.sluice.bench;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the names of workloads on the command line stand for. */
final class Plan {
    /** All of them, one after another. */
    static final String ALL = "all";

    private static final Map<String, List<Turn>> TURNS = turns();

    private Plan() {}

    /**
     * What is run on fresh servers, round by round.
     *
     * @param workloads of the load generator; a round is all of them in order
     */
    record Turn(String name, List<String> workloads) {
        private static Turn of(String workload) {
            return new Turn(workload, List.of(workload));
        }
    }

    private static Map<String, List<Turn>> turns() {
        Map<String, List<Turn>> turns = new LinkedHashMap<>();
        turns.put("w1", List.of(Turn.of("w1")));
        turns.put("w2", List.of(Turn.of("w2")));
        turns.put("w3", List.of(Turn.of("w3"), Turn.of("w3r")));
        turns.put("w4", List.of(Turn.of("w4"), Turn.of("w4r")));
        turns.put("w5", List.of(Turn.of("w5")));
        turns.put("w6", List.of(Turn.of("w6"), Turn.of("w6d")));
        turns.put("w7", List.of(new Turn("w7", List.of(Backlog.FILL, Backlog.DRAIN, Backlog.BOTH))));
        for (String name : List.of("w8", "w9", "w10", "w11", "w12")) {
            turns.put(name, List.of(Turn.of(name)));
        }
        return turns;
    }

    /** The turn of that name alone: w3r without w3. */
    private static @Nullable Turn single(String name) {
        return TURNS.values().stream()
                .flatMap(List::stream)
                .filter(turn -> turn.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The names that the command line may have. */
    static List<String> names() {
        Set<String> names = new LinkedHashSet<>();
        TURNS.forEach((name, turns) -> {
            names.add(name);
            turns.forEach(turn -> names.add(turn.name()));
        });
        names.add(ALL);
        return List.copyOf(names);
    }

    /** The turns of these names, each once; throws {@link IllegalArgumentException} that names the known ones when one is unknown. */
    static List<Turn> of(List<String> names) {
        Set<Turn> turns = new LinkedHashSet<>();
        for (String name : names) {
            if (name.equals(ALL)) {
                TURNS.values().forEach(turns::addAll);
            } else {
                turns.addAll(known(name));
            }
        }
        return List.copyOf(turns);
    }

    private static List<Turn> known(String name) {
        List<Turn> turns = TURNS.get(name);
        Turn single = single(name);
        if (turns == null && single != null) {
            return List.of(single);
        }
        if (turns == null) {
            throw new IllegalArgumentException(
                    "unknown workload '" + name + "'; known are " + String.join(", ", names()));
        }
        return turns;
    }

    /** The workloads of the one turn that has a crash of the server in it. */
    static final class Backlog {
        static final String FILL = "w7fill";
        /** The server was killed before it. */
        static final String DRAIN = "w7drain";

        static final String BOTH = "w7both";

        private Backlog() {}
    }
}
