package dev.sluice.server.simulation.raft;

import dev.sluice.server.simulation.stage.Timeline;
import java.util.ArrayList;
import java.util.List;

/**
 * What a member has on its disk: term and vote, synced at once, and its log, of which a crash may take what was not synced. The log begins
 * behind what was cut from it.
 */
public final class RaftDisk {
    static final int NOBODY = -1;

    private final List<LogEntry> entries = new ArrayList<>();
    private long cutIndex;
    private long cutTerm;
    private long copiedIndex;
    private long copiedTerm;
    private long synced;
    private final int incarnation;
    private boolean stranger;
    long term;
    int votedFor = NOBODY;

    private RaftDisk(int incarnation) {
        this.incarnation = incarnation;
        stranger = incarnation > 0;
    }

    /** An empty one, of a member that has been one from the beginning. */
    public RaftDisk() {
        this(0);
    }

    /** An empty one in place of this, which was lost: what it promised is not known, so the member is none before the others have made it one. */
    public RaftDisk replaced() {
        return new RaftDisk(incarnation + 1);
    }

    /** How many were lost before this one. */
    int incarnation() {
        return incarnation;
    }

    /** Whether its votes and answers do not count. */
    public boolean isStranger() {
        return stranger;
    }

    /** It is a member from now on. */
    void admitted() {
        stranger = false;
    }

    /** The last entry that is not there any more. */
    long cutIndex() {
        return cutIndex;
    }

    long lastIndex() {
        return cutIndex + entries.size();
    }

    long synced() {
        return synced;
    }

    /** Whether it has the entry of that index and term, or cut it. */
    boolean has(long index, long ofTerm) {
        return index < cutIndex || (index <= lastIndex() && termOf(index) == ofTerm);
    }

    long termOf(long index) {
        return index == cutIndex ? cutTerm : entry(index).term();
    }

    LogEntry entry(long index) {
        return entries.get(position(index));
    }

    private int position(long index) {
        return Math.toIntExact(index - cutIndex - 1);
    }

    List<LogEntry> from(long index, int most) {
        int first = position(index);
        return List.copyOf(entries.subList(first, Math.min(entries.size(), first + most)));
    }

    void append(LogEntry entry) {
        entries.add(entry);
    }

    /** This entry and all after it go. */
    void truncate(long index) {
        entries.subList(position(index), entries.size()).clear();
        synced = Math.min(synced, index - 1);
    }

    /** This entry and all before it go; they are synced. */
    void cut(long index) {
        if (index > cutIndex) {
            cutTerm = termOf(index);
            entries.subList(0, position(index) + 1).clear();
            cutIndex = index;
        }
    }

    /** The rows that will be put in place have everything up to this entry. */
    void copied(long index, long ofTerm) {
        copiedIndex = index;
        copiedTerm = ofTerm;
    }

    /** Begins behind the copied rows, which are in place; what it has behind them stays where it belongs to them. */
    void beginBehindCopy() {
        if (copiedIndex <= cutIndex) {
            return;
        }
        if (has(copiedIndex, copiedTerm)) {
            cut(copiedIndex);
        } else {
            entries.clear();
            cutIndex = copiedIndex;
            cutTerm = copiedTerm;
        }
        synced = Math.max(Math.min(synced, lastIndex()), copiedIndex);
    }

    /** A store that is ahead of the log was copied, by a run that ended before the log knew. */
    void follow(long appliedIndex) {
        if (appliedIndex == copiedIndex) {
            beginBehindCopy();
        }
    }

    void synced(long index) {
        synced = Math.max(synced, Math.min(index, lastIndex()));
    }

    /** The machine has crashed: of what was not synced some may be there. */
    public void crash(Timeline timeline) {
        long kept = timeline.between(synced, lastIndex());
        truncate(kept + 1);
        synced = kept;
    }
}
