package dev.sluice.bench.report;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of Sluice in a workload: a ratio to a peer, or an amount of its own.
 *
 * @param bound the ratio, or the amount itself
 * @param least whether the bound is the least that is asked for, else the most
 * @param versus to whom
 * @param peer the peer's name, for one that is named
 */
record Mark(
        double bound,
        boolean least,
        Measure measure,
        Versus versus,
        @Nullable String peer) {
    /** To whom Sluice is held. */
    enum Versus {
        BEST_PEER,
        NAMED_PEER,
        ITSELF
    }

    static Mark atLeast(double ratio, Measure measure) {
        return new Mark(ratio, true, measure, Versus.BEST_PEER, null);
    }

    static Mark atMost(double ratio, Measure measure) {
        return new Mark(ratio, false, measure, Versus.BEST_PEER, null);
    }

    static Mark itselfAtLeast(double amount, Measure measure) {
        return new Mark(amount, true, measure, Versus.ITSELF, null);
    }

    static Mark itselfAtMost(double amount, Measure measure) {
        return new Mark(amount, false, measure, Versus.ITSELF, null);
    }

    /** The same, held to one peer whatever its durability. */
    Mark against(String name) {
        return new Mark(bound, least, measure, Versus.NAMED_PEER, name);
    }

    boolean isReachedBy(double value) {
        return least ? value >= bound : value <= bound;
    }

    private String number() {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    @Override
    public String toString() {
        String sign = least ? "≥ " : "≤ ";
        return sign
                + switch (versus) {
                    case BEST_PEER -> number() + " ×";
                    case NAMED_PEER -> number() + " × " + peer;
                    case ITSELF -> measure.unit() == Unit.TIMES ? number() + " ×" : measure.format(bound);
                };
    }
}
