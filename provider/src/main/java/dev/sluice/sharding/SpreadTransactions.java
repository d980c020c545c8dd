package dev.sluice.sharding;

import dev.sluice.base.Monitor;
import dev.sluice.link.Answer;
import dev.sluice.link.BranchXid;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of one client over several shards: a part begins where something is first done, and all parts end alike. A transaction with one
 * part ends in one step there. Of a local one with several, and of a commit in one phase, one shard coordinates: the others prepare, its own
 * commit is the decision, and then the others are told; when the client dies on the way, the servers find the decision there. Of a commit
 * in two phases the transaction manager decides, and each shard is asked. Thread-safe; one transaction is used by one thread at a time.
 */
public final class SpreadTransactions {
    /** The votes of who has something to commit, and of who has nothing (XA_OK, XA_RDONLY). */
    private static final long OK = 0;

    private static final long READ_ONLY = 3;

    private final Shards shards;
    private final Monitor monitor = new Monitor();
    private final Map<Long, Work> works = new HashMap<>();

    /** The shards of the servers, each by a link of its own; at most 64. */
    public interface Shards {
        /** How many there are. */
        int count();

        /**
         * The link to one, which is opened when it is not. Not from an event loop.
         *
         * @throws LinkException when it cannot be opened
         */
        Link link(int shard) throws LinkException;
    }

    /** What a transaction does, and where: a bit for each shard. */
    private static final class Work {
        private final @Nullable Xid xid;
        private final long timeoutMillis;
        private long parts;
        /** Shards where others have begun one. */
        private long known;
        /** Why it could not begin on some shard. */
        private @Nullable LinkException refusal;

        Work(@Nullable Xid xid, long timeoutMillis) {
            this.xid = xid;
            this.timeoutMillis = timeoutMillis;
        }
    }

    /** Of a client of these. */
    public SpreadTransactions(Shards shards) {
        this.shards = shards;
    }

    /** The shard that coordinates a branch of this name. */
    public static int coordinator(Xid xid, int shards) {
        if (xid.getFormatId() == BranchXid.SESSION_FORMAT && xid.getBranchQualifier().length == 1) {
            return (xid.getBranchQualifier()[0] & 0xFF) % shards;
        }
        return Math.floorMod(BranchXid.of(xid).hashCode(), shards);
    }

    /** Something is about to be done in the transaction (0: in none) on this shard. */
    public void touch(long transactionId, int shard) throws LinkException {
        if (transactionId == 0) {
            return;
        }
        long bit = 1L << shard;
        Work work;
        monitor.enter();
        try {
            work = works.computeIfAbsent(transactionId, id -> new Work(null, 0));
            if ((work.parts & bit) != 0) {
                return;
            }
            work.parts |= bit;
        } finally {
            monitor.leave();
        }
        Xid xid = work.xid;
        if (xid != null) {
            // Before what is done there, on the same link.
            TransactKind kind = (work.known & bit) == 0 ? TransactKind.ENLIST : TransactKind.JOIN;
            shards.link(shard)
                    .transact(new Transaction(kind, transactionId, xid, work.timeoutMillis))
                    .whenDone((value, failure) -> enlisted(work, failure));
        }
    }

    private void enlisted(Work work, @Nullable LinkException failure) {
        if (failure != null) {
            monitor.enter();
            try {
                work.refusal = failure;
            } finally {
                monitor.leave();
            }
        }
    }

    private @Nullable LinkException refusal(@Nullable Work work) {
        monitor.enter();
        try {
            return work == null ? null : work.refusal;
        } finally {
            monitor.leave();
        }
    }

    /** As {@link Link#transact}. Not from an event loop. */
    public Reply transact(Transaction what) {
        try {
            return switch (what.kind()) {
                case COMMIT_LOCAL -> commitLocal(what);
                case ROLLBACK_LOCAL -> rollbackLocal(what);
                case START, JOIN, RESUME -> begin(what);
                case END, FAIL, SUSPEND -> end(what);
                case END_SUSPENDED, FAIL_SUSPENDED -> coordinating(what).transact(what);
                case PREPARE -> prepare(what);
                case COMMIT_ONE_PHASE -> commitOnePhase(what);
                default -> everywhere(what);
            };
        } catch (LinkException unreachable) {
            return Answer.failed(unreachable);
        }
    }

    private @Nullable Work take(long transactionId) {
        monitor.enter();
        try {
            return works.remove(transactionId);
        } finally {
            monitor.leave();
        }
    }

    /** Opens the links to these shards, so that event loops need not. */
    private Link[] links(long parts) throws LinkException {
        Link[] links = new Link[shards.count()];
        for (long left = parts; left != 0; left &= left - 1) {
            int shard = Long.numberOfTrailingZeros(left);
            links[shard] = shards.link(shard);
        }
        return links;
    }

    private long all() {
        return -1L >>> (Long.SIZE - shards.count());
    }

    private Link coordinating(Transaction what) throws LinkException {
        return shards.link(coordinator(Objects.requireNonNull(what.xid()), shards.count()));
    }

    private static Transaction as(TransactKind kind, Transaction what) {
        return new Transaction(kind, what.transactionId(), what.xid(), what.timeoutMillis());
    }

    /** Those that have voted, and not to roll back. */
    private static long voters(Outcomes votes) {
        return votes.with(OK) | votes.with(READ_ONLY);
    }

    private static boolean isLocal(Transaction what) {
        return what.kind() == TransactKind.COMMIT_LOCAL;
    }

    private static void answer(Answer answer, long value, @Nullable LinkException failure) {
        if (failure == null) {
            answer.succeed(value);
        } else {
            answer.fail(failure);
        }
    }

    // ---- local ones ----

    private Reply commitLocal(Transaction what) throws LinkException {
        Work work = take(what.transactionId());
        if (work == null) {
            return Answer.done(0);
        }
        Link[] links = links(work.parts);
        int coordinator = Long.numberOfTrailingZeros(work.parts);
        if (Long.bitCount(work.parts) == 1) {
            return links[coordinator].transact(what);
        }
        byte[] name = ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(links[coordinator].keyHigh())
                .putLong(links[coordinator].keyLow())
                .putLong(what.transactionId())
                .array();
        Xid xid = new BranchXid(BranchXid.SESSION_FORMAT, name, new byte[] {(byte) coordinator});
        Transaction named = new Transaction(what.kind(), what.transactionId(), xid, 0);
        return new Commit(links, coordinator, named, what).start(work.parts & ~(1L << coordinator));
    }

    private Reply rollbackLocal(Transaction what) throws LinkException {
        Work work = take(what.transactionId());
        Answer answer = new Answer();
        long parts = work == null ? 0 : work.parts;
        Link[] links = links(parts);
        Outcomes.gather(parts, shard -> links[shard].transact(what), all -> answer(answer, 0, all.failure(parts)));
        return answer;
    }

    /** A commit that one shard decides, with its own part. */
    private static final class Commit {
        private final Link[] links;
        private final int coordinator;
        private final Transaction what;
        /** Ends the coordinator's part when no other one has anything to commit. */
        private final Transaction alone;

        private final Answer answer = new Answer();
        private long others;

        Commit(Link[] links, int coordinator, Transaction what, Transaction alone) {
            this.links = links;
            this.coordinator = coordinator;
            this.what = what;
            this.alone = alone;
        }

        Reply start(long otherParts) {
            others = otherParts;
            ask(others, TransactKind.PREPARE_FOR_DECISION, this::prepared);
            return answer;
        }

        private void ask(long parts, TransactKind kind, Outcomes.Next next) {
            Transaction question = as(kind, what);
            Outcomes.gather(parts, shard -> links[shard].transact(question), next);
        }

        private void prepared(Outcomes votes) {
            long prepared = votes.with(OK);
            LinkException refusal = votes.failure(votes.failed() & ~votes.unknown());
            if (refusal != null
                    && prepared == 0
                    && what.kind() == TransactKind.COMMIT_ONE_PHASE
                    && !isOutcome(refusal)) {
                answer.fail(refusal);
            } else if (refusal != null) {
                // Where it is not known whether it was prepared, the servers find that nothing was decided.
                undo(prepared, refusal);
            } else if (prepared == 0) {
                links[coordinator]
                        .transact(alone.with(voters(votes)))
                        .whenDone((value, failure) -> answer(answer, value, failure));
            } else {
                links[coordinator]
                        .transact(as(TransactKind.COMMIT_DECIDING, what).with(voters(votes)))
                        .whenDone((value, failure) -> decided(prepared, failure));
            }
        }

        /** The coordinator first: then it is rolled back, whoever works for it yet. */
        private void undo(long prepared, LinkException why) {
            if (isLocal(what)) {
                end(prepared, why);
                return;
            }
            links[coordinator].transact(as(TransactKind.INQUIRE, what)).whenDone((value, failure) -> {
                if (failure == null) {
                    end(prepared, why);
                } else {
                    answer.fail(why);
                }
            });
        }

        private void end(long prepared, LinkException why) {
            Transaction unprepared = isLocal(what)
                    ? Transaction.local(TransactKind.ROLLBACK_LOCAL, what.transactionId())
                    : as(TransactKind.ROLLBACK, what);
            Outcomes.gather(
                    (others | 1L << coordinator) & ~prepared,
                    shard -> links[shard].transact(unprepared),
                    ends -> finish(prepared, false, rolledBack(why)));
        }

        private static LinkException rolledBack(LinkException why) {
            return isOutcome(why)
                    ? why
                    : new LinkException(
                            RefusalCode.TRANSACTION_ROLLED_BACK,
                            "the transaction was rolled back: " + why.getMessage(),
                            why);
        }

        private static boolean isOutcome(LinkException why) {
            return switch (why.code()) {
                case TRANSACTION_ROLLED_BACK, TRANSACTION_TIMEOUT, TRANSACTION_UNKNOWN -> true;
                default -> false;
            };
        }

        private void decided(long prepared, @Nullable LinkException failure) {
            if (failure == null) {
                finish(prepared, true, null);
                return;
            }
            if (isOutcome(failure)) {
                finish(prepared, false, failure);
                return;
            }
            switch (failure.code()) {
                case LIMIT, TRANSACTION_STATE, TRANSACTION_EXISTS -> undo(prepared, failure);
                // The link has ended: the servers know, and finish it.
                default -> answer.fail(failure);
            }
        }

        /** It is decided; who does not hear of it now, inquires. */
        private void finish(long prepared, boolean commit, @Nullable LinkException why) {
            ask(prepared, commit ? TransactKind.FINISH_COMMIT : TransactKind.FINISH_ROLLBACK, ends -> {
                if (commit && ends.failed() == 0) {
                    var unused = links[coordinator].transact(as(TransactKind.FORGET_DECISION, what));
                }
                answer(answer, 0, why);
            });
        }
    }

    // ---- branches of global ones ----

    private Reply begin(Transaction what) throws LinkException {
        int shard = coordinator(Objects.requireNonNull(what.xid()), shards.count());
        Answer answer = new Answer();
        shards.link(shard).transact(what).whenDone((value, failure) -> {
            if (failure == null) {
                began(what, shard, what.kind() == TransactKind.START ? 0 : value);
            }
            answer(answer, value, failure);
        });
        return answer;
    }

    private void began(Transaction what, int shard, long known) {
        Work work = new Work(what.xid(), what.timeoutMillis());
        work.known = known;
        work.parts = 1L << shard;
        monitor.enter();
        try {
            works.put(what.transactionId(), work);
        } finally {
            monitor.leave();
        }
    }

    private Reply end(Transaction what) throws LinkException {
        int coordinator = coordinator(Objects.requireNonNull(what.xid()), shards.count());
        Work work = take(what.transactionId());
        long parts = work == null ? 1L << coordinator : work.parts;
        Link[] links = links(parts);
        Answer answer = new Answer();
        // It is suspended where it is coordinated; elsewhere it is enlisted again.
        Transaction elsewhere = what.kind() == TransactKind.SUSPEND ? as(TransactKind.END, what) : what;
        Outcomes.gather(
                parts,
                shard -> {
                    Reply reply = links[shard].transact(
                            shard == coordinator ? what.with(parts & ~(1L << coordinator)) : elsewhere);
                    if (shard != coordinator) {
                        // What was done there although it was not enlisted has become a local one of that number.
                        var unused = links[shard].transact(
                                Transaction.local(TransactKind.ROLLBACK_LOCAL, what.transactionId()));
                    }
                    return reply;
                },
                ends -> answer(answer, 0, worst(ends, parts, refusal(work))));
        return answer;
    }

    /** Of the end of work: also that a shard does not know the branch is a failure, and why it could not begin there the first of all. */
    private static @Nullable LinkException worst(Outcomes ends, long parts, @Nullable LinkException refusal) {
        LinkException failure = ends.failure(TransactKind.END);
        return refusal != null ? refusal : failure != null ? failure : ends.failure(parts);
    }

    private Reply prepare(Transaction what) throws LinkException {
        Link[] links = links(all());
        int coordinator = coordinator(Objects.requireNonNull(what.xid()), shards.count());
        Answer answer = new Answer();
        long others = all() & ~(1L << coordinator);
        Outcomes.gather(others, shard -> links[shard].transact(what), votes -> {
            LinkException refusal = votes.failure(votes.failed() & ~votes.unknown());
            if (refusal != null) {
                rollBack(links, what, answer, refusal);
                return;
            }
            boolean prepared = votes.with(OK) != 0;
            links[coordinator].transact(what.with(voters(votes))).whenDone((vote, failure) -> {
                if (failure == null) {
                    answer.succeed(prepared ? OK : vote);
                } else if (prepared) {
                    rollBack(links, what, answer, failure);
                } else {
                    answer.fail(failure);
                }
            });
        });
        return answer;
    }

    /** A part cannot be prepared because it was rolled back: then all are. Other refusals leave the branch as it is. */
    private void rollBack(Link[] links, Transaction what, Answer answer, LinkException why) {
        if (!Commit.isOutcome(why)) {
            answer.fail(why);
            return;
        }
        Transaction undo = as(TransactKind.ROLLBACK, what);
        Outcomes.gather(all(), shard -> links[shard].transact(undo), ends -> answer.fail(why));
    }

    private Reply commitOnePhase(Transaction what) throws LinkException {
        int coordinator = coordinator(Objects.requireNonNull(what.xid()), shards.count());
        return new Commit(links(all()), coordinator, what, what).start(all() & ~(1L << coordinator));
    }

    private Reply everywhere(Transaction what) throws LinkException {
        Link[] links = links(all());
        Answer answer = new Answer();
        Outcomes.gather(
                all(), shard -> links[shard].transact(what), ends -> answer(answer, 0, ends.failure(what.kind())));
        return answer;
    }
}
