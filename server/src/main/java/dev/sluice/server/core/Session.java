package dev.sluice.server.core;

import dev.sluice.wire.RefusalCode;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client's replicated identity: the number of its last command, answers that it may ask for again, what belongs to it. It outlives
 * sockets and restarts.
 */
public final class Session {
    private static final int REFUSED_MAX = 1000;

    private final long id;
    private final long keyHigh;
    private final long keyLow;
    private String clientId;
    private long lastNumber;
    private long refusedThrough;
    private boolean dirty;
    final TreeMap<Long, Answer> answers = new TreeMap<>();
    final TreeMap<Long, Attachment> consumers = new TreeMap<>();
    final TreeMap<Long, Stage> stages = new TreeMap<>();
    /** Its transactions, by the client's number for them. */
    final TreeMap<Long, Branch> branches = new TreeMap<>();

    /** Transactions that have failed and have no branch. */
    final TreeSet<Long> refused = new TreeSet<>();

    final TreeSet<Long> temporaries = new TreeSet<>();

    Session(long id, long keyHigh, long keyLow, String clientId) {
        this.id = id;
        this.keyHigh = keyHigh;
        this.keyLow = keyLow;
        this.clientId = clientId;
    }

    /** Never reused. */
    public long id() {
        return id;
    }

    /** The client identifier, or empty. */
    public String clientId() {
        return clientId;
    }

    void clientId(String newClientId) {
        clientId = newClientId;
    }

    /** Whether the key proves who asks. */
    public boolean hasKey(long high, long low) {
        return keyHigh == high && keyLow == low;
    }

    /** The most significant half of the client's key. */
    public long keyHigh() {
        return keyHigh;
    }

    /** The least significant half of the client's key. */
    public long keyLow() {
        return keyLow;
    }

    /** The number of the last command that was applied (or refused). */
    public long lastNumber() {
        return lastNumber;
    }

    void lastNumber(long number) {
        lastNumber = number;
    }

    /** Whether the transaction of this number, of which there is no branch, has failed rather than not begun. */
    boolean isRefused(long transactionId) {
        return transactionId <= refusedThrough || refused.contains(transactionId);
    }

    /** The transaction of this number has failed. Where there are many, all below the lowest count as failed, too. */
    void refuse(long transactionId) {
        refused.add(transactionId);
        if (refused.size() > REFUSED_MAX) {
            refusedThrough = Math.max(refusedThrough, refused.pollFirst());
        }
    }

    /** Its client has heard of it. */
    void forgetRefused(long transactionId) {
        refused.remove(transactionId);
    }

    long refusedThrough() {
        return refusedThrough;
    }

    void refusedThrough(long transactionId) {
        refusedThrough = transactionId;
    }

    /** What a command was answered with; null when it was simply done, or is forgotten. */
    public @Nullable Answer answer(long number) {
        return answers.get(number);
    }

    /** The subscription that a consumer is attached to, or null. */
    public @Nullable Attachment consumer(long consumerId) {
        return consumers.get(consumerId);
    }

    /** Whether answers up to this number are remembered. */
    public boolean hasAnswers(long through) {
        return !answers.isEmpty() && answers.firstKey() <= through;
    }

    boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    void clean() {
        dirty = false;
    }

    /** A result that is not just "done": {@code code} null with the value, or a refusal. */
    public record Answer(@Nullable RefusalCode code, long limit, long value, String text) {
        static Answer of(long value) {
            return new Answer(null, 0, value, "");
        }
    }

    /**
     * A consumer of this session: what it is attached to, and the selector it has on a queue. {@code lost}: what it held was given to
     * others while its client was away, which the client has yet to hear. {@code policy}: what it brought for redelivery, if anything, and
     * {@code policyOrder} where it is in {@link Subscription#attach} with that.
     */
    public record Attachment(
            long subscriptionId, String selector, boolean lost, BroughtPolicy policy, long policyOrder) {
        Attachment lost(boolean now) {
            return new Attachment(subscriptionId, selector, now, policy, policyOrder);
        }
    }

    /** A large body under way: under which number its chunks are stored, and how many bytes came. */
    record Stage(long bodyNumber, long bytes) {}
}
