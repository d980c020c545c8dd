package dev.sluice.server.core;

import dev.sluice.base.Invariant;
import dev.sluice.wire.codec.BranchState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on this shard, local to a session or a branch of a global one: what it sends, which has no place yet, and what it
 * acknowledges, which no one else gets. Owner: the replicated machine.
 */
public final class Branch {
    /** So many messages may be in all open transactions together: each costs up to 200 bytes of heap until its transaction ends. */
    static final int MESSAGES_MAX = 500_000;

    /** So many branches may be open: each is an object and a row. */
    static final int OPEN_MAX = 50_000;

    static final String TIMED_OUT = "its time was over before it was prepared";

    final List<Staged> staged = new ArrayList<>();
    final List<Taken> taken = new ArrayList<>();
    /** The sessions that worked for it. */
    final TreeSet<Long> sessions = new TreeSet<>();
    /** How many of {@link #staged} and {@link #taken} have rows. */
    int stagedSaved;

    int takenSaved;
    /** Sessions that work for it now. */
    int associations;
    /** Sessions whose work for it rests. */
    int suspended;

    /** Whether non-persistent messages were taken too, of which the leader alone knows. */
    boolean takesTransients;

    long preparedMillis;
    /** Other shards that have a part of it, a bit for each; on the one that coordinates. */
    long parts;

    /** When it is rolled back unless it is prepared; 0 for never. */
    long deadlineMillis;

    private final long id;
    private final Origin origin;
    private @Nullable Xid xid;
    private State state = State.ACTIVE;
    private String reason = "";
    private long takenMessages;

    Branch(long id, @Nullable Xid xid, Origin origin) {
        this.id = id;
        this.xid = xid;
        this.origin = origin;
        sessions.add(origin.sessionId);
    }

    /** Who began it, and when. */
    public record Origin(long sessionId, String clientId, long startedMillis) {}

    /** A message to be sent; {@code dueMillis} is when it is delivered at the earliest. */
    record Staged(StoredMessage message, long dueMillis, long sessionId) {}

    /** A run of messages to be acknowledged. */
    record Taken(long subscriptionId, int code, long first, int count) {}

    /**
     * <pre>
     * ACTIVE ─▶ PREPARED ─▶ HEURISTICALLY_COMMITTED, HEURISTICALLY_ROLLED_BACK
     *    ├────▶ ROLLBACK_ONLY
     *    └────▶ AWAITING_DECISION, COMMITTED (over several shards: there, and on the one that decides)
     * </pre>
     * Each ends when it is committed, rolled back or forgotten.
     */
    public enum State {
        /** Work is done for it. */
        ACTIVE(BranchState.ACTIVE),
        /** Something went wrong: what it had is gone already, and its end can only be a rollback. */
        ROLLBACK_ONLY(BranchState.ROLLBACK_ONLY),
        /** It can commit, whatever happens; only its coordinator, or people, decide. */
        PREPARED(BranchState.PREPARED),
        /** People committed it. */
        HEURISTICALLY_COMMITTED(BranchState.HEURISTICALLY_COMMITTED),
        /** People rolled it back. */
        HEURISTICALLY_ROLLED_BACK(BranchState.HEURISTICALLY_ROLLED_BACK),
        /** It can commit, whatever happens; another shard decides. */
        AWAITING_DECISION(BranchState.AWAITING_DECISION),
        /** Its part is committed, and with it the whole transaction; other shards have yet to hear of it. */
        COMMITTED(BranchState.COMMITTED);

        private final BranchState onWire;

        State(BranchState onWire) {
            this.onWire = onWire;
        }

        /** Its name and number on the wire; rows have the number too. */
        public BranchState onWire() {
            return onWire;
        }

        /** Whether the coordinator of a global transaction may have to be told of it, or tell. */
        public boolean isInDoubt() {
            return this == PREPARED || this == HEURISTICALLY_COMMITTED || this == HEURISTICALLY_ROLLED_BACK;
        }

        static State of(long code) {
            for (State state : values()) {
                if (state.onWire.value() == code) {
                    return state;
                }
            }
            throw new IllegalStateException("there is no state " + code + " of a transaction");
        }

        private boolean mayBecome(State next) {
            return switch (next) {
                case ACTIVE -> false;
                case ROLLBACK_ONLY, PREPARED, AWAITING_DECISION, COMMITTED -> this == ACTIVE;
                case HEURISTICALLY_COMMITTED, HEURISTICALLY_ROLLED_BACK -> this == PREPARED;
            };
        }
    }

    /** Never reused. */
    public long id() {
        return id;
    }

    /** Its name in a global transaction, or in one over several shards; null for another local one. */
    public @Nullable Xid xid() {
        return xid;
    }

    /** A local one is a part of a transaction over several shards. */
    void name(Xid name) {
        Invariant.check(xid == null, "transaction %d got a second name", id);
        xid = name;
    }

    /** Who began it, and when. */
    public Origin origin() {
        return origin;
    }

    /** How far it is. */
    public State state() {
        return state;
    }

    void to(State next) {
        Invariant.check(state.mayBecome(next), "transaction %d went from %s to %s", id, state, next);
        state = next;
    }

    void restore(State was, String why) {
        state = was;
        reason = why;
    }

    /** Why it can only be rolled back; empty when it is not so. */
    public String reason() {
        return reason;
    }

    boolean isTimedOut() {
        return reason.equals(TIMED_OUT);
    }

    void reason(String why) {
        reason = why;
    }

    /** When it was prepared; 0 when it is not. */
    public long preparedMillis() {
        return preparedMillis;
    }

    /** Messages that it sends. */
    public int stagedMessages() {
        return staged.size();
    }

    /** Messages that it acknowledges. */
    public long takenMessages() {
        return takenMessages;
    }

    /** Sees a destination of a branch, and how many messages it sends to it and acknowledges of it. */
    @FunctionalInterface
    public interface PartVisitor {
        /** Not both counts are 0. */
        void part(Address address, long staged, long taken);
    }

    /** Shows of which destinations its messages are; those that are deleted are left out. */
    public void visitParts(Catalog catalog, PartVisitor visitor) {
        TreeMap<Long, long[]> counts = new TreeMap<>();
        for (Staged each : staged) {
            counts.computeIfAbsent(each.message.addressId, id -> new long[2])[0]++;
        }
        for (Taken run : taken) {
            Subscription subscription = catalog.subscription(run.subscriptionId);
            if (subscription != null) {
                counts.computeIfAbsent(subscription.address().id(), id -> new long[2])[1] += run.count;
            }
        }
        counts.forEach((id, count) -> {
            Address address = catalog.address(id);
            if (address != null) {
                visitor.part(address, count[0], count[1]);
            }
        });
    }

    /** Whether a session worked for it. */
    public boolean worked(long sessionId) {
        return sessions.contains(sessionId);
    }

    /** The sessions that worked for it. */
    public List<Long> sessions() {
        return List.copyOf(sessions);
    }

    void add(Taken run) {
        taken.add(run);
        takenMessages += run.count;
    }

    /** What it had is done or undone. */
    void forgetWork() {
        staged.clear();
        taken.clear();
        stagedSaved = 0;
        takenSaved = 0;
        takenMessages = 0;
        takesTransients = false;
    }

    /** Whether there is nothing to commit. */
    boolean isEmpty() {
        return staged.isEmpty() && taken.isEmpty() && !takesTransients;
    }

    /** Messages that it sends and acknowledges. */
    long messages() {
        return staged.size() + takenMessages;
    }
}
