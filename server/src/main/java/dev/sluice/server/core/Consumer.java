package dev.sluice.server.core;

import dev.sluice.base.Invariant;
import dev.sluice.wire.codec.SubscriptionKind;

/** A client's consumer as the dispatcher sees it: its credit, its epoch, how much it holds. Owner: the shard thread. */
public final class Consumer {
    private final Session session;
    private final long id;
    private final Outflow outflow;
    private final Group group;
    private State state;
    private long epoch = 1;
    private long credit;
    private long sent;
    /** Whether its client came back a short while ago. */
    private boolean resumed;

    private long earlyEpoch;
    private long earlyCredit;
    /** Behind the last one of each lane that it was sent; no array before there was one. */
    private long[] sentEnds = {};

    private Runs retained = new Runs();
    private int held;
    private Loss loss = Loss.NONE;

    Consumer(Session session, long id, Outflow outflow, Group group, State state) {
        this.session = session;
        this.id = id;
        this.outflow = outflow;
        this.group = group;
        this.state = state;
    }

    /**
     * <pre>
     * RECLAIMING (restart) ─▶ ATTACHED ◀─▶ AWAY ─▶ CLOSED
     *        └──────────────────────────────▲
     * </pre>
     */
    enum State {
        /** Attached before a restart; it may hold messages, and no one knows which. */
        RECLAIMING,
        /** Its connection is there. */
        ATTACHED,
        /** Its connection is gone; what it holds is kept for it. */
        AWAY,
        /** It gets nothing more; what it retained is its session's. */
        CLOSED
    }

    /**
     * What it held was given to others, and what is known of that. Until the log has it that the client was told, a new leader would take the
     * consumer for one that holds nothing.
     * <pre>
     * NONE ─▶ PROPOSED ─▶ LOGGED
     *  ▲         ▼           ▼
     *  │  TOLD_BEFORE_LOGGED ─▶ TOLD
     *  └───────────────────────┘
     * </pre>
     */
    enum Loss {
        /** Nothing was, or all know of it. */
        NONE,
        /** It is on its way to the log. */
        PROPOSED,
        /** The client has yet to hear of it. */
        LOGGED,
        /** The client was told, and neither is in the log. */
        TOLD_BEFORE_LOGGED,
        /** That the client was told is on its way to the log. */
        TOLD
    }

    /** Whose it is. */
    public Session session() {
        return session;
    }

    /** The client's number for it. */
    public long id() {
        return id;
    }

    Outflow outflow() {
        return outflow;
    }

    Group group() {
        return group;
    }

    /** The subscription it consumes. */
    public Subscription subscription() {
        return outflow.subscription();
    }

    /** The epoch that deliveries carry. */
    public long epoch() {
        return epoch;
    }

    void epoch(long newEpoch) {
        epoch = newEpoch;
        credit = earlyEpoch == newEpoch ? earlyCredit : 0;
        sent = 0;
    }

    /** Credit for an epoch that a command on its way through the log begins. */
    void earlyCredit(long nextEpoch, long total) {
        earlyEpoch = nextEpoch;
        earlyCredit = total;
    }

    State state() {
        return state;
    }

    void to(State next) {
        Invariant.check(state != State.CLOSED || next == State.CLOSED, "a closed consumer came back");
        state = next;
    }

    void credit(long total) {
        credit = Math.max(credit, total);
    }

    boolean hasCredit() {
        return state == State.ATTACHED && sent < credit && loss == Loss.NONE;
    }

    /** Whether it may get something that is under way: from the store, or behind a command on its way through the log. */
    boolean isWaited() {
        boolean next = earlyEpoch > epoch || (state == State.ATTACHED && loss != Loss.NONE);
        return state != State.CLOSED && (next || (hasCredit() && group.isLoading()));
    }

    void countSent(int code, long sequence) {
        sent++;
        if (sentEnds.length == 0) {
            sentEnds = new long[Lane.CODES];
        }
        sentEnds[code] = Math.max(sentEnds[code], sequence + 1);
    }

    long sentEnd(int code) {
        return sentEnds.length == 0 ? 0 : sentEnds[code];
    }

    /** Its client is back: what did not come to it was not sent. */
    void resumed(Claims claims) {
        sentEnds = claims.receivedEnds();
        resumed = true;
    }

    /** What was lost on the way to it is with it or others. */
    void resumptionOver() {
        resumed = false;
    }

    /** Whether something may have been lost on the way to it when its connection was. */
    boolean mayHaveLost() {
        return resumed && state != State.CLOSED && !isLost();
    }

    /** What was sent was cut off in the middle, in the epoch that goes on. */
    public void uncountSent() {
        sent--;
    }

    /** Whether it holds this message. */
    public boolean holds(StoredMessage message) {
        return outflow.holder(message.code(), message.sequence()) == this;
    }

    /** Whether nobody else can ever get what it holds: its subscription is its own and ends with its session. */
    boolean isAlone() {
        return subscription().kind() == SubscriptionKind.NON_DURABLE && state != State.CLOSED;
    }

    /** Whether what it held was given to others, and its client has not heard of it. */
    public boolean isLost() {
        return loss == Loss.PROPOSED || loss == Loss.LOGGED;
    }

    void lost(Loss now) {
        loss = now;
    }

    /** Whether it is on its way to the log that all it holds goes to others. */
    boolean isLosing() {
        return loss == Loss.PROPOSED;
    }

    /** What it held is given to others. */
    void lose() {
        loss = isLost() ? loss : Loss.PROPOSED;
    }

    /** Its client is told of the loss. */
    void told() {
        loss = loss == Loss.PROPOSED ? Loss.TOLD_BEFORE_LOGGED : Loss.TOLD;
    }

    /** The log has the loss. */
    void lossLogged() {
        loss = switch (loss) {
            case PROPOSED -> Loss.LOGGED;
            case TOLD_BEFORE_LOGGED -> Loss.TOLD;
            default -> loss;
        };
    }

    /** The log has it that the client was told, if that is so; it can be sent something again. */
    boolean heard() {
        boolean waited = loss == Loss.TOLD;
        loss = waited ? Loss.NONE : loss;
        return waited;
    }

    /** What its session keeps after it was closed. */
    Runs retained() {
        return retained;
    }

    void retained(Runs runs) {
        retained = runs;
    }

    /** Messages it holds. */
    public int held() {
        return held;
    }

    /** Whether somebody may hand out or get a message only when these are done: it holds more, or others are in a line for them. */
    public boolean isWaitedFor(Runs runs) {
        MessageGroups groups = outflow.messageGroups();
        return held > runs.messages() || (groups != null && !groups.isEmpty()) || outflow.isFullOfDelays();
    }

    void held(int change) {
        held += change;
    }
}
