package dev.sluice.server.raft;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a member with an empty directory does, by what the other members say: found the cluster with them, or join one that is there.
 * Pure.
 *
 * <p>A member may vote under an id only when it knows that it never did before. So ids are new with each directory, the first members are
 * those ids that all of them have heard of, and whoever is not among them joins and is filled first. A cluster is founded only when every
 * member has answered: else one whose data was wiped could found another one beside those who have the messages.
 */
final class Founding {
    private Founding() {}

    /** What to do. */
    sealed interface Decision {
        /** Ask again: these have not answered. */
        record Wait(List<String> members) implements Decision {}

        /** The data is of this cluster from now on. */
        record Belong(long clusterId, List<MemberAddress> founders) implements Decision {}

        /** Neither; for the operator. */
        record Refuse(String why) implements Decision {}
    }

    /**
     * Decides.
     *
     * @param others the names of all other members that this one was told of
     * @param answers of those that answered, by name
     */
    static Decision decide(Facts own, List<String> others, Map<String, Facts> answers) {
        for (Map.Entry<String, Facts> answer : answers.entrySet()) {
            String name = answer.getValue().self().name();
            if (!name.equals(answer.getKey())) {
                return new Decision.Refuse("the member at the address of '" + answer.getKey() + "' calls itself '"
                        + name + "': node and cluster have to fit on each");
            }
            if (answer.getValue().shards() != own.shards()) {
                return new Decision.Refuse("member '" + name + "' has "
                        + answer.getValue().shards() + " shards, and this one was made with " + own.shards()
                        + " (shards): tell all of them the same number, and start this one on an empty directory");
            }
        }
        return decideInOrder(own, others, new TreeMap<>(answers));
    }

    private static Decision decideInOrder(Facts own, List<String> others, Map<String, Facts> answers) {
        List<Facts> there = answers.values().stream().filter(Facts::hasCluster).toList();
        List<Facts> without = there.stream()
                .filter(facts -> !facts.isFounder(own.self().id()))
                .toList();
        if (without.stream().map(Facts::clusterId).distinct().count() > 1) {
            return new Decision.Refuse("the members are of different clusters: "
                    + without.stream()
                            .map(facts -> facts.self().name() + " of " + Long.toHexString(facts.clusterId()))
                            .collect(Collectors.joining(", ")));
        }
        if (!without.isEmpty()) {
            return belong(without.get(0));
        }
        List<String> silent =
                others.stream().filter(name -> !answers.containsKey(name)).toList();
        if (!silent.isEmpty()) {
            return new Decision.Wait(silent);
        }
        return there.isEmpty() ? found(own, answers) : belong(there.get(0));
    }

    private static Decision belong(Facts other) {
        return new Decision.Belong(other.clusterId(), other.founders());
    }

    private static Decision found(Facts own, Map<String, Facts> answers) {
        List<MemberAddress> founders = new ArrayList<>();
        founders.add(own.self());
        answers.values().forEach(facts -> founders.add(facts.self()));
        founders.sort(Comparator.comparing(MemberAddress::id));
        String text = own.shards() + founders.stream().map(MemberAddress::id).collect(Collectors.joining(" ", " ", ""));
        UUID id = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
        long clusterId = id.getMostSignificantBits() ^ id.getLeastSignificantBits();
        return new Decision.Belong(clusterId == Facts.NO_CLUSTER ? 1 : clusterId, founders);
    }
}
