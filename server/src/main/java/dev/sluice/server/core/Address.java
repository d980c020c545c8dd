package dev.sluice.server.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A queue or a topic: its lanes of messages and the subscriptions over them. A queue has exactly one subscription. */
public final class Address {
    static final int PRIORITIES = 10;

    private final long id;
    private final boolean topic;
    private final String name;
    private final long ownerSession;
    private final @Nullable Lane[] lanes = new Lane[Lane.CODES];
    private final List<Subscription> subscriptions = new ArrayList<>(1);
    private int laneCodes;
    private long delayed;
    private long published;
    private long acknowledged;
    private boolean overflowing;
    private long overflowUnderWay;

    Address(long id, boolean topic, String name, long ownerSession) {
        this.id = id;
        this.topic = topic;
        this.name = name;
        this.ownerSession = ownerSession;
    }

    /** Never reused. */
    public long id() {
        return id;
    }

    /** Whether it is a topic. */
    public boolean isTopic() {
        return topic;
    }

    /** Its name among the queues or the topics. */
    public String name() {
        return name;
    }

    /** Whether it belongs to a session and ends with it. */
    public boolean isTemporary() {
        return ownerSession != 0;
    }

    /** The session that a temporary destination belongs to; 0 otherwise. */
    public long ownerSession() {
        return ownerSession;
    }

    /** A lane by its code, or null when it never had a message. */
    public @Nullable Lane lane(int code) {
        return lanes[code];
    }

    /** Which lanes there are, a bit for each code. */
    public int laneCodes() {
        return laneCodes;
    }

    Lane laneFor(int code) {
        Lane lane = lanes[code];
        if (lane == null) {
            lane = new Lane(id, code, 0);
            restore(lane);
        }
        return lane;
    }

    void restore(Lane lane) {
        lanes[lane.code()] = lane;
        laneCodes |= 1 << lane.code();
    }

    /** Its subscriptions, oldest first. */
    public List<Subscription> subscriptions() {
        return subscriptions;
    }

    /** Messages whose delivery is delayed. */
    public long delayed() {
        return delayed;
    }

    void delayed(int change) {
        delayed += change;
    }

    /** Messages published since the start of this process. */
    public long published() {
        return published;
    }

    /** Messages acknowledged since the start of this process, for each subscription. */
    public long acknowledged() {
        return acknowledged;
    }

    void countPublished() {
        published++;
    }

    void countAcknowledged() {
        acknowledged++;
    }

    /** A non-persistent message for which there is no memory goes to the log. */
    public void overflowProposed() {
        overflowing = true;
        overflowUnderWay++;
    }

    /** One of them was applied; when a log is replayed, none of this process. */
    void overflowApplied() {
        overflowUnderWay = Math.max(0, overflowUnderWay - 1);
    }

    /** Whether non-persistent messages went to the log and some may still be there: those in memory are older, and go out first. */
    boolean isOverflowing() {
        return overflowing;
    }

    /** Whether what went to the log is still under way or waiting in a lane; once it is not, memory is used again. */
    boolean mustOverflow(int priority) {
        if (!overflowing) {
            return false;
        }
        if (overflowUnderWay > 0) {
            return true;
        }
        for (Subscription subscription : subscriptions) {
            if (lanes[priority] != null && subscription.pending(priority) > 0) {
                return true;
            }
        }
        if (pendingPersistent() == 0) {
            overflowing = false;
        }
        return false;
    }

    /** What only a leader has goes: lanes of non-persistent messages, and how many of them it sent to the log. */
    void dropTransients() {
        overflowing = false;
        overflowUnderWay = 0;
        for (int codes = laneCodes >>> Lane.TRANSIENT; codes != 0; codes &= codes - 1) {
            int code = Integer.numberOfTrailingZeros(codes) | Lane.TRANSIENT;
            Objects.requireNonNull(lanes[code]).discard();
            lanes[code] = null;
            laneCodes &= ~(1 << code);
        }
        for (Subscription subscription : subscriptions) {
            subscription.dropTransients();
        }
    }

    private long pendingPersistent() {
        long pending = 0;
        for (Subscription subscription : subscriptions) {
            for (int code = 0; code < PRIORITIES; code++) {
                pending += lanes[code] == null ? 0 : subscription.pending(code);
            }
        }
        return pending;
    }

    /** Messages that some subscription has not done (for a topic: the most that one has not), with those delayed. */
    public long messages() {
        long most = 0;
        for (Subscription subscription : subscriptions) {
            most = Math.max(most, subscription.pending());
        }
        return most + delayed;
    }
}
