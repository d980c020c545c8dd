package dev.sluice.server.simulation.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A transaction as its application knows it. */
public final class Deal {
    final String name;
    final List<Sent> sent = new ArrayList<>();
    final List<Course> taken = new ArrayList<>();
    final Set<Long> seen = new TreeSet<>();
    State state = State.OPEN;
    /** Of a branch of a global transaction: what it was asked, and has answered. */
    boolean prepareAsked;

    boolean wasPrepared;
    boolean endAsked;
    boolean ended;

    /** What the application knows. */
    enum State {
        OPEN,
        /** Its prepare has returned, and its coordinator has not said what becomes of it. */
        PREPARED,
        /** Its end was asked for, and not answered. */
        UNKNOWN,
        /** Its coordinator commits it, whatever happens. */
        DECIDED,
        COMMITTED,
        ROLLED_BACK
    }

    /** One that has begun. */
    public Deal(String name) {
        this.name = name;
    }

    private boolean seenCommitted;
    private boolean seenRolledBack;

    boolean isCommitted() {
        return state == State.COMMITTED;
    }

    /** Whether its prepare has returned, and nobody has said what becomes of it. */
    public boolean isPrepared() {
        return state == State.PREPARED;
    }

    /** Whether the servers must keep it as it is: nothing of it may be undone. */
    boolean isKept() {
        return state == State.PREPARED || state == State.DECIDED;
    }

    /** Something shows that it was committed, or that it was not. */
    void seen(boolean asCommitted) {
        seenCommitted |= asCommitted;
        seenRolledBack |= !asCommitted;
        check();
    }

    void end(State end) {
        state = end;
        check();
    }

    /** Whether what it sent may be seen. */
    boolean mayBeSeen() {
        return state == State.UNKNOWN || state == State.DECIDED || state == State.COMMITTED;
    }

    private void check() {
        boolean mayRollBack = !isCommitted() && !isKept();
        if ((seenCommitted && (seenRolledBack || !mayBeSeen())) || (seenRolledBack && !mayRollBack)) {
            throw new Violation(Promise.ATOMICITY, "%s has happened in part", this);
        }
    }

    /** When all has come to rest: all or nothing of what it sent is there, and of what it took. */
    void checkAtEnd() {
        if (state != State.UNKNOWN) {
            return;
        }
        long sends = sent.stream().filter(Sent::isLasting).count();
        long visible = sent.stream()
                .filter(message -> message.isLasting() && seen.contains(message.id()))
                .count();
        // Others may have been lost.
        List<Course> kept =
                taken.stream().filter(course -> course.message.isLasting()).toList();
        long back = kept.stream().filter(course -> course.deal != this).count();
        boolean committed = visible > 0 || (sends == 0 && back == 0);
        if (visible != (committed ? sends : 0) || back != (committed ? 0 : kept.size())) {
            throw new Violation(
                    Promise.ATOMICITY,
                    "%s: of %d messages that it sent %d came, of %d that it took %d came again",
                    this,
                    sends,
                    visible,
                    kept.size(),
                    back);
        }
    }

    @Override
    public String toString() {
        return name + " (" + state + ")";
    }
}
