package dev.sluice.server.raft;

import java.util.concurrent.TimeUnit;

/** How much each of some shards handles a second, over the last half minute or so. Of one thread. */
final class Work {
    private static final double SECONDS = 20;

    private final double[] rates;
    private final long[] seen;
    private boolean known;
    private long sinceNanos;

    Work(int shards) {
        rates = new double[shards];
        seen = new long[shards];
    }

    /** Takes how much each has handled in all. */
    void sample(long[] handled, long nowNanos) {
        double seconds = (nowNanos - sinceNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        if (known && seconds <= 0) {
            return;
        }
        double share = known ? 1 - Math.exp(-seconds / SECONDS) : 0;
        for (int shard = 0; shard < rates.length; shard++) {
            double now = share == 0 ? 0 : (handled[shard] - seen[shard]) / seconds;
            rates[shard] += share * (now - rates[shard]);
            seen[shard] = handled[shard];
        }
        known = true;
        sinceNanos = nowNanos;
    }

    /** A second. */
    double of(int shard) {
        return rates[shard];
    }
}
