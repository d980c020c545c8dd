package dev.sluice.server.core;

import dev.sluice.server.selector.Selector;
import dev.sluice.server.selector.SelectorEvaluator;
import dev.sluice.wire.codec.SubscriptionKind;
import java.util.Objects;
import java.util.TreeMap;
import org.agrona.collections.Long2LongHashMap;
import org.jspecify.annotations.Nullable;

/** A position over an address: what is done of each lane, and how often deliveries failed. */
public final class Subscription {
    private final long id;
    private final Address address;
    private final Terms terms;
    private final long ownerSession;
    private final @Nullable SelectorEvaluator evaluator;
    private final @Nullable Progress[] progress = new Progress[Lane.CODES];
    /** See {@link Attempts}. Null until a delivery fails: there may be 100,000 subscriptions, and few of them have any. */
    private @Nullable Long2LongHashMap attempts;

    /** Which branch has taken which message; null while no transaction has any. */
    private @Nullable Long2LongHashMap taken;

    private int consumers;

    /** What consumers brought, in the order in which they were opened; null while none that is open brought any. */
    private @Nullable TreeMap<Long, BroughtPolicy> policies;

    Subscription(long id, Address address, Terms terms, long ownerSession) {
        this.id = id;
        this.address = address;
        this.terms = terms;
        this.ownerSession = ownerSession;
        Selector selector = Selectors.known(terms.selector());
        this.evaluator = selector.matchesAll() ? null : selector.evaluator();
    }

    /** What was asked for when it was made. {@code selector} is empty for a queue: there each consumer has its own. */
    record Terms(SubscriptionKind kind, String clientId, String name, String selector, boolean noLocal) {
        static final Terms QUEUE = new Terms(SubscriptionKind.QUEUE, "", "", "", false);

        boolean isDurable() {
            return kind == SubscriptionKind.DURABLE || kind == SubscriptionKind.SHARED_DURABLE;
        }

        boolean isShared() {
            return kind == SubscriptionKind.SHARED_NON_DURABLE || kind == SubscriptionKind.SHARED_DURABLE;
        }

        /** Under what it is found; null for those that no one else can name. */
        @Nullable Key key() {
            return isDurable() || isShared() ? new Key(isDurable(), clientId, name) : null;
        }
    }

    /** The name of a durable or shared subscription. */
    record Key(boolean durable, String clientId, String name) {}

    /** Never reused. */
    public long id() {
        return id;
    }

    /** What it is a position over. */
    public Address address() {
        return address;
    }

    Terms terms() {
        return terms;
    }

    /** Whether it ends with its last consumer. */
    public boolean endsWithConsumers() {
        return terms.kind() == SubscriptionKind.NON_DURABLE || terms.kind() == SubscriptionKind.SHARED_NON_DURABLE;
    }

    /** The name given to a durable or shared one; empty otherwise. */
    public String name() {
        return terms.name();
    }

    /** Its kind. */
    public SubscriptionKind kind() {
        return terms.kind();
    }

    long ownerSession() {
        return ownerSession;
    }

    /** Consumers attached, by sessions that are connected or not. */
    public int consumers() {
        return consumers;
    }

    /** A consumer is opened and brings this; returns its place in the order of those that brought something, 0 when it brings nothing. */
    long attach(BroughtPolicy policy) {
        consumers++;
        long order = policies == null ? 1 : policies.lastKey() + 1;
        return policy.isNone() ? 0 : bring(policy, order);
    }

    long bring(BroughtPolicy policy, long order) {
        TreeMap<Long, BroughtPolicy> known = policies == null ? new TreeMap<>() : policies;
        known.put(order, policy);
        policies = known;
        return order;
    }

    /** The consumer with this place in the order left. */
    void detach(long order) {
        consumers--;
        if (policies != null) {
            policies.remove(order);
            policies = policies.isEmpty() ? null : policies;
        }
    }

    /** What the consumer brought that was opened last of those that brought something and are open; null when none is. */
    @Nullable BroughtPolicy broughtPolicy() {
        return policies == null ? null : policies.lastEntry().getValue();
    }

    /** Whether it looks at messages before it takes them. */
    boolean selects() {
        return evaluator != null;
    }

    /** Whether a message of {@code session} belongs into it. */
    boolean wants(@Nullable Session publisher, StoredMessage message) {
        if (terms.noLocal() && publisher != null && isLocal(publisher)) {
            return false;
        }
        if (evaluator == null) {
            return true;
        }
        var buffer = Objects.requireNonNull(message.buffer());
        return evaluator.matches(buffer, message.offset(), message.length);
    }

    private boolean isLocal(Session publisher) {
        return terms.isDurable()
                ? !terms.clientId().isEmpty() && terms.clientId().equals(publisher.clientId())
                : ownerSession == publisher.id();
    }

    /** How far it is in a lane; null when the lane never had a message since the subscription was made. */
    public @Nullable Progress progress(int code) {
        return progress[code];
    }

    Progress progressFor(int code) {
        Progress found = progress[code];
        if (found == null) {
            found = new Progress(code, 0);
            progress[code] = found;
        }
        return found;
    }

    /** Whether messages that are not done may have been delivered before a restart. */
    boolean hasMarks() {
        for (Progress known : progress) {
            if (known != null && known.mark() > known.floor()) {
                return true;
            }
        }
        return false;
    }

    void restore(Progress restored) {
        progress[restored.code()] = restored;
    }

    /** Messages not done. */
    public long pending() {
        long pending = 0;
        for (int codes = address.laneCodes(); codes != 0; codes &= codes - 1) {
            pending += pending(Integer.numberOfTrailingZeros(codes));
        }
        return pending;
    }

    long pending(int code) {
        Lane lane = Objects.requireNonNull(address.lane(code));
        Progress found = progress[code];
        return found == null ? lane.nextSequence() : found.pending(lane.nextSequence());
    }

    /** Failed deliveries of a message. */
    public int failures(int code, long sequence) {
        return Attempts.failed(attempts(code, sequence));
    }

    /** What is remembered of a message's {@link Attempts}. */
    long attempts(int code, long sequence) {
        return attempts == null ? Attempts.NONE : attempts.get(Table.minor(code, sequence));
    }

    void attempts(int code, long sequence, long value) {
        Long2LongHashMap known = attempts == null ? new Long2LongHashMap(Attempts.NONE) : attempts;
        if (value == Attempts.NONE) {
            known.remove(Table.minor(code, sequence));
        } else {
            known.put(Table.minor(code, sequence), value);
        }
        attempts = known.isEmpty() ? null : known;
    }

    /** What only a leader has goes: how far it is in the lanes of non-persistent messages. */
    void dropTransients() {
        for (int code = Lane.TRANSIENT; code < Lane.CODES; code++) {
            progress[code] = null;
        }
        for (long key : failureKeys()) {
            if (Table.priority(key) >= Lane.TRANSIENT) {
                attempts(Table.priority(key), Table.sequence(key), Attempts.NONE);
            }
        }
    }

    boolean hasFailures() {
        return attempts != null;
    }

    long[] failureKeys() {
        return attempts == null
                ? new long[0]
                : attempts.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    }

    // ---- transactions ----

    /** Whether a transaction has taken the message: then it is done or comes back with that, and not otherwise. */
    public boolean isTaken(int code, long sequence) {
        return taken != null && taken.containsKey(Table.minor(code, sequence));
    }

    void take(int code, long sequence, long branchId) {
        if (taken == null) {
            taken = new Long2LongHashMap(0);
        }
        taken.put(Table.minor(code, sequence), branchId);
    }

    void untake(int code, long sequence) {
        if (taken != null) {
            taken.remove(Table.minor(code, sequence));
            taken = taken.isEmpty() ? null : taken;
        }
    }

    /** Whether some transaction has taken some message. */
    boolean hasTaken() {
        return taken != null;
    }

    /** Messages that transactions have taken. */
    public int taken() {
        return taken == null ? 0 : taken.size();
    }
}
