package dev.sluice.bench.report;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How Sluice stands to a mark. The peer is the one that it was held to, if it has a figure.
 *
 * @param value the ratio or the amount; absent when something was not measured
 */
record Verdict(Mark mark, Optional<Spread> own, Optional<String> peer, Optional<Spread> peers, OptionalDouble value) {
    /** What can be said. */
    enum Outcome {
        REACHED("reached"),
        MISSED("not reached"),
        OPEN("not measured");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    Outcome outcome() {
        if (value.isEmpty()) {
            return Outcome.OPEN;
        }
        return mark.isReachedBy(value.getAsDouble()) ? Outcome.REACHED : Outcome.MISSED;
    }
}
