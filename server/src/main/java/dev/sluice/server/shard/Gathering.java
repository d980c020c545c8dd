package dev.sluice.server.shard;

/**
 * Says whether a batch waits for clients that were answered a moment ago, so that one sync does for all: they may soon say more. Without that,
 * a few clients part for good into two groups, of which one thinks while the other is being written. It waits for as long as two writes at
 * most, and where it waited in vain it soon does so no more. Owner: the shard thread.
 */
final class Gathering {
    /** As long as some clients on a busy machine need to come back; where the disk is fast, two writes are less. */
    private static final long WAIT_NANOS_MAX = 1_000_000;

    /** With a client for each of these, a write is so long that its beginning matters little. */
    private static final long NANOS_PER_CLIENT = 10_000;

    /** What has so many bytes takes its time with or without others. */
    static final int BYTES_ENOUGH = 64 * 1024;

    /** One that takes longer is an accident, or waiting is nothing beside it. */
    private static final long WRITE_NANOS_MAX = 2_000_000;

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

    private final Rest rest = new Rest();

    /** What is known of a client. */
    static final class Seat {
        private long batch = Long.MIN_VALUE;
    }

    /** A client has said something that is in this batch. */
    void came(Seat seat) {
        if (seat.batch != batch) {
            leaveLast(seat);
            seat.batch = batch;
            here++;
        }
    }

    /** Who has spoken is not waited for any more. */
    private void leaveLast(Seat seat) {
        if (seat.batch == batch - 1) {
            last--;
        } else if (seat.batch == batch - 2) {
            before--;
        }
    }

    /** A client is not waited for: what it said in this batch it does not wait for itself, or it is gone. */
    void excuse(Seat seat) {
        if (seat.batch != batch) {
            leaveLast(seat);
            seat.batch = Long.MIN_VALUE;
        }
    }

    /**
     * Whether this batch, of so many bytes now, should not be proposed yet; asked again at the latest after {@link #idleNanos}.
     *
     * @param underWay whether the one before it is being written: the end of that asks again
     */
    boolean waits(int bytes, boolean underWay, long nowNanos) {
        if (bytes >= BYTES_ENOUGH || underWay) {
            return bytes < BYTES_ENOUGH;
        }
        boolean pays =
                rest.isOver() && missing() > 0 && here * NANOS_PER_CLIENT < writeNanos && nanosLeft(nowNanos) > 0;
        if (pays && missed == 0) {
            missed = missing();
        }
        return pays;
    }

    private int missing() {
        return last + before;
    }

    private long nanosLeft(long nowNanos) {
        return answeredNanos + Math.min(WAIT_NANOS_MAX, 2 * writeNanos) - nowNanos;
    }

    /** Whether this batch waited when that was asked last. */
    boolean isWaiting() {
        return missed > 0;
    }

    /** For how long a batch that waits may go on with it; 0 when its time is over. */
    long idleNanos(long nowNanos) {
        return Math.max(0, nanosLeft(nowNanos));
    }

    /** This batch goes to the log. */
    void proposed(long nowNanos) {
        if (missed > 0) {
            judge(nowNanos);
            missed = 0;
        } else {
            rest.pass();
        }
        before = last;
        last = here;
        here = 0;
        batch++;
        proposedNanos = nowNanos;
    }

    /** What had to go before its time says nothing. */
    private void judge(long nowNanos) {
        if (missing() <= missed / 2) {
            rest.end();
        } else if (nanosLeft(nowNanos) <= 0) {
            rest.begin();
        }
    }

    /** What the log has was applied, and those who said it will hear so in a moment. */
    void answered(long nowNanos) {
        answeredNanos = nowNanos;
        writeNanos += (Math.min(WRITE_NANOS_MAX, nowNanos - proposedNanos) - writeNanos) / PART;
    }
}
