package dev.sluice.server.shard;

/**
 * What no client waits for of a batch: acknowledgements of those that have no further message to hand out. A batch that has nothing else waits
 * for anything else, so that one sync does for both: what comes next, the message that they are to get for example, takes them along. Where
 * little comes, that is in vain, and soon not done any more. Owner: the shard thread.
 */
final class Unawaited {
    /** For so long such a batch waits, from the first of it on. */
    static final long WAIT_NANOS_MAX = 1_000_000;

    private final Rest rest = new Rest();
    private int bytes;
    private long beganNanos;
    /** Whether some client may wait for it after all. */
    private boolean urged;

    /** So many bytes of it are in this batch now. */
    void came(int more, long nowNanos) {
        if (bytes == 0) {
            beganNanos = nowNanos;
        }
        bytes += more;
    }

    /** Clients get messages: they may hand them out only when they know what became of what they said before. */
    void delivered() {
        urged = bytes > 0;
    }

    /** Whether this batch, of so many bytes now, has nothing else and waits; asked again at the latest after {@link #idleNanos}. */
    boolean waits(int batchBytes, long nowNanos) {
        return mayWait(batchBytes) && nanosLeft(nowNanos) > 0;
    }

    private boolean mayWait(int batchBytes) {
        return batchBytes > 0 && batchBytes == bytes && bytes < Gathering.BYTES_ENOUGH && !urged && rest.isOver();
    }

    private long nanosLeft(long nowNanos) {
        return beganNanos + WAIT_NANOS_MAX - nowNanos;
    }

    /** For how long this batch, of so many bytes now, may be left alone; 0 when its time is over. */
    long idleNanos(int batchBytes, long nowNanos) {
        return mayWait(batchBytes) ? Math.max(0, nanosLeft(nowNanos)) : Long.MAX_VALUE;
    }

    /** This batch goes to the log; {@code batchBytes} of it are not the shard's own. */
    void proposed(int batchBytes, long nowNanos) {
        if (bytes > 0) {
            judge(batchBytes, nowNanos);
        }
        bytes = 0;
        urged = false;
    }

    private void judge(int batchBytes, long nowNanos) {
        if (batchBytes > bytes) {
            rest.end();
        } else if (!rest.isOver()) {
            rest.pass();
        } else if (nanosLeft(nowNanos) <= 0) {
            rest.begin();
        }
    }
}
