package dev.sluice.bench.report;

/**
 * A linear axis from 0 to {@code end}, with a mark at each step.
 *
 * @param step a round number in the unit that people read
 */
record Scale(double step, double end) {
    private static final double[] ROUND_STEPS = {1, 2, 2.5, 5, 10};

    /** An axis that has room for {@code most}, with at most so many steps. */
    static Scale upTo(double most, int steps, Unit unit) {
        double end = most > 0 ? most : 1;
        double whole = unit.whole(end);
        double power = Math.pow(10, Math.floor(Math.log10(end / whole / steps)));
        for (double candidate : ROUND_STEPS) {
            if (candidate * power * whole * steps >= end) {
                return new Scale(candidate * power * whole, end);
            }
        }
        return new Scale(end, end);
    }
}
