package dev.sluice.server.core;

import dev.sluice.base.Invariant;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one address and one priority, numbered without gaps. Those in memory stand in a window that ends at the next
 * sequence; what is before the window, or missing in it and not done, is in the store.
 */
public final class Lane {
    /** Added to the priority in a lane's code when its messages are non-persistent. */
    public static final int TRANSIENT = 16;

    /** Lane codes are below this. */
    public static final int CODES = 32;

    private static final int WINDOW_INITIAL = 8;
    private static final int BEHIND_MESSAGES = 1_024;
    private static final long STANDSTILL_MILLIS = 500;
    private static final StoredMessage[] NONE = new StoredMessage[0];

    private final long addressId;
    private final int code;
    private @Nullable StoredMessage[] window = NONE;
    private long windowStart;
    private long nextSequence;
    private boolean dirty;

    /** When someone received a non-persistent one last; long ago at first. */
    private long settledMillis = Long.MIN_VALUE / 2;

    Lane(long addressId, int code, long nextSequence) {
        this.addressId = addressId;
        this.code = code;
        this.nextSequence = nextSequence;
        this.windowStart = nextSequence;
    }

    /** The priority, 0 to 9. */
    public int priority() {
        return priority(code);
    }

    /** The priority in a lane's code. */
    static int priority(int code) {
        return code & (TRANSIENT - 1);
    }

    /** The priority, with {@link #TRANSIENT} for non-persistent messages. */
    public int code() {
        return code;
    }

    /** The address whose lane it is. */
    public long addressId() {
        return addressId;
    }

    /** Whether its messages are non-persistent. */
    public boolean isTransient() {
        return (code & TRANSIENT) != 0;
    }

    /** The sequence that the next message gets. */
    public long nextSequence() {
        return nextSequence;
    }

    /** The first sequence of the window. */
    public long windowStart() {
        return windowStart;
    }

    /** Someone received a non-persistent one. */
    void settled(long nowMillis) {
        settledMillis = nowMillis;
    }

    /**
     * Whether many messages wait here and some of them are being received: then senders should wait, so that all have room in memory. Where
     * no one receives (or who sends must receive first) waiting would help nobody.
     */
    public boolean isBehind(long nowMillis) {
        return nextSequence - windowStart > BEHIND_MESSAGES && nowMillis - settledMillis < STANDSTILL_MILLIS;
    }

    boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    void clean() {
        dirty = false;
    }

    /** Gives the message the next sequence. */
    void append(StoredMessage message) {
        int size = (int) (nextSequence - windowStart);
        if (size == window.length) {
            grow();
        }
        message.sequence = nextSequence;
        message.in(this);
        window[index(nextSequence)] = message;
        nextSequence++;
    }

    /** Passes over a sequence that no subscription wants. */
    void skip() {
        if (windowStart == nextSequence) {
            windowStart++;
        } else if (nextSequence - windowStart == window.length) {
            grow();
        }
        nextSequence++;
    }

    /** The message, if it is in memory; its bytes may not be. */
    public @Nullable StoredMessage get(long sequence) {
        return sequence < windowStart || sequence >= nextSequence ? null : window[index(sequence)];
    }

    /** Takes the message out of the window. */
    void remove(long sequence) {
        if (sequence < windowStart || sequence >= nextSequence) {
            return;
        }
        window[index(sequence)] = null;
        while (windowStart < nextSequence && window[index(windowStart)] == null) {
            windowStart++;
        }
        if (windowStart == nextSequence && window.length > 1024) {
            window = NONE;
        }
    }

    /** Lets go of all that is in memory. */
    void discard() {
        for (StoredMessage message : window) {
            if (message != null) {
                message.discard();
            }
        }
        window = NONE;
        windowStart = nextSequence;
    }

    private int index(long sequence) {
        return (int) sequence & (window.length - 1);
    }

    private void grow() {
        int size = (int) (nextSequence - windowStart);
        Invariant.check(size < 1 << 30, "a lane's window is full");
        @Nullable StoredMessage[] larger = new StoredMessage[Math.max(WINDOW_INITIAL, window.length * 2)];
        for (long sequence = windowStart; sequence < nextSequence; sequence++) {
            larger[(int) sequence & (larger.length - 1)] = window[index(sequence)];
        }
        window = larger;
    }
}
