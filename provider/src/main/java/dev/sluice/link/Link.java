package dev.sluice.link;

import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.SubscriptionKind;
import dev.sluice.wire.codec.TransactKind;
import io.netty.buffer.ByteBuf;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the servers, as the façade sees it: numbered commands that are sent again until they are answered, consumers
 * that survive a reconnect with what they hold. Thread-safe; calls of one thread keep their order.
 *
 * <p>While the socket is away commands wait (up to the window, then the caller blocks) and go on by themselves after the
 * reconnect. A link that has failed for good ({@code reconnect} off or exhausted, session unknown, refused) fails every open and
 * later call.
 *
 * <p>Who opens consumers and browsers chooses their ids, {@link ShardIds#beside beside} that of their destination.
 */
public interface Link {
    /** The most significant half of the session's random key; with {@link #keyLow} and a number it names messages. */
    long keyHigh();

    /** The least significant half of the session's random key. */
    long keyLow();

    /** Names the server's data: links with the same one reach one resource manager of X/Open XA. */
    long clusterId();

    /** The wall clock of the server in milliseconds, by the offset learned from its heartbeats. */
    long serverTimeMillis();

    /** Whether prefetched messages may be handed to the application now (the claim on them is not about to end). */
    boolean mayHandOut();

    /** Names the client. */
    Reply setClientId(String clientId);

    /** Resolves or creates a destination; the reply's value is its id. {@code flags} are those of {@code AddressFlags}. */
    Reply createAddress(AddressKind kind, int flags, String name);

    /** Deletes a (temporary) destination. */
    Reply deleteAddress(long addressId);

    /**
     * Sends a persistent message; the reply is done when it is durable. Takes over {@code envelope} (with {@code body}, if there
     * is one, as the chunks that follow). Blocks while the window is full.
     */
    Reply publish(Publication publication, ByteBuf envelope, @Nullable BodySource body);

    /**
     * As {@link #createAddress} and {@link #publish} without a body, in one go: nothing else is said to the server in between, and the
     * message does not wait for the id of its destination; that in {@code publication} counts for nothing. Where the server did not know
     * the destination yet, or refuses it, the message is refused with {@link RefusalCode#DESTINATION_UNKNOWN}.
     */
    Named publishNamed(AddressKind kind, int flags, String name, Publication publication, ByteBuf envelope);

    /** The replies to {@link #publishNamed}: that of the destination, its id, is done first. */
    record Named(Reply address, Reply message) {
        /** Neither was sent. */
        public static Named failed(LinkException why) {
            return new Named(Answer.failed(why), Answer.failed(why));
        }
    }

    /**
     * Sends a non-persistent message, at most once; returns when there is credit. Takes over {@code envelope}.
     *
     * @throws LinkException when the link has ended, the message breaks a limit, or the thread was interrupted while it waited: it was not sent
     */
    void publishTransient(Publication publication, ByteBuf envelope, @Nullable BodySource body) throws LinkException;

    /** Opens a consumer; the sink gets its messages from then on, once there is credit. */
    Reply openConsumer(ConsumerSpec spec, DeliverySink sink);

    /** Closes a consumer; of what it holds the session keeps {@code retained}, the rest goes back uncounted. */
    Reply closeConsumer(long consumerId, Ranges retained);

    /**
     * Acknowledges messages; the reply is done when that is durable (at once when all are transient). {@code awaited}: whether somebody
     * waits for it; if not, the server may have it wait a little (a millisecond) for something else that it has to write.
     */
    Reply acknowledge(long consumerId, Ranges ranges, boolean awaited);

    /**
     * Acknowledges messages within a transaction of this link: they are done when it commits, and go back when it does not. The reply is
     * done when that is durable; whether they could be taken, the commit says.
     */
    Reply take(long consumerId, long transactionId, Ranges ranges);

    /** Begins, goes on with or ends a transaction; the reply of a prepare has the vote of X/Open XA. */
    Reply transact(Transaction what);

    /** Lists transactions; {@code inDoubt}: only those that recovery asks for. */
    void listTransactions(boolean inDoubt, TransactionSink sink);

    /** Gives back all that the consumer holds; {@code failed} counts as failed deliveries. Deliveries after it carry {@code epoch}. */
    Reply giveBack(long consumerId, long epoch, Ranges failed);

    /** Lets the server send the consumer messages up to {@code total} since it was opened or got its epoch. */
    void credit(long consumerId, long epoch, long total);

    /** Ends a durable or shared subscription by its name. */
    Reply unsubscribe(String subscription);

    /** Browses a queue; the sink gets the messages and then the end. */
    void openBrowser(long browserId, long addressId, long total, String selector, BrowseSink sink);

    /** More messages for a browser. */
    void creditBrowser(long browserId, long total);

    /** Ends a browser. */
    void closeBrowser(long browserId);

    /** Lists destinations (a glob; empty for all) for the command line. */
    void listDestinations(String filter, ListSink sink);

    /** Removes the messages of a destination that no one holds; the reply's value is how many. */
    Reply purge(long addressId);

    /** Ends the session on the server, then the socket. Never blocks; the reply is done when the link is closed either way. */
    Reply close();

    /**
     * Where the client publishes to, and how. {@code priority} is 0 to 9; times are milliseconds, 0 for none; {@code transactionId} is 0
     * outside of a transaction; {@code awaited}: the caller waits for the reply, so that it goes out at once rather than with others.
     */
    record Publication(
            long addressId,
            int priority,
            long timeToLiveMillis,
            long delayMillis,
            long transactionId,
            boolean awaited) {
        /** In place of an id: the address that the command right before this one names. */
        public static final long NAMED_BEFORE = 0;

        /** Outside of a transaction, and nobody waits for it. */
        public Publication(long addressId, int priority, long timeToLiveMillis, long delayMillis) {
            this(addressId, priority, timeToLiveMillis, delayMillis, 0, false);
        }

        /** The same to another address. */
        public Publication to(long newAddressId) {
            return new Publication(newAddressId, priority, timeToLiveMillis, delayMillis, transactionId, awaited);
        }
    }

    /**
     * What becomes of a transaction: {@code transactionId} is the link's number for it, from 1 on and never used again; {@code xid} is null
     * for a local one; {@code timeoutMillis} is for a start, 0 for no limit; {@code parts} is for the shard that coordinates.
     */
    record Transaction(
            TransactKind kind, long transactionId, @Nullable Xid xid, long timeoutMillis, long parts) {
        /** Of one shard. */
        public Transaction(TransactKind kind, long transactionId, @Nullable Xid xid, long timeoutMillis) {
            this(kind, transactionId, xid, timeoutMillis, 0);
        }

        /** The same with other parts. */
        public Transaction with(long newParts) {
            return new Transaction(kind, transactionId, xid, timeoutMillis, newParts);
        }

        /** What becomes of a local one. */
        public static Transaction local(TransactKind kind, long transactionId) {
            return new Transaction(kind, transactionId, null, 0);
        }
    }

    /** A body too long for its envelope, read in chunks from any thread. */
    interface BodySource {
        /** Its length in bytes. */
        long bytes();

        /** Reads up to {@code length} bytes from {@code position} into {@code target}. */
        void read(long position, ByteBuf target, int length);

        /** Called once when it is needed no more. */
        void release();
    }

    /** What a consumer asks for. {@code consumerId} is unique in the connection; {@code subscription} and {@code selector} may be empty. */
    record ConsumerSpec(
            long consumerId,
            long addressId,
            SubscriptionKind kind,
            boolean noLocal,
            String subscription,
            String selector,
            Redelivery redelivery) {
        /** One that leaves it to the server what becomes of messages whose deliveries fail. */
        public ConsumerSpec(
                long consumerId,
                long addressId,
                SubscriptionKind kind,
                boolean noLocal,
                String subscription,
                String selector) {
            this(consumerId, addressId, kind, noLocal, subscription, selector, Redelivery.SERVERS);
        }
    }

    /**
     * What becomes of messages whose deliveries fail: so many deliveries (0 for any number), the delay after the first of them, by how many
     * thousandths that grows with each further one, and up to which. Whatever is -1 is as the server has it.
     */
    record Redelivery(long limit, long delayMillis, long growth, long delayMillisMax) {
        /** All is as the server has it. */
        public static final Redelivery SERVERS = new Redelivery(-1, -1, -1, -1);
    }
}
