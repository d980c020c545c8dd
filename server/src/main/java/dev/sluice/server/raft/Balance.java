package dev.sluice.server.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a shard should be led by another member, so that all have about as much to do. Half of what a shard weighs is that it is
 * there, the other half its share of the work. The member that has most to do gives, or, where it has nothing whose move would help, the next one.
 * Pure: the same view gives the same answer, and of all members that have the same view one at most has something to give. Stateless.
 */
final class Balance {
    /** What a move must bring, in the weight of an idle shard: less is not worth the pause, and is noise. */
    private static final double GAIN_MIN = 0.5;

    /** With less to do, all shards weigh the same: some heartbeats and a client or two. In {@link RaftLog#handled} a second. */
    private static final double WORK_MIN = 256 * 1024;

    private Balance() {}

    /**
     * A shard.
     *
     * @param leader who leads it, or null when that is not known
     * @param work what it handled a second, lately
     * @param heirs who may lead it besides; null when only its leader knows: then whoever leads something, or may lead another one
     */
    record Shard(
            int number,
            @Nullable String leader,
            double work,
            @Nullable List<String> heirs) {
        /** Those that are known. */
        List<String> knownHeirs() {
            return heirs == null ? List.of() : heirs;
        }

        private boolean mayBeLedBy(String member) {
            return !member.equals(leader) && (heirs == null || heirs.contains(member));
        }
    }

    /**
     * A shard is to be led by another member.
     *
     * @param gain by how much less the busiest of the two has to do, in the weight of an idle shard
     */
    record Move(int shard, String from, String to, double gain) {}

    /** The best move from the member that has most to do, of those that have one; null when all is well, or when not each shard has a leader. */
    static @Nullable Move next(List<Shard> shards) {
        double total = shards.stream().mapToDouble(Shard::work).sum();
        TreeMap<String, Double> weights = new TreeMap<>();
        for (Shard shard : shards) {
            if (shard.leader == null) {
                return null;
            }
            weights.merge(shard.leader, weight(shard, total, shards.size()), Double::sum);
            shard.knownHeirs().forEach(heir -> weights.putIfAbsent(heir, 0.0));
        }
        List<Map.Entry<String, Double>> busiestFirst = new ArrayList<>(weights.entrySet());
        // Stable: of two that have the same to do, by their names.
        busiestFirst.sort(Map.Entry.<String, Double>comparingByValue().reversed());
        return busiestFirst.stream()
                .map(member -> best(member.getKey(), shards, weights, total))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static double weight(Shard shard, double total, int count) {
        return total < WORK_MIN ? 1 : 1 + shard.work / total * count;
    }

    private static @Nullable Move best(String from, List<Shard> shards, Map<String, Double> weights, double total) {
        double most = weights.getOrDefault(from, 0.0);
        Move best = null;
        double bestWork = 0;
        for (Shard shard : shards) {
            String to = from.equals(shard.leader) ? lightest(shard, weights) : null;
            if (to != null) {
                double weight = weight(shard, total, shards.size());
                double gain = most - Math.max(most - weight, weights.getOrDefault(to, 0.0) + weight);
                // Of two that bring the same, the one that has less to do is missed less.
                boolean better = best == null || gain > best.gain || (gain == best.gain && shard.work < bestWork);
                if (gain >= GAIN_MIN && better) {
                    best = new Move(shard.number, from, to, gain);
                    bestWork = shard.work;
                }
            }
        }
        return best;
    }

    private static @Nullable String lightest(Shard shard, Map<String, Double> weights) {
        String lightest = null;
        for (Map.Entry<String, Double> member : weights.entrySet()) {
            boolean able = shard.mayBeLedBy(member.getKey());
            if (able && (lightest == null || member.getValue() < weights.getOrDefault(lightest, 0.0))) {
                lightest = member.getKey();
            }
        }
        return lightest;
    }
}
