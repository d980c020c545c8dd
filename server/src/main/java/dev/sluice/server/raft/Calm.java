package dev.sluice.server.raft;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a move be made only when it has been wanted for a while in which no leader changed. Told what is wanted at intervals, by one thread. */
final class Calm {
    /** After an election, members that come back are still being told what they missed. */
    private static final Duration FOR_A_SHARD = Duration.ofSeconds(5);

    /** Who has just started is slow, and may be stopped again by whoever restarts all of them. */
    private static final Duration AFTER_A_START = Duration.ofSeconds(10);

    /** What brings less than the weight of a shard follows the work, which comes and goes; who is away may be back soon. */
    private static final Duration FOR_LESS = Duration.ofSeconds(60);

    /** What failed is not tried at once again. */
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(30);

    private @Nullable List<String> leaders;
    private Balance.@Nullable Move wanted;
    private long quietSinceNanos;
    private long wantedSinceNanos;
    private boolean wasComplete;
    private long completeSinceNanos;
    private boolean failed;
    private long failedNanos;

    /**
     * What is to be done now.
     *
     * @param current who leads which shard, as known
     * @param move what is wanted, or null; from one time to the next, which shard it is may change
     * @param complete whether all members are there and have all
     * @return the move, when it is time for it
     */
    Balance.@Nullable Move next(List<String> current, Balance.@Nullable Move move, boolean complete, long nowNanos) {
        if (!current.equals(leaders)) {
            leaders = List.copyOf(current);
            quietSinceNanos = nowNanos;
            wanted = null;
        }
        if (move == null || wanted == null || !move.from().equals(wanted.from())) {
            wantedSinceNanos = nowNanos;
        }
        wanted = move;
        if (complete && !wasComplete) {
            completeSinceNanos = nowNanos;
        }
        wasComplete = complete;
        if (move == null || (failed && nowNanos - failedNanos < AFTER_A_FAILURE.toNanos())) {
            return null;
        }
        boolean settled = complete && nowNanos - completeSinceNanos >= AFTER_A_START.toNanos();
        long patience = (settled && move.gain() >= 1 ? FOR_A_SHARD : FOR_LESS).toNanos();
        boolean isTime = nowNanos - quietSinceNanos >= patience && nowNanos - wantedSinceNanos >= patience;
        return isTime ? move : null;
    }

    /** The move that was to be done could not be. */
    void failed(long nowNanos) {
        failed = true;
        failedNanos = nowNanos;
    }
}
