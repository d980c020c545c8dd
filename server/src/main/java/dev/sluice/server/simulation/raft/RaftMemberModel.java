package dev.sluice.server.simulation.raft;

import dev.sluice.base.Invariant;
import dev.sluice.server.raft.EngineLog;
import dev.sluice.server.simulation.stage.Disk;
import dev.sluice.server.simulation.stage.Host;
import dev.sluice.server.simulation.stage.StoreModel;
import dev.sluice.server.simulation.stage.Timeline;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One member of a Raft group, for one run of its host. As Ratis it tells its log what is committed and whether it leads; as Ratis it is told late, and learns late. */
public final class RaftMemberModel {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long ELECTION_NANOS_MIN = 1000 * MILLI;
    private static final long ELECTION_NANOS_MAX = 2000 * MILLI;
    private static final long HEARTBEAT_NANOS = 300 * MILLI;
    private static final int ENTRIES_PER_APPEND = 8;
    private static final int ENTRIES_PER_TELLING = 16;

    private final int number;
    private final Parts parts;
    private final Copying copying;
    private final ArrayDeque<LogEntry> proposals = new ArrayDeque<>();
    private @Nullable Reign reign;
    private int votes;
    private long electionAtNanos;
    /** What this member has in common with the leader of the term. */
    private long verified;
    /** What the leader says is committed. */
    private long known;

    private long commit;
    private long told;
    private boolean telling;
    private long syncingThrough;

    /** What a member stands on. */
    public record Parts(
            Host host, RaftGroup group, RaftDisk log, Disk disk, EngineLog engine, Rows rows, Listener listener) {}

    /** The rows of the shard, which members copy from each other. */
    public interface Rows {
        /** So many entries are kept in the log when the rows have them. */
        int entriesKept();

        /** A copy of those that are on the disk now. */
        Copied read();

        /** Puts a copy in their place; {@code done} hears whether that is so. */
        void exchange(Copied copy, Consumer<Boolean> done);
    }

    /** A copy, and the entry up to which it has everything. */
    public record Copied(StoreModel.Rows rows, long appliedIndex) {}

    /** Hears who leads, as far as this member knows: a number, or {@link #UNKNOWN}. */
    @FunctionalInterface
    public interface Listener {
        /** No member is known to lead. */
        int UNKNOWN = -1;

        /** This one leads. */
        void leader(int member);
    }

    /** Begins as a follower. */
    public RaftMemberModel(int number, Parts parts) {
        this.number = number;
        this.parts = parts;
        copying = new Copying(parts, this::behindCopy);
        parts.log.follow(parts.engine.appliedAtStart());
        // What the store has is committed, and in the log.
        Invariant.check(
                parts.engine.appliedAtStart() <= parts.log.lastIndex(),
                "the store of %s is ahead of its log",
                parts.host);
        told = parts.engine.appliedAtStart();
        commit = told;
        parts.group.started(this);
        parts.engine.open(this::propose);
        heard();
        electionTimer();
    }

    int number() {
        return number;
    }

    boolean leads() {
        return reign != null;
    }

    private Timeline timeline() {
        return parts.host.timeline();
    }

    private RaftDisk log() {
        return parts.log;
    }

    private int majority() {
        return parts.group.size() / 2 + 1;
    }

    private void broadcast(RaftGroup.Message message) {
        for (int other = 0; other < parts.group.size(); other++) {
            if (other != number) {
                parts.group.send(number, other, message);
            }
        }
    }

    // ---- elections ----

    private void heard() {
        electionAtNanos = parts.host.nanoTime() + timeline().between(ELECTION_NANOS_MIN, ELECTION_NANOS_MAX);
    }

    private void electionTimer() {
        parts.host.after(electionAtNanos - parts.host.nanoTime(), () -> {
            if (parts.host.nanoTime() >= electionAtNanos && reign == null && !log().isStranger()) {
                elect();
            }
            if (parts.host.nanoTime() >= electionAtNanos) {
                heard();
            }
            electionTimer();
        });
    }

    private void elect() {
        log().term++;
        log().votedFor = number;
        votes = 1;
        long term = log().term;
        long last = log().lastIndex();
        long lastTerm = log().termOf(last);
        broadcast(member -> member.voteAsked(number, term, last, lastTerm));
    }

    private void voteAsked(int candidate, long term, long last, long lastTerm) {
        if (term > log().term) {
            follow(term);
        }
        long ownLast = log().lastIndex();
        long ownTerm = log().termOf(ownLast);
        boolean upToDate = lastTerm > ownTerm || (lastTerm == ownTerm && last >= ownLast);
        boolean free = !log().isStranger() && (log().votedFor == RaftDisk.NOBODY || log().votedFor == candidate);
        if (term == log().term && upToDate && free) {
            log().votedFor = candidate;
            heard();
            parts.group.send(number, candidate, member -> member.voted(term));
        }
    }

    private void voted(long term) {
        // Its own vote is the first: what an earlier run asked for is not for the log of this one.
        if (votes > 0 && term == log().term && reign == null && log().votedFor == number && ++votes == majority()) {
            lead();
        }
    }

    private void lead() {
        parts.group.leads(log().term, number);
        reign = new Reign(parts.group.size(), log().lastIndex(), parts.host.nanoTime());
        parts.listener.leader(number);
        append(new LogEntry(log().term, proposer(EngineLog.FOREIGN), null));
        heartbeat(log().term);
    }

    /** A later term, or no majority: what this member led is over. */
    private void follow(long term) {
        boolean led = reign != null;
        if (term > log().term) {
            log().term = term;
            log().votedFor = RaftDisk.NOBODY;
            verified = 0;
            copying.giveUp();
        }
        reign = null;
        if (led) {
            heard();
            parts.engine.lost(log().term);
            parts.listener.leader(Listener.UNKNOWN);
        }
    }

    private void heartbeat(long term) {
        Reign current = reign;
        if (current == null || log().term != term) {
            return;
        }
        if (current.heardSince(parts.host.nanoTime() - ELECTION_NANOS_MIN, number) < majority()) {
            follow(term);
            return;
        }
        for (int other = 0; other < parts.group.size(); other++) {
            // What was not acknowledged may be lost.
            current.sendAgain(other);
            send(other);
        }
        parts.host.after(HEARTBEAT_NANOS, () -> heartbeat(term));
    }

    // ---- the log ----

    private LogEntry.Proposer proposer(long call) {
        return new LogEntry.Proposer(number, parts.host.run(), call);
    }

    private void propose(long term, long call, byte[] data) {
        proposals.add(new LogEntry(term, proposer(call), data));
        if (proposals.size() == 1) {
            long late = timeline().onceIn(100) ? timeline().between(0, 3000 * MILLI) : 0;
            parts.host.after(timeline().between(1_000, 50_000) + late, this::take);
        }
    }

    /** Takes what was proposed in this term by its leader, and no other. */
    private void take() {
        while (!proposals.isEmpty()) {
            LogEntry proposed = proposals.remove();
            byte[] data = proposed.data();
            if (reign != null && data != null && EngineLog.isOf(data, log().term)) {
                append(new LogEntry(log().term, proposed.proposer(), data));
            } else {
                parts.engine.lost(proposed.term());
            }
        }
    }

    private void append(LogEntry entry) {
        log().append(entry);
        sync();
        for (int other = 0; other < parts.group.size(); other++) {
            send(other);
        }
    }

    private void send(int other) {
        Reign current = reign;
        if (current == null || other == number) {
            return;
        }
        long from = current.next(other);
        long previous = Math.max(from - 1, log().cutIndex());
        if (previous >= from) {
            Append none = new Append(number, log().term, previous, log().termOf(previous), List.of(), commit);
            parts.group.send(number, other, member -> member.offered(none));
            return;
        }
        List<LogEntry> entries = log().from(from, ENTRIES_PER_APPEND);
        current.sent(other, entries.size());
        Append append = new Append(number, log().term, previous, log().termOf(previous), entries, commit);
        parts.group.send(number, other, member -> member.appended(append));
    }

    private record Append(
            int leader, long term, long previous, long previousTerm, List<LogEntry> entries, long commit) {}

    private void appended(Append append) {
        if (append.term < log().term) {
            answer(append.leader, false, 0);
            return;
        }
        if (append.term > log().term) {
            follow(append.term);
        }
        parts.listener.leader(append.leader);
        heard();
        if (!log().has(append.previous, append.previousTerm)) {
            answer(append.leader, false, Math.min(log().lastIndex(), append.previous - 1));
            return;
        }
        long index = append.previous;
        for (LogEntry entry : append.entries) {
            index++;
            if (index <= log().cutIndex()) {
                continue;
            }
            if (index <= log().lastIndex() && log().termOf(index) != entry.term()) {
                log().truncate(index);
                syncingThrough = Math.min(syncingThrough, index - 1);
            }
            if (index > log().lastIndex()) {
                log().append(entry);
            }
        }
        verified = Math.max(verified, index);
        known = Math.max(known, append.commit);
        learn();
        if (log().synced() >= log().lastIndex()) {
            answer(append.leader, true, Math.min(log().synced(), verified));
        } else {
            sync();
        }
    }

    /** A member counts as committed only what it has synced itself: its store must never be ahead of its log. */
    private void learn() {
        commit = Math.max(commit, Math.min(Math.min(known, verified), log().synced()));
        tell();
    }

    private record Answer(int member, int incarnation, boolean stranger, long term, boolean success, long index) {}

    private void answer(int leader, boolean success, long index) {
        Answer answer = new Answer(number, log().incarnation(), log().isStranger(), log().term, success, index);
        parts.group.send(number, leader, member -> member.answered(answer));
    }

    private void answered(Answer answer) {
        if (answer.term > log().term) {
            follow(answer.term);
        }
        Reign current = reign;
        int other = answer.member;
        if (current == null || answer.term < log().term || !current.isNow(other, answer.incarnation, answer.stranger)) {
            return;
        }
        boolean success = answer.success;
        current.answered(other, success, answer.index, parts.host.nanoTime());
        if (answer.stranger) {
            admit(current, answer);
        }
        advance();
        if (!success || current.next(other) <= log().lastIndex()) {
            send(other);
        }
    }

    /** A stranger is a member when most of the others, and it, have an entry of this term that came after it: whatever was promised in its name is known then. */
    private void admit(Reign current, Answer answer) {
        int other = answer.member;
        long admission = current.admission(other);
        if (admission == 0) {
            append(new LogEntry(log().term, proposer(EngineLog.FOREIGN), null));
            current.admitWith(other, log().lastIndex());
        } else if (Math.min(commit, current.match(other)) >= admission) {
            parts.group.send(number, other, member -> member.admitted(answer.incarnation, answer.term));
        }
    }

    private void admitted(int incarnation, long term) {
        if (incarnation == log().incarnation() && term == log().term) {
            log().admitted();
        }
    }

    // ---- copies of the rows, where the log was cut ----

    /** The leader has cut what comes next here. */
    private void offered(Append append) {
        if (append.term < log().term || log().has(append.previous, append.previousTerm)) {
            appended(append);
            return;
        }
        if (append.term > log().term) {
            follow(append.term);
        }
        parts.listener.leader(append.leader);
        heard();
        long asked = copying.ask();
        long term = append.term;
        parts.group.send(number, append.leader, member -> member.copyAsked(number, term, asked));
    }

    /** {@code asked}: of the copy, or {@link Copying#NONE} where one is on its way. */
    private void copyAsked(int other, long term, long asked) {
        Reign current = reign;
        if (current == null || term != log().term) {
            return;
        }
        current.heard(other, parts.host.nanoTime());
        if (asked != Copying.NONE) {
            copying.give(given -> parts.group.send(number, other, member -> member.copying.came(asked, term, given)));
        }
    }

    private void behindCopy(long index) {
        told = Math.max(told, index);
        commit = Math.max(commit, index);
        verified = Math.max(verified, index);
        syncingThrough = Math.min(syncingThrough, index);
        int leader = parts.group.leaderOf(log().term);
        if (leader != number && leader != Listener.UNKNOWN) {
            answer(leader, true, Math.min(log().synced(), verified));
        }
    }

    private void cut() {
        long old = Math.min(told - parts.rows.entriesKept(), copying.neededAfter());
        log().cut(Math.min(old, parts.engine.storedIndex()));
    }

    // ---- syncs ----

    /** One sync at a time, but where the log was shortened meanwhile; what comes meanwhile is in the next one. */
    private void sync() {
        if (syncingThrough > log().synced()) {
            return;
        }
        syncingThrough = log().lastIndex();
        parts.disk.sync(this::syncEnded);
    }

    private void syncEnded() {
        log().synced(syncingThrough);
        syncingThrough = 0;
        if (log().synced() < log().lastIndex()) {
            sync();
        }
        if (reign != null) {
            advance();
        } else {
            learn();
            int leader = parts.group.leaderOf(log().term);
            if (leader != number && leader != Listener.UNKNOWN) {
                answer(leader, true, Math.min(log().synced(), verified));
            }
        }
    }

    private void advance() {
        Reign current = reign;
        if (current == null) {
            return;
        }
        current.answered(number, true, log().synced(), parts.host.nanoTime());
        long onMost = Math.min(current.onMost(majority()), log().synced());
        if (onMost > commit && log().termOf(onMost) == log().term) {
            commit = onMost;
            tell();
            for (int other = 0; other < parts.group.size(); other++) {
                send(other);
            }
        }
    }

    // ---- what the log is told ----

    private void tell() {
        if (!telling && told < commit) {
            telling = true;
            long late = timeline().onceIn(100) ? timeline().between(0, 500 * MILLI) : 0;
            parts.host.after(timeline().between(1_000, 100_000) + late, this::tellSome);
        }
    }

    private void tellSome() {
        telling = false;
        for (int count = 0; count < ENTRIES_PER_TELLING && told < commit; count++) {
            told++;
            LogEntry entry = log().entry(told);
            parts.group.committed(told, entry);
            byte[] data = entry.data();
            if (data != null) {
                LogEntry.Proposer by = entry.proposer();
                boolean own = by.equals(proposer(by.call()));
                parts.engine.committed(told, own ? by.call() : EngineLog.FOREIGN, data);
            } else if (reign != null && entry.term() == log().term) {
                parts.engine.leads(entry.term());
            }
        }
        cut();
        tell();
    }
}
