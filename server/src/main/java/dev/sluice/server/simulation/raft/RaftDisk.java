package dev.sluice.server.simulation.raft;

import dev.sluice.server.simulation.stage.Timeline;
import java.util.ArrayList;
import java.util.List;

/** What a member has on its disk: term and vote, synced at once, and its log, of which a crash may take what was not synced. */
public final class RaftDisk {
    static final int NOBODY = -1;

    private final List<LogEntry> entries = new ArrayList<>();
    private long synced;
    long term;
    int votedFor = NOBODY;

    /** An empty one. */
    public RaftDisk() {}

    long lastIndex() {
        return entries.size();
    }

    long synced() {
        return synced;
    }

    long termOf(long index) {
        return index == 0 ? 0 : entry(index).term();
    }

    LogEntry entry(long index) {
        return entries.get((int) index - 1);
    }

    List<LogEntry> from(long index, int most) {
        int first = (int) index - 1;
        return List.copyOf(entries.subList(first, Math.min(entries.size(), first + most)));
    }

    void append(LogEntry entry) {
        entries.add(entry);
    }

    /** This entry and all after it go. */
    void truncate(long index) {
        entries.subList((int) index - 1, entries.size()).clear();
        synced = Math.min(synced, index - 1);
    }

    void synced(long index) {
        synced = Math.max(synced, Math.min(index, entries.size()));
    }

    /** The machine has crashed: of what was not synced some may be there. */
    public void crash(Timeline timeline) {
        long kept = timeline.between(synced, entries.size());
        entries.subList((int) kept, entries.size()).clear();
        synced = kept;
    }
}
