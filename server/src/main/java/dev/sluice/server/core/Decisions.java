package dev.sluice.server.core;

import dev.sluice.server.core.Branch.State;
import dev.sluice.server.core.MachineCommands.Transact;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Transactions over several shards that the servers decide themselves: local ones, and commits in one phase. Every shard but one prepares its
 * part. The one that coordinates commits its own, which is the decision, and remembers it until all others have heard of it. Who is left
 * waiting inquires there; what is not decided then never will be (presumed abort). Owner: the replicated machine.
 *
 * <p>A local transaction is named after the session on the coordinating shard (both halves of its key) and its number there, in the format
 * {@link Xid#SESSION_FORMAT}.
 */
final class Decisions {
    /** Answers of an inquiry. */
    static final long ROLLED_BACK = 0;

    static final long COMMITTED = 1;

    private static final int NAME_BYTES = 3 * Long.BYTES;

    private final Transactions transactions;

    Decisions(Transactions transactions) {
        this.transactions = transactions;
    }

    static boolean isOf(TransactKind kind) {
        return switch (kind) {
            case PREPARE_FOR_DECISION, COMMIT_DECIDING, INQUIRE, FINISH_COMMIT, FINISH_ROLLBACK, FORGET_DECISION ->
                true;
            default -> false;
        };
    }

    /** What the command is answered with; null when it is simply done. */
    Session.@Nullable Answer transact(Session session, Transact what, Xid xid) {
        Branch named = transactions.catalog().branch(xid);
        return switch (what.kind()) {
            case PREPARE_FOR_DECISION -> prepare(session, what, xid, named);
            case COMMIT_DECIDING -> decide(session, what, xid, named);
            case INQUIRE -> inquire(xid, named);
            case FORGET_DECISION -> forget(named);
            default -> finish(what.kind() == TransactKind.FINISH_COMMIT, named);
        };
    }

    private static boolean isLocal(Xid xid) {
        return xid.formatId() == Xid.SESSION_FORMAT;
    }

    private static Session.Answer unknown() {
        return Transactions.refusal(RefusalCode.TRANSACTION_UNKNOWN, "there is no transaction branch with this name");
    }

    private static Session.Answer wrongState(Branch branch) {
        return Transactions.refusal(
                RefusalCode.TRANSACTION_STATE, "the branch is " + branch.state() + ", which does not go with that");
    }

    /** Of a local one, the session's branch of that number, which gets its name now. */
    private @Nullable Branch part(Session session, Transact what, Xid xid, @Nullable Branch named) {
        return isLocal(xid) ? session.branches.get(what.transactionId()) : named;
    }

    private Session.@Nullable Answer prepare(Session session, Transact what, Xid xid, @Nullable Branch named) {
        Branch branch = part(session, what, xid, named);
        if (branch == null) {
            return isLocal(xid) ? none(session, what) : unknown();
        }
        Session.Answer refusal = refusal(branch, xid, named);
        if (refusal != null) {
            return refusal;
        }
        if (branch.isEmpty()) {
            transactions.end(branch);
            return Session.Answer.of(GlobalTransactions.READ_ONLY);
        }
        settle(session, what, xid, branch);
        branch.to(State.AWAITING_DECISION);
        return Session.Answer.of(GlobalTransactions.OK);
    }

    private static boolean isWellFormed(Xid xid) {
        return xid.globalTransactionId().length() == NAME_BYTES
                && xid.branchQualifier().length() == 1;
    }

    private Session.Answer none(Session session, Transact what) {
        Session.Answer missing = transactions.missing(session, what.transactionId());
        return missing == null ? Session.Answer.of(GlobalTransactions.READ_ONLY) : missing;
    }

    private Session.Answer gone(Session session, Transact what) {
        Session.Answer missing = transactions.missing(session, what.transactionId());
        return missing == null
                ? Transactions.refusal(
                        RefusalCode.TRANSACTION_ROLLED_BACK, "the transaction was rolled back: nothing of it is here")
                : missing;
    }

    /** Why it can neither be prepared nor decide, if so. One that can only be rolled back is then. */
    private Session.@Nullable Answer refusal(Branch branch, Xid xid, @Nullable Branch named) {
        if (isLocal(xid) && !isWellFormed(xid)) {
            return Transactions.refusal(
                    RefusalCode.TRANSACTION_STATE,
                    "the name of a transaction over several shards has 24 bytes and 1 byte");
        }
        if (isLocal(xid) && (named != null || branch.xid() != null)) {
            return Transactions.refusal(
                    RefusalCode.TRANSACTION_EXISTS, "a transaction with this name is there already");
        }
        if (GlobalTransactions.isWorkedFor(branch)) {
            return GlobalTransactions.stillWorkedFor();
        }
        if (branch.state() == State.ROLLBACK_ONLY) {
            return Objects.requireNonNull(transactions.commit(branch));
        }
        return branch.state() == State.ACTIVE ? null : wrongState(branch);
    }

    /** From now on no session has to do with it. */
    private void settle(Session session, Transact what, Xid xid, Branch branch) {
        if (isLocal(xid)) {
            session.branches.remove(what.transactionId());
            transactions.ledger().dirty().mark(session);
            transactions.catalog().named(branch, xid);
        }
        transactions.deadlines().forget(branch);
        branch.preparedMillis = transactions.ledger().nowMillis();
        transactions.ledger().dirty().mark(branch);
    }

    private Session.@Nullable Answer decide(Session session, Transact what, Xid xid, @Nullable Branch named) {
        Branch branch = part(session, what, xid, named);
        if (branch == null) {
            // Who coordinates has a part; without it there is nothing left to decide.
            return isLocal(xid) ? gone(session, what) : unknown();
        }
        if (branch.state() == State.ACTIVE && !GlobalTransactions.isWorkedFor(branch)) {
            transactions.global().checkParts(branch, what);
        }
        Session.Answer refusal = refusal(branch, xid, named);
        if (refusal != null) {
            return refusal;
        }
        settle(session, what, xid, branch);
        transactions.redo(branch);
        branch.to(State.COMMITTED);
        return null;
    }

    /** Another shard waits for the decision: what is not decided now can only be rolled back. */
    private Session.Answer inquire(Xid xid, @Nullable Branch named) {
        if (named != null && named.state() == State.COMMITTED) {
            return Session.Answer.of(COMMITTED);
        }
        if (named != null && named.state() != State.ACTIVE && named.state() != State.ROLLBACK_ONLY) {
            return wrongState(named);
        }
        String reason = "it was not decided in time";
        if (named != null && named.state() == State.ACTIVE) {
            transactions.rollbackOnly(named, reason);
        } else if (named == null && isLocal(xid)) {
            giveUp(xid, reason);
        }
        return Session.Answer.of(ROLLED_BACK);
    }

    /** The session that could yet decide will be refused. */
    private void giveUp(Xid xid, String reason) {
        if (!isWellFormed(xid)) {
            return;
        }
        ByteBuffer parts = ByteBuffer.wrap(Xid.bytes(xid.globalTransactionId()));
        Session session = transactions.catalog().session(parts.getLong(), parts.getLong());
        if (session == null) {
            return;
        }
        long transactionId = parts.getLong();
        Branch branch = session.branches.get(transactionId);
        if (branch == null) {
            transactions.refuse(session, transactionId);
        } else if (branch.state() == State.ACTIVE) {
            transactions.rollbackOnly(branch, reason);
        }
    }

    private Session.@Nullable Answer forget(@Nullable Branch named) {
        if (named == null) {
            return null;
        }
        if (named.state() != State.COMMITTED) {
            return wrongState(named);
        }
        transactions.end(named);
        return null;
    }

    /** Asked twice, by the client and by who inquired, it is done once. */
    private Session.@Nullable Answer finish(boolean commit, @Nullable Branch named) {
        if (named == null) {
            return null;
        }
        if (named.state() != State.AWAITING_DECISION) {
            return wrongState(named);
        }
        return commit ? transactions.commit(named) : transactions.rollback(named);
    }
}
