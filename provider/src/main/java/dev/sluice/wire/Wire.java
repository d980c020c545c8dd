package dev.sluice.wire;

import java.nio.ByteOrder;

/** The numbers of the wire protocol that both sides know before they talk. See {@code docs/wire.md}. */
public final class Wire {
    /** The version this build speaks. */
    public static final int PROTOCOL_VERSION = 1;

    /** The standard port. */
    public static final int PORT = 7676;

    /** Bytes of the uint32 length before each frame; the length counts what follows it. */
    public static final int LENGTH_BYTES = 4;

    /** Longest frame before the client is authenticated: a Hello and nothing else. */
    public static final int HELLO_FRAME_BYTES_MAX = 8 * 1024;

    /** Longest frame, so that a batch of the log (1 MiB and some) always takes one. */
    public static final int FRAME_BYTES_MAX = 1024 * 1024 + 64 * 1024;

    /** Longest body that travels inside its envelope; longer ones go as chunks. */
    public static final int INLINE_BODY_BYTES_MAX = 256 * 1024;

    /** Longest chunk of a body. */
    public static final int CHUNK_BYTES_MAX = 256 * 1024;

    /** Longest envelope (headers, properties, inline body). */
    public static final int ENVELOPE_BYTES_MAX = 1024 * 1024;

    /** Longest name of a destination, a client or a subscription, in UTF-8 bytes. */
    public static final int NAME_BYTES_MAX = 1024;

    /** Longest selector in UTF-8 bytes. */
    public static final int SELECTOR_BYTES_MAX = 16 * 1024;

    /** Most ranges in one group of a frame. */
    public static final int RANGES_MAX = 4096;

    /** The most messages in the ranges of one frame. */
    public static final int RANGE_MESSAGES_MAX = 1_000_000;

    /** Longest global transaction id, and longest branch qualifier, in bytes (X/Open XA: MAXGTRIDSIZE, MAXBQUALSIZE). */
    public static final int XID_PART_BYTES_MAX = 64;

    /** Longest text that explains something to people, in UTF-8 bytes. */
    public static final int TEXT_BYTES_MAX = 8 * 1024;

    /** Highest priority of a message. */
    public static final int PRIORITY_MAX = 9;

    /** The most deliveries that a limit of redelivery allows. */
    public static final int REDELIVERY_LIMIT_MAX = 1_000_000;

    /** The longest delay of a redelivery: a day. */
    public static final int REDELIVERY_DELAY_MILLIS_MAX = 86_400_000;

    /** What a delay of redelivery is multiplied by at the most. */
    public static final int REDELIVERY_MULTIPLIER_MAX = 100;

    /** A delay of redelivery that is multiplied by 1 and so many of these, with each further failure. */
    public static final int REDELIVERY_GROWTH_UNIT = 1000;

    /** The most shards of a server. */
    public static final int SHARDS_MAX = 64;

    /** Added to the shard in a Hello that a server passes on to the server that leads the shard. */
    public static final int FORWARDED = 0x8000;

    /** Of every number in a frame. */
    public static final ByteOrder BYTE_ORDER = ByteOrder.LITTLE_ENDIAN;

    /** The format of the names (XIDs) of local transactions over several shards, which no transaction manager may use. */
    public static final int SESSION_XID_FORMAT = 0x534C_5543;

    /** The bits of a number on its shard; those above have the shard, where a number says it. */
    private static final int NUMBER_BITS = 48;

    private static final long NUMBER_MAX = (1L << NUMBER_BITS) - 1;

    private Wire() {}

    /**
     * The number of an address that there never is. Who opens a browser on it asks about the consumer {@code consumerId} of the same connection: the
     * refusal comes when all has been sent to that which it may be sent now.
     */
    public static long questionAbout(long consumerId) {
        return NUMBER_MAX - (consumerId & NUMBER_MAX);
    }

    /** The consumer that a browser of an address that is not there asks about, on a shard. */
    public static long askedAbout(long addressId, int shard) {
        return (long) shard << NUMBER_BITS | (NUMBER_MAX - addressId);
    }
}
