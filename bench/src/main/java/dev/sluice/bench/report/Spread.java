package dev.sluice.bench.report;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One measure over the rounds of one provider.
 *
 * @param rounds its values, in the order of the rounds
 */
record Spread(double median, double least, double most, List<Double> rounds) {
    Spread {
        rounds = List.copyOf(rounds);
    }

    /** Nothing when there is no value. */
    static Optional<Spread> of(List<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Optional.of(new Spread(median(sorted), sorted[0], sorted[sorted.length - 1], values));
    }

    private static double median(double[] sorted) {
        double[] middle = Arrays.copyOfRange(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1);
        return Arrays.stream(middle).average().orElseThrow();
    }
}
