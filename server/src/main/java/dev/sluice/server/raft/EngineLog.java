package dev.sluice.server.raft;

import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** A log of a shard as the engine below it sees it, for an engine other than Ratis: the model of the simulation. Owned by that engine. */
public final class EngineLog {
    /** The call of an entry that another server proposed, or another run of this one. */
    public static final long FOREIGN = Event.Committed.FOREIGN;

    private final RaftLog log;

    /** Takes what a log proposes. */
    @FunctionalInterface
    public interface Proposals {
        /** As in {@link Proposer#propose}; the bytes are the engine's. */
        void propose(long term, long call, byte[] entry);
    }

    /** Of this log. */
    public EngineLog(RaftLog log) {
        this.log = log;
    }

    /** From now on the log may lead. */
    public void open(Proposals proposals) {
        log.proposer((term, call, data) -> proposals.propose(term, call, data.toByteArray()));
    }

    /** The last entry that the store had at the start; 0 when it had none. */
    public long appliedAtStart() {
        return log.appliedAtStart();
    }

    /** As {@link RaftLog#storedIndex}. */
    public long storedIndex() {
        return log.storedIndex();
    }

    /** Whether an entry was proposed in this term; another one is not to be taken. */
    public static boolean isOf(byte[] entry, long term) {
        return Entry.isOf(UnsafeByteOperations.unsafeWrap(entry), term);
    }

    /** The next entry is committed. It does not wait: the engine sees to it that not too much is told at a time. */
    public void committed(long index, long call, byte[] entry) {
        ByteString data = UnsafeByteOperations.unsafeWrap(entry);
        log.committedAtOnce(new Event.Committed(index, call, data));
    }

    /** As {@link RaftLog#leads}. */
    public void leads(long term) {
        log.leads(term);
    }

    /** As {@link RaftLog#lost}. */
    public void lost(long term) {
        log.lost(term);
    }
}
