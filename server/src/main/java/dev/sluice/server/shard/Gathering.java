package dev.sluice.server.shard;

/**
 * Says whether a batch waits for clients that were answered a moment ago, since they may soon say more: one sync then does for all of them.
 * Without that, a few clients part for good into two groups, of which one thinks while the other is being written. It waits for less time
 * than it saves, and where it waited in vain it soon does so no more. Owner: the shard thread.
 */
final class Gathering {
    /** As long as some clients on a busy machine need to come back; where the disk is fast, twice its time is less. */
    private static final long WAIT_NANOS_MAX = 200_000;

    /** With a client for each of these, a write is so long that its beginning matters little. */
    private static final long NANOS_PER_CLIENT = 10_000;

    private static final int BYTES_ENOUGH = 64 * 1024;
    private static final int REST_MAX = 64;
    /** Of the last write in its average. */
    private static final int PART = 8;

    private long batch;
    // Clients in this batch; of those in the last one, and in the one before, who are in no later one.
    private int here;
    private int last;
    private int before;

    private long proposedNanos;
    private long answeredNanos;
    private long writeNanos;
    /** As many were missing when it began to wait; 0 when it did not. */
    private int missed;
    /** So many batches go at once. */
    private int rest;

    private int lastRest;

    /** What is known of a client. */
    static final class Seat {
        private long batch = -PART;
    }

    /** A client has said something that is in this batch. */
    void came(Seat seat) {
        if (seat.batch == batch) {
            return;
        }
        if (seat.batch == batch - 1) {
            last--;
        } else if (seat.batch == batch - 2) {
            before--;
        }
        seat.batch = batch;
        here++;
    }

    /** Whether this batch, of so many bytes now, should not be proposed yet; asked again at the latest after {@link #nanosLeft}. */
    boolean waits(int bytes, long nowNanos) {
        boolean pays = rest == 0
                && missing() > 0
                && bytes < BYTES_ENOUGH
                && here * NANOS_PER_CLIENT < writeNanos
                && nanosLeft(nowNanos) > 0;
        if (pays && missed == 0) {
            missed = missing();
        }
        return pays;
    }

    private int missing() {
        return last + before;
    }

    /** For so long a batch may still wait. */
    long nanosLeft(long nowNanos) {
        return answeredNanos + Math.min(WAIT_NANOS_MAX, 2 * writeNanos) - nowNanos;
    }

    /** Whether it waits now. */
    boolean isWaiting() {
        return missed > 0;
    }

    /** This batch goes to the log. */
    void proposed(long nowNanos) {
        if (missed > 0) {
            boolean worth = missing() <= missed / 2;
            lastRest = worth ? 0 : Math.min(REST_MAX, 2 * lastRest + 1);
            rest = lastRest;
            missed = 0;
        } else if (rest > 0) {
            rest--;
        }
        before = last;
        last = here;
        here = 0;
        batch++;
        proposedNanos = nowNanos;
    }

    /** What the log has was applied, and those who said it will hear so in a moment. */
    void answered(long nowNanos) {
        answeredNanos = nowNanos;
        writeNanos += (nowNanos - proposedNanos - writeNanos) / PART;
    }
}
