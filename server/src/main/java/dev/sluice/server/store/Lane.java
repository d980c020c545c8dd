package dev.sluice.server.store;

/** The bounds of a lane's sequences within a minor key. */
final class Lane {
    private static final long SEQUENCE_MAX = (1L << 56) - 1;

    private Lane() {}

    /** The end of a run as a sequence that fits the key: callers say {@link Long#MAX_VALUE} for all. */
    static long end(long until) {
        return Math.min(until, SEQUENCE_MAX);
    }
}
