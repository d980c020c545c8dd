package dev.sluice.server.simulation;

import org.jspecify.annotations.Nullable;

/**
 * What came of one seed.
 *
 * @param hash of all that happened
 * @param virtualMillis how long it took in there
 * @param confirmed how many sends were confirmed
 * @param received how many messages applications got
 * @param failure what was wrong, or null
 */
public record Outcome(
        long seed,
        long hash,
        long events,
        long virtualMillis,
        long confirmed,
        long received,
        @Nullable Throwable failure) {
    /** Whether every promise was kept. */
    public boolean isGood() {
        return failure == null;
    }
}
