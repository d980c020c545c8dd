package dev.sluice.wire;

/** Why a server refused a command or a connection. The code travels; the text beside it is for people. */
public enum RefusalCode {
    /** The frame could not be read, or came at the wrong time. The connection ends. */
    PROTOCOL(1),
    /** The versions of client and server do not meet. */
    VERSION(2),
    /** User or password are wrong, or missing where they are needed. */
    AUTHENTICATION(3),
    /** The namespace does not exist. */
    NAMESPACE(4),
    /** Another connected client has this client identifier. */
    CLIENT_ID_IN_USE(5),
    /** The session is not known (any more): what was sent and not confirmed has an unknown outcome. */
    SESSION_UNKNOWN(6),
    /** The server stops; try again, here or elsewhere. */
    SHUTTING_DOWN(7),
    /** A command number that is not the next one. The client sends again from there. */
    NUMBER_GAP(8),
    /** The destination lives on another shard: the map of buckets that came before this says on which. */
    WRONG_SHARD(9),
    /** There is no such destination, or it was deleted. */
    DESTINATION_UNKNOWN(10),
    /** The destination's name is empty, too long or has characters that are not allowed. */
    DESTINATION_NAME(11),
    /** The destination may not be deleted: it has consumers. */
    DESTINATION_IN_USE(12),
    /** A temporary destination is consumed only by the connection that made it. */
    DESTINATION_FOREIGN(13),
    /** The selector does not parse. */
    SELECTOR(14),
    /** The subscription has an active consumer and is not shared. */
    SUBSCRIPTION_IN_USE(15),
    /** There is no such subscription. */
    SUBSCRIPTION_UNKNOWN(16),
    /** The shared subscription has another topic or selector and active consumers. */
    SUBSCRIPTION_MISMATCH(17),
    /** A durable subscription that is not shared needs a client identifier. */
    CLIENT_ID_MISSING(18),
    /** The disk (or the store's size limit) is full; consuming goes on. */
    STORAGE_FULL(20),
    /** A limit of the server: see limit and value. */
    LIMIT(21),
    /** The consumer is not known. */
    CONSUMER_UNKNOWN(22),
    /** The upload of a large body is not complete or not known. */
    STAGE_UNKNOWN(23),
    /** The transaction was rolled back; nothing of it happened. */
    TRANSACTION_ROLLED_BACK(30),
    /** There is no transaction branch with this name (any more). */
    TRANSACTION_UNKNOWN(31),
    /** A transaction branch with this name is there already. */
    TRANSACTION_EXISTS(32),
    /** What is asked of the transaction does not fit its state. */
    TRANSACTION_STATE(33),
    /** People have committed the branch in place of its coordinator. */
    TRANSACTION_COMMITTED_BY_PEOPLE(34),
    /** People have rolled the branch back in place of its coordinator. */
    TRANSACTION_ROLLED_BACK_BY_PEOPLE(35),
    /** The transaction was rolled back, since its time was over before it was prepared. */
    TRANSACTION_TIMEOUT(36),
    /** Of a transaction over several shards, people have committed one part and rolled back another. */
    TRANSACTION_MIXED(37),
    /** A failure inside the server; its log says more. */
    INTERNAL(99);

    private static final RefusalCode[] BY_CODE = new RefusalCode[100];

    static {
        for (RefusalCode refusal : values()) {
            BY_CODE[refusal.code] = refusal;
        }
    }

    private final int code;

    RefusalCode(int code) {
        this.code = code;
    }

    /** The number on the wire, 1 to 99. */
    public int code() {
        return code;
    }

    /** The constant of a number from the wire; {@link #INTERNAL} for one that this version does not know. */
    public static RefusalCode of(int code) {
        RefusalCode refusal = code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
        return refusal == null ? INTERNAL : refusal;
    }
}
