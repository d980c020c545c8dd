package dev.sluice.link;

import java.util.concurrent.TimeUnit;

/**
 * When to beat, when a silent server counts as lost, and until when what was prefetched is surely still ours. By the monotonic
 * clock, but for what shows that it stood still. Owned by the link machine.
 */
final class Heartbeats {
    private static final int SILENT_BEATS_MAX = 3;

    /** The server's patience begins with our last beat, which may be this long before the last word from it. */
    private static final int BEATS_UNHEARD = 2;

    /** Handing out stops at this share of the grace, so that clocks may run a little apart. */
    private static final double GRACE_SHARE = 0.8;

    private long beatNanos;
    private long silenceNanos;
    private long graceNanos;
    private long nextBeat;
    private long lastTurn;
    private long lastTurnMillis;
    private long stoodStill;
    private long lastHeard;

    /** The intervals that both sides name, of which both beat at the shorter one, and the server's grace for a lost socket. */
    void agree(long ownMillis, long serverMillis, long graceMillis) {
        long theirs = serverMillis == 0 ? ownMillis : serverMillis;
        beatNanos = TimeUnit.MILLISECONDS.toNanos(Math.min(ownMillis, theirs));
        silenceNanos = SILENT_BEATS_MAX * beatNanos;
        graceNanos = TimeUnit.MILLISECONDS.toNanos(graceMillis);
    }

    /**
     * Time goes on; returns how long we slept ourselves, or 0. There is a turn at every beat, so two without one are a sleep. The wall
     * clock is asked too, since the monotonic one may stand still as long as the machine is suspended.
     */
    long turn(long now, long wallMillis) {
        long passed = Math.max(now - lastTurn, TimeUnit.MILLISECONDS.toNanos(wallMillis - lastTurnMillis));
        stoodStill = passed - (now - lastTurn);
        lastTurn = now;
        lastTurnMillis = wallMillis;
        return passed > BEATS_UNHEARD * beatNanos ? passed : 0;
    }

    /** For how long the monotonic clock stood still before this turn, by the wall clock. */
    long stoodStill() {
        return stoodStill;
    }

    /** What the wall clock shows when the monotonic one shows this, if both go on as they are. */
    long wallMillisAt(long nanos) {
        return lastTurnMillis + TimeUnit.NANOSECONDS.toMillis(nanos - lastTurn);
    }

    void heard(long now) {
        lastHeard = now;
    }

    void beaten(long now) {
        nextBeat = now + beatNanos;
    }

    boolean isBeatDue(long now) {
        return now - nextBeat >= 0;
    }

    boolean isServerLost(long now) {
        return now - lastHeard >= silenceNanos;
    }

    long silentMillis(long now) {
        return TimeUnit.NANOSECONDS.toMillis(now - lastHeard);
    }

    /** When one of the two has to be looked at. */
    long nextTick() {
        long lost = lastHeard + silenceNanos;
        return nextBeat - lost < 0 ? nextBeat : lost;
    }

    /** The end of the claims while attached: should nothing more be heard, the server may have given us up that early. */
    long claimsEnd() {
        return lastHeard + BEATS_UNHEARD * beatNanos + share();
    }

    /** The end of the claims when the socket was lost at {@code since}. */
    long claimsEndAfterLoss(long since) {
        return since + share();
    }

    /** The last word of the server. */
    long lastHeard() {
        return lastHeard;
    }

    private long share() {
        return (long) (graceNanos * GRACE_SHARE);
    }
}
