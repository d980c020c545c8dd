package dev.sluice.server.simulation.raft;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The copies of rows that a member asks the leader for, one at a time, and those that it gives others when it leads; for one run of its host. */
final class Copying {
    /** No copy is asked for: one is on its way. */
    static final long NONE = 0;

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long READ_NANOS_MAX = 2_000 * MILLI;
    private static final long PATIENCE_NANOS = 5_000 * MILLI;
    /** The log is kept from where a copy begins for so long after it was read. */
    private static final long KEPT_NANOS = 60_000 * MILLI;

    private final RaftMemberModel.Parts parts;
    private final LongConsumer inPlace;
    private Stage stage = Stage.IDLE;
    private long asked = NONE;
    private long askedAtNanos;
    private long givenAfter = Long.MAX_VALUE;
    private long givenAtNanos;

    private enum Stage {
        IDLE,
        /** A copy was asked for. */
        ASKED,
        /** It takes the place of the rows: that goes on whoever leads meanwhile. */
        EXCHANGING
    }

    /** A copy, as it is given. */
    record Given(RaftMemberModel.Copied copy, long term) {}

    /** {@code inPlace} hears of the entry behind which the log goes on. */
    Copying(RaftMemberModel.Parts parts, LongConsumer inPlace) {
        this.parts = parts;
        this.inPlace = inPlace;
    }

    // ---- who needs one ----

    /** The number of one that is wanted, or {@link #NONE} when one is on its way. */
    long ask() {
        long now = parts.host().nanoTime();
        boolean isOnItsWay = stage == Stage.ASKED && now - askedAtNanos < PATIENCE_NANOS;
        if (isOnItsWay || stage == Stage.EXCHANGING) {
            return NONE;
        }
        stage = Stage.ASKED;
        askedAtNanos = now;
        asked++;
        return asked;
    }

    /** Another member may lead: what comes from the one before is of no use. */
    void giveUp() {
        if (stage == Stage.ASKED) {
            stage = Stage.IDLE;
        }
    }

    void came(long number, long leadersTerm, Given given) {
        if (isWanted(number, leadersTerm)) {
            parts.disk().sync(() -> {
                if (isWanted(number, leadersTerm)) {
                    exchange(given);
                }
            });
        }
    }

    private boolean isWanted(long number, long leadersTerm) {
        return stage == Stage.ASKED && number == asked && leadersTerm == parts.log().term;
    }

    private void exchange(Given given) {
        long index = given.copy.appliedIndex();
        stage = Stage.EXCHANGING;
        // Before the rows are in place: they are of no use without.
        parts.log().copied(index, given.term);
        // The log hears of it later, so a crash may come between.
        parts.rows().exchange(given.copy, done -> parts.disk().sync(() -> exchanged(index, done)));
    }

    private void exchanged(long index, boolean done) {
        stage = Stage.IDLE;
        if (done) {
            parts.log().beginBehindCopy();
            inPlace.accept(index);
        }
    }

    // ---- who gives one ----

    void give(Consumer<Given> way) {
        RaftMemberModel.Copied copy = parts.rows().read();
        long index = copy.appliedIndex();
        if (index == 0) {
            return;
        }
        givenAfter = Math.min(neededAfter(), index);
        givenAtNanos = parts.host().nanoTime();
        Given given = new Given(copy, parts.log().termOf(index));
        long nanos = parts.host().timeline().between(MILLI, READ_NANOS_MAX);
        parts.host().after(nanos, () -> way.accept(given));
    }

    /** The entry from which on the log is needed by those who copy or have just copied. */
    long neededAfter() {
        boolean needed = parts.host().nanoTime() - givenAtNanos < KEPT_NANOS;
        return needed ? givenAfter : Long.MAX_VALUE;
    }
}
