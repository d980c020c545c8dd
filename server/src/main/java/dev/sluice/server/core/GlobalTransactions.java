package dev.sluice.server.core;

import dev.sluice.server.core.Branch.State;
import dev.sluice.server.core.MachineCommands.Transact;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Branches of global transactions: which session works for which, and their two phases. Rules after X/Open XA (C193), chapter 6, and Jakarta
 * Transactions. Owner: the replicated machine.
 */
final class GlobalTransactions {
    /** Answers of a prepare: there is something to commit, or nothing was done (XA_OK, XA_RDONLY). */
    static final long OK = 0;

    static final long READ_ONLY = 3;

    private final Transactions transactions;

    GlobalTransactions(Transactions transactions) {
        this.transactions = transactions;
    }

    /** What the command is answered with; null when it is simply done. */
    Session.@Nullable Answer transact(Session session, Transact what, Xid xid) {
        Branch branch = transactions.catalog().branch(xid);
        boolean begins = switch (what.kind()) {
            case START, JOIN, RESUME, ENLIST -> true;
            default -> false;
        };
        if (begins && session.branches.containsKey(what.transactionId())) {
            return Transactions.refusal(
                    RefusalCode.TRANSACTION_STATE,
                    "the session works for a transaction with the number " + what.transactionId() + " already");
        }
        if (what.kind() == TransactKind.START) {
            return branch == null
                    ? start(session, what, xid)
                    : Transactions.refusal(
                            RefusalCode.TRANSACTION_EXISTS, "a transaction branch with this name is there already");
        }
        if (branch == null && what.kind() == TransactKind.ENLIST) {
            return start(session, what, xid);
        }
        if (branch == null) {
            return Transactions.refusal(
                    RefusalCode.TRANSACTION_UNKNOWN, "there is no transaction branch with this name");
        }
        return switch (what.kind()) {
            case JOIN, RESUME, ENLIST -> associate(session, branch, what);
            case END, FAIL, SUSPEND, END_SUSPENDED, FAIL_SUSPENDED -> dissociate(session, branch, what);
            case HEURISTIC_COMMIT, HEURISTIC_ROLLBACK -> decide(branch, what);
            case PREPARE, COMMIT, COMMIT_ONE_PHASE, ROLLBACK, FORGET -> complete(branch, what);
            default -> Transactions.wrong(what, "of a branch of a global transaction");
        };
    }

    private Session.@Nullable Answer start(Session session, Transact what, Xid xid) {
        if (transactions.isCrowded()) {
            return transactions.tooManyTransactions();
        }
        Branch branch = transactions.begin(session, what.transactionId(), xid);
        branch.associations = 1;
        if (what.timeoutMillis() > 0) {
            branch.deadlineMillis = transactions.ledger().nowMillis() + what.timeoutMillis();
            transactions.deadlines().watch(branch);
        }
        return null;
    }

    private Session.@Nullable Answer associate(Session session, Branch branch, Transact what) {
        boolean resume = what.kind() == TransactKind.RESUME;
        if (branch.state() == State.ROLLBACK_ONLY) {
            return Transactions.refusal(
                    RefusalCode.TRANSACTION_ROLLED_BACK, "the branch can only be rolled back: " + branch.reason());
        }
        if (branch.state() != State.ACTIVE || (resume && branch.suspended == 0)) {
            return Transactions.refusal(
                    RefusalCode.TRANSACTION_STATE,
                    "the branch is " + branch.state() + " and suspended " + branch.suspended
                            + " times: it cannot be gone on with");
        }
        branch.suspended -= resume ? 1 : 0;
        branch.associations++;
        branch.sessions.add(session.id());
        session.branches.put(what.transactionId(), branch);
        transactions.ledger().dirty().mark(branch);
        transactions.ledger().dirty().mark(session);
        // Where there are parts, they are joined: one that has to begin anew is not the one that was there.
        return branch.parts == 0 ? null : Session.Answer.of(branch.parts & Long.MAX_VALUE);
    }

    private Session.@Nullable Answer dissociate(Session session, Branch branch, Transact what) {
        boolean wasSuspended = switch (what.kind()) {
            case END_SUSPENDED, FAIL_SUSPENDED -> true;
            default -> false;
        };
        boolean associated = session.branches.get(what.transactionId()) == branch;
        if (wasSuspended ? branch.suspended == 0 : !associated || branch.associations == 0) {
            return Transactions.refusal(RefusalCode.TRANSACTION_STATE, "the session does not work for the branch");
        }
        if (wasSuspended) {
            branch.suspended--;
        } else {
            branch.associations--;
            session.branches.remove(what.transactionId());
            transactions.ledger().dirty().mark(session);
        }
        branch.parts |= what.parts();
        transactions.ledger().dirty().mark(branch);
        switch (what.kind()) {
            case SUSPEND -> branch.suspended++;
            case FAIL, FAIL_SUSPENDED -> {
                if (branch.state() == State.ACTIVE) {
                    transactions.rollbackOnly(branch, "its work was ended as failed (TMFAIL)");
                }
            }
            default -> {}
        }
        return branch.state() == State.ROLLBACK_ONLY ? Transactions.rolledBack(branch) : null;
    }

    private Session.@Nullable Answer complete(Branch branch, Transact what) {
        boolean heuristic =
                branch.state() == State.HEURISTICALLY_COMMITTED || branch.state() == State.HEURISTICALLY_ROLLED_BACK;
        if (what.kind() == TransactKind.FORGET) {
            if (!heuristic) {
                return Transactions.refusal(
                        RefusalCode.TRANSACTION_STATE, "only a branch that people have ended can be forgotten");
            }
            transactions.end(branch);
            return null;
        }
        if (heuristic) {
            boolean committed = branch.state() == State.HEURISTICALLY_COMMITTED;
            String text = "people have " + (committed ? "committed" : "rolled back") + " the branch";
            return Transactions.refusal(
                    committed
                            ? RefusalCode.TRANSACTION_COMMITTED_BY_PEOPLE
                            : RefusalCode.TRANSACTION_ROLLED_BACK_BY_PEOPLE,
                    text);
        }
        if (branch.state() == State.AWAITING_DECISION || branch.state() == State.COMMITTED) {
            return Transactions.refusal(
                    RefusalCode.TRANSACTION_STATE, "the branch is in the middle of a commit in one phase");
        }
        if (isWorkedFor(branch)) {
            return stillWorkedFor();
        }
        boolean votes = what.kind() == TransactKind.PREPARE || what.kind() == TransactKind.COMMIT_ONE_PHASE;
        if (votes && branch.state() == State.ACTIVE) {
            checkParts(branch, what);
        }
        return switch (what.kind()) {
            case PREPARE -> prepare(branch);
            case COMMIT -> branch.state() == State.PREPARED ? transactions.commit(branch) : notPrepared(branch);
            case COMMIT_ONE_PHASE ->
                branch.state() == State.PREPARED
                        ? Transactions.refusal(
                                RefusalCode.TRANSACTION_STATE, "the branch is prepared: commit it in two phases")
                        : transactions.commit(branch);
            default -> transactions.rollback(branch);
        };
    }

    /** A part that is gone was rolled back, with its session; then so are the others. */
    void checkParts(Branch branch, Transact what) {
        if ((branch.parts & ~what.parts()) != 0) {
            transactions.rollbackOnly(branch, "a part of it on another shard was rolled back");
        }
    }

    static boolean isWorkedFor(Branch branch) {
        return branch.associations > 0 || (branch.suspended > 0 && branch.state() == State.ACTIVE);
    }

    static Session.Answer stillWorkedFor() {
        return Transactions.refusal(
                RefusalCode.TRANSACTION_STATE, "sessions still work for the branch: end that first");
    }

    private Session.Answer notPrepared(Branch branch) {
        if (branch.state() == State.ROLLBACK_ONLY) {
            return Objects.requireNonNull(transactions.commit(branch));
        }
        return Transactions.refusal(RefusalCode.TRANSACTION_STATE, "the branch is not prepared");
    }

    private Session.Answer prepare(Branch branch) {
        if (branch.state() == State.ROLLBACK_ONLY) {
            return Objects.requireNonNull(transactions.commit(branch));
        }
        if (branch.state() == State.PREPARED) {
            return Transactions.refusal(RefusalCode.TRANSACTION_STATE, "the branch is prepared already");
        }
        if (branch.isEmpty() && branch.parts == 0) {
            // With other parts it stays, so that its name is known as long as they have it.
            transactions.end(branch);
            return Session.Answer.of(READ_ONLY);
        }
        transactions.deadlines().forget(branch);
        branch.preparedMillis = transactions.ledger().nowMillis();
        branch.to(State.PREPARED);
        transactions.ledger().dirty().mark(branch);
        return Session.Answer.of(OK);
    }

    /** People decide in place of the coordinator; the branch is remembered until it has heard of it. */
    private Session.@Nullable Answer decide(Branch branch, Transact what) {
        if (branch.state() != State.PREPARED) {
            return Transactions.refusal(
                    RefusalCode.TRANSACTION_STATE,
                    "only a prepared branch can be decided; this one is " + branch.state());
        }
        boolean commit = what.kind() == TransactKind.HEURISTIC_COMMIT;
        if (commit) {
            transactions.redo(branch);
        } else {
            transactions.undo(branch);
        }
        branch.to(commit ? State.HEURISTICALLY_COMMITTED : State.HEURISTICALLY_ROLLED_BACK);
        transactions.ledger().dirty().mark(branch);
        return null;
    }
}
