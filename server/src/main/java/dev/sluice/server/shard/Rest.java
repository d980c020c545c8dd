package dev.sluice.server.shard;

/** How long no batch waits after one that did in vain: for one batch, then three, seven and so on, until a wait pays again. Owner: the shard thread. */
final class Rest {
    private static final int BATCHES_MAX = 64;

    private int left;
    private int last;

    boolean isOver() {
        return left == 0;
    }

    void begin() {
        last = Math.min(BATCHES_MAX, 2 * last + 1);
        left = last;
    }

    /** Waiting pays: there is no reason to rest, and the next rest is a short one. */
    void end() {
        left = 0;
        last = 0;
    }

    /** A batch went without waiting. */
    void pass() {
        left = Math.max(0, left - 1);
    }
}
