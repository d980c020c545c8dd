package dev.sluice.server.core;

import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import org.agrona.DirectBuffer;

/**
 * Everything that can happen to the replicated state of a shard. The log's encoder, the machine and the model in the tests implement it,
 * so a new command does not compile until each of them knows it. {@code number} is the command's place in its session; 0 for what the
 * server does by itself.
 */
public interface MachineCommands {
    /** A client begins, or asks again for the session it began with this key. */
    void openSession(long keyHigh, long keyLow, String clientId);

    /** The session ends with all that belongs to it. */
    void endSession(long sessionId, long number);

    /** The client gets its identifier. */
    void setClientId(long sessionId, long number, String clientId);

    /** A destination is found by its name, or made. */
    void createAddress(long sessionId, long number, NewAddress address);

    /** A destination ends with its messages. */
    void deleteAddress(long sessionId, long number, long addressId);

    /** A persistent message arrives. The object is reused by the caller. */
    void publish(Publication publication);

    /** A piece of a large body arrives. */
    void chunk(long sessionId, long number, Chunk chunk);

    /** A consumer attaches to a subscription that is found or made. */
    void openConsumer(long sessionId, long number, NewConsumer consumer);

    /** A consumer leaves. */
    void closeConsumer(long sessionId, long number, long consumerId);

    /** Messages are done. The runs are reused by the caller. */
    void acknowledge(long sessionId, long number, long subscriptionId, Runs runs);

    /** Deliveries failed; all else that the consumer holds goes back uncounted. The runs are reused by the caller. */
    void giveBack(long sessionId, long number, Returned returned);

    /** A durable or shared subscription ends. */
    void unsubscribe(long sessionId, long number, String subscription);

    /** Messages of an address are removed; {@code last} answers the command. The runs are reused by the caller. */
    void purge(long sessionId, long number, long addressId, boolean last, Runs runs);

    /** Messages are taken into a transaction, to be done when it commits. The runs are reused by the caller. */
    void take(long sessionId, long number, Taking taking);

    /** A transaction begins, goes on, or ends. */
    void transact(long sessionId, long number, Transact what);

    /** What the session's consumers held went to others, and with it goes what they received in open transactions. */
    void lose(long sessionId);

    /** A command was refused before the log (code, limit and value of {@code why}), and what it belonged to fails with it. */
    void refuse(long sessionId, long number, Dropped dropped, Session.Answer why);

    /** Time has come for at most {@code most} entries of the due index. */
    void tick(int most);

    /** Messages expired that no one holds. The runs are reused by the caller. */
    void expire(long subscriptionId, Runs runs);

    /** The subscription was delivered up to before {@code sequence}. */
    void deliveredMark(long subscriptionId, int priority, long sequence);

    /** A delivery of a message has begun that is not the first one: so many before it failed, and one more may have when it is {@code suspected}. */
    void begun(long subscriptionId, int priority, long sequence, int failed, boolean suspected);

    /** Such deliveries ended, and no one had seen the messages. The runs are reused by the caller. */
    void unseen(long subscriptionId, Runs runs);

    /** A message leaves its subscription for a dead-letter queue. */
    void deadLetter(DeadLetter letter);

    /** Answers up to this number arrived. */
    void forgetAnswers(long sessionId, long through);

    /** A destination to be found or made. */
    record NewAddress(boolean topic, String name, boolean temporary, boolean mustExist) {}

    /** A piece of a body, in memory that is good during the call ({@code slab} is what it stands in, once it is in the log). */
    record Chunk(
            long stageId,
            long bodyOffset,
            DirectBuffer buffer,
            int offset,
            int length,
            @org.jspecify.annotations.Nullable Slab slab) {}

    /** A consumer to be attached. */
    record NewConsumer(
            long consumerId,
            long addressId,
            SubscriptionKind kind,
            boolean noLocal,
            String subscription,
            String selector,
            BroughtPolicy policy) {}

    /**
     * What a consumer received within the transaction of its session, persistent and non-persistent. {@code held}: the leader saw that they
     * are the consumer's to take; else the transaction can only be rolled back.
     */
    record Taking(long transactionId, long consumerId, long subscriptionId, boolean held, Runs runs) {}

    /**
     * What becomes of a transaction: of the session's own {@code transactionId}, or of the branch {@code xid}. {@code parts}: other shards that
     * have a part of it, or have prepared theirs; a bit for each.
     */
    record Transact(
            TransactKind kind,
            long transactionId,
            @org.jspecify.annotations.Nullable Xid xid,
            long timeoutMillis,
            long parts) {}

    /** What fails with a refused command: an upload that misses a piece now, a transaction that misses a message; 0 for none. */
    record Dropped(long stageId, long transactionId) {
        /** Nothing. */
        public static final Dropped NOTHING = new Dropped(0, 0);
    }

    /**
     * What goes to the dead-letter queue {@code queue}, which is made if it is not there: a message with this envelope and body, in place of
     * that of the source.
     */
    record DeadLetter(Source source, String queue, Body body, Bytes envelope) {}

    /** A message of a subscription. One of a lane of non-persistent messages is not known to the log. */
    record Source(long subscriptionId, int code, long sequence) {}

    /** A body that is not in its envelope; all 0 for one that is. */
    record Body(long number, long bytes) {}

    /** An envelope, in memory that is good during the call ({@code slab} is what it stands in, once it is in the log). */
    record Bytes(
            DirectBuffer buffer,
            int offset,
            int length,
            @org.jspecify.annotations.Nullable Slab slab) {}

    /** What a consumer gives back: the runs failed. {@code epoch} is that of the deliveries to come. */
    record Returned(long subscriptionId, long consumerId, long epoch, Runs runs) {}
}
