package dev.sluice.server.shard;

/**
 * Says whether a batch waits for more, so that one sync does for all.
 *
 * <p>For clients that were answered a moment ago, since they may soon say more. Without that, a few clients part for good into two groups, of
 * which one thinks while the other is being written. It waits for as long as two writes at most, and where it waited in vain it soon does so
 * no more.
 *
 * <p>And for anything else, as long as it has nothing but what no client waits for: acknowledgements of those that have no further message to
 * hand out. What comes next, the message that they are to get for example, takes them along. Where little comes, that is in vain too, and soon
 * not done any more. Owner: the shard thread.
 */
final class Gathering {
    /** As long as some clients on a busy machine need to come back; where the disk is fast, two writes are less. */
    private static final long WAIT_NANOS_MAX = 200_000;

    /** With a client for each of these, a write is so long that its beginning matters little. */
    private static final long NANOS_PER_CLIENT = 10_000;

    /** What has so many bytes takes its time with or without others. */
    private static final int BYTES_ENOUGH = 64 * 1024;

    /** For so long a batch waits that has nothing but what no client waits for. */
    static final long UNAWAITED_NANOS_MAX = 1_000_000;

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
    /** So many batches go at once, since one waited in vain; and the number of them that was last. */
    private int rest;

    private int lastRest;

    /** What no client waits for has so many bytes of this batch, and came at that time at the earliest. */
    private int unawaitedBytes;

    private long unawaitedNanos;
    /** Whether some client may wait for it after all. */
    private boolean urged;

    /** As {@link #rest}, of the batches that nobody waits for. */
    private int unawaitedRest;

    private int lastUnawaitedRest;

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

    /** A client has said something of so many bytes that is in this batch and that it does not wait for. */
    void cameUnawaited(Seat seat, int bytes, long nowNanos) {
        if (seat.batch != batch) {
            leaveLast(seat);
            seat.batch = Long.MIN_VALUE;
        }
        if (unawaitedBytes == 0) {
            unawaitedNanos = nowNanos;
        }
        unawaitedBytes += bytes;
    }

    /** Clients get messages: they may hand them out only when they know what became of what they said before. */
    void delivered() {
        urged = unawaitedBytes > 0;
    }

    /** Whether nobody waits for anything in this batch, of so many bytes now; asked again at the latest after {@link #idleNanos}. */
    boolean isUnawaited(int bytes, long nowNanos) {
        return mayWaitUnawaited(bytes) && unawaitedNanosLeft(nowNanos) > 0;
    }

    private boolean mayWaitUnawaited(int bytes) {
        return bytes > 0 && bytes == unawaitedBytes && bytes < BYTES_ENOUGH && !urged && unawaitedRest == 0;
    }

    private long unawaitedNanosLeft(long nowNanos) {
        return unawaitedNanos + UNAWAITED_NANOS_MAX - nowNanos;
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
        boolean pays = rest == 0 && missing() > 0 && here * NANOS_PER_CLIENT < writeNanos && nanosLeft(nowNanos) > 0;
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

    /** For how long a batch that waits, of so many bytes now, may go on with it; 0 when its time is over. */
    long idleNanos(int bytes, long nowNanos) {
        if (missed > 0) {
            return Math.max(0, nanosLeft(nowNanos));
        }
        return mayWaitUnawaited(bytes) ? Math.max(0, unawaitedNanosLeft(nowNanos)) : Long.MAX_VALUE;
    }

    /** This batch goes to the log; {@code bytes} of it are not the shard's own. */
    void proposed(int bytes, long nowNanos) {
        if (unawaitedBytes > 0) {
            judgeUnawaited(bytes, nowNanos);
        }
        if (missed > 0) {
            judge(nowNanos);
            missed = 0;
        } else if (rest > 0) {
            rest--;
        }
        before = last;
        last = here;
        here = 0;
        unawaitedBytes = 0;
        urged = false;
        batch++;
        proposedNanos = nowNanos;
    }

    private void judgeUnawaited(int bytes, long nowNanos) {
        if (bytes > unawaitedBytes) {
            lastUnawaitedRest = 0;
            unawaitedRest = 0;
        } else if (unawaitedRest > 0) {
            unawaitedRest--;
        } else if (unawaitedNanosLeft(nowNanos) <= 0) {
            lastUnawaitedRest = Math.min(REST_MAX, 2 * lastUnawaitedRest + 1);
            unawaitedRest = lastUnawaitedRest;
        }
    }

    /** What had to go before its time says nothing. */
    private void judge(long nowNanos) {
        if (missing() <= missed / 2) {
            lastRest = 0;
        } else if (nanosLeft(nowNanos) <= 0) {
            lastRest = Math.min(REST_MAX, 2 * lastRest + 1);
            rest = lastRest;
        }
    }

    /** What the log has was applied, and those who said it will hear so in a moment. */
    void answered(long nowNanos) {
        answeredNanos = nowNanos;
        writeNanos += (nowNanos - proposedNanos - writeNanos) / PART;
    }
}
