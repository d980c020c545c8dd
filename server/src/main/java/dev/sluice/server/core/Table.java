package dev.sluice.server.core;

/** The tables of a shard. Every key is two longs, ordered as unsigned, the major one first. */
public enum Table {
    /** (message number, 0): the envelope. Numbers only grow, so rows are appended. */
    MESSAGES(0),
    /** (body number, offset): a chunk of a large body. */
    CHUNKS(1),
    /** (address, priority &lt;&lt; 56 | sequence): where the message is; see {@code StoredMessage}. */
    INDEX(2),
    /** (time in ms, message number): what becomes due. */
    DUE(3),
    /** (0, n): counters of the shard, and what was applied. */
    SHARD(4),
    /** (address, 0). */
    ADDRESSES(5),
    /** (address, priority): the next sequence. */
    LANES(6),
    /** (subscription, 0). */
    SUBSCRIPTIONS(7),
    /** (subscription, priority): the floor, all below is done; and how far it was delivered. */
    PROGRESS(8),
    /** (subscription, priority &lt;&lt; 56 | block): which of a block's messages above the floor are done. */
    HOLES(9),
    /** (subscription, priority &lt;&lt; 56 | sequence): failed deliveries of a message; see {@code Attempts}. */
    RETURNS(10),
    /** (session, 0). */
    SESSIONS(11),
    /** (branch, 0): a transaction that is open, prepared, or heuristically ended. */
    TRANSACTIONS(12),
    /** (branch, message number): what it sends. */
    STAGED(13),
    /** (branch, n): a run of messages that it acknowledges. */
    TAKEN(14),
    /** (body number, 0): how many messages have this body beside one; the last of them takes it along. */
    SHARES(15);

    private static final Table[] BY_CODE = values();
    private static final int PRIORITY_SHIFT = 56;
    private static final long SEQUENCE_MASK = (1L << PRIORITY_SHIFT) - 1;

    private final int code;

    Table(int code) {
        this.code = code;
    }

    /** A number for encodings, from 0 on without gaps. */
    public int code() {
        return code;
    }

    /** The table of a {@link #code}. */
    public static Table of(int code) {
        return BY_CODE[code];
    }

    /** The minor key of a message or a block. */
    public static long minor(int priority, long sequence) {
        return ((long) priority << PRIORITY_SHIFT) | sequence;
    }

    /** The priority in a minor key. */
    public static int priority(long minor) {
        return (int) (minor >>> PRIORITY_SHIFT);
    }

    /** The sequence (or block) in a minor key. */
    public static long sequence(long minor) {
        return minor & SEQUENCE_MASK;
    }
}
