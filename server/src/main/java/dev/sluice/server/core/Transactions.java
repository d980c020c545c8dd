package dev.sluice.server.core;

import dev.sluice.server.core.Branch.State;
import dev.sluice.server.core.MachineCommands.Taking;
import dev.sluice.server.core.MachineCommands.Transact;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a shard, local and XA, on one path: work is collected in a {@link Branch}, and becomes visible when it commits or
 * is undone. Rules after X/Open XA (C193), chapter 6, and Jakarta Transactions. Owner: the replicated machine.
 */
final class Transactions {
    private final Ledger ledger;
    /** The share of this shard in what a server may have. */
    private final int messagesMax;

    private final int openMax;
    private final Deadlines deadlines = new Deadlines();
    private final GlobalTransactions global = new GlobalTransactions(this);
    private final Decisions decisions = new Decisions(this);
    private final Runs runs = new Runs();
    /** Of all branches. */
    private long messages;

    Transactions(Ledger ledger, int shards) {
        this.ledger = ledger;
        this.messagesMax = Branch.MESSAGES_MAX / shards;
        this.openMax = Branch.OPEN_MAX / shards;
    }

    Ledger ledger() {
        return ledger;
    }

    GlobalTransactions global() {
        return global;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Catalog catalog() {
        return ledger.catalog();
    }

    // ---- work ----

    /** Whether there are as many transactions as there may be. */
    boolean isCrowded() {
        return catalog().branches().size() >= openMax;
    }

    /** The session's branch of this number; the first work of a local transaction begins it. Null when there are, or were, too many. */
    private @Nullable Branch branchFor(Session session, long transactionId) {
        Branch branch = session.branches.get(transactionId);
        if (branch != null || session.isRefused(transactionId)) {
            return branch;
        }
        if (isCrowded()) {
            refuse(session, transactionId);
            return null;
        }
        return begin(session, transactionId, null);
    }

    /** The session's transaction of this number can do nothing any more, though there is no branch to say so. */
    void refuse(Session session, long transactionId) {
        session.refuse(transactionId);
        ledger.dirty().mark(session);
    }

    /** What a session is answered that ends a transaction of which there is no branch: null when nothing was done in it. */
    Session.@Nullable Answer missing(Session session, long transactionId) {
        if (!session.isRefused(transactionId)) {
            return null;
        }
        session.forgetRefused(transactionId);
        ledger.dirty().mark(session);
        return refusal(
                RefusalCode.TRANSACTION_ROLLED_BACK,
                "the transaction was rolled back: the server had too many, or it was not decided in time");
    }

    Branch begin(Session session, long transactionId, @Nullable Xid xid) {
        Branch.Origin origin = new Branch.Origin(session.id(), session.clientId(), ledger.nowMillis());
        Branch branch = new Branch(catalog().takeId(), xid, origin);
        catalog().add(branch);
        session.branches.put(transactionId, branch);
        ledger.dirty().mark(session);
        ledger.dirty().mark(branch);
        return branch;
    }

    /** A message is to be sent when the transaction commits; false when it cannot be, since there are too many. */
    boolean publish(Session session, Address address, Publication publication, Session.@Nullable Stage stage) {
        Branch branch = branchFor(session, publication.transactionId);
        if (branch != null && branch.state() == State.ACTIVE && messages >= messagesMax) {
            rollbackOnly(branch, tooManyMessages());
        }
        if (branch == null || branch.state() != State.ACTIVE) {
            if (stage != null) {
                ledger.messages().changes().removedBodies().add(stage.bodyNumber());
            }
            return branch != null;
        }
        messages++;
        StoredMessage message = ledger.admit(publication, stage);
        long dueMillis = publication.delayMillis == 0 ? 0 : publication.dueMillis(ledger.nowMillis());
        branch.staged.add(new Branch.Staged(message, dueMillis, session.id()));
        ledger.dirty().mark(branch);
        return true;
    }

    private String tooManyMessages() {
        return "the open transactions of the shard have " + messagesMax
                + " messages together, which is the limit; commit fewer at a time";
    }

    /** The answer where there are too many transactions. */
    Session.Answer tooManyTransactions() {
        String text =
                "there are, or were, " + openMax + " open transactions, which is the limit of the shard; end some";
        return new Session.Answer(RefusalCode.LIMIT, openMax, openMax, text);
    }

    /**
     * Messages are to be acknowledged when the transaction commits; until then no one else gets them. False when they cannot be, since there
     * are too many transactions.
     */
    boolean take(Session session, Taking taking) {
        Branch branch = branchFor(session, taking.transactionId());
        Subscription subscription = catalog().subscription(taking.subscriptionId());
        if (branch != null && branch.state() == State.ACTIVE) {
            String fault = fault(subscription, taking);
            if (fault != null) {
                rollbackOnly(branch, fault);
            }
        }
        if (subscription == null) {
            return branch != null;
        }
        if (branch == null || branch.state() != State.ACTIVE) {
            for (int run = 0; run < taking.runs().size() && taking.held(); run++) {
                countFailures(subscription, taking.runs(), run);
            }
            ledger.effects().notTaken(session, subscription, taking);
            return branch != null;
        }
        take(branch, subscription, taking.runs());
        ledger.effects().taken(branch, subscription, taking.runs());
        return true;
    }

    private @Nullable String fault(@Nullable Subscription subscription, Taking taking) {
        if (!taking.held() || subscription == null) {
            return "messages that it received were given to others, or will be: their consumer was away for longer than the"
                    + " server keeps what a client holds, or is not known any more";
        }
        Runs wanted = taking.runs();
        if (messages + wanted.messages() > messagesMax) {
            return tooManyMessages();
        }
        for (int run = 0; run < wanted.size(); run++) {
            int code = wanted.lane(run);
            for (long at = wanted.first(run);
                    at < wanted.first(run) + wanted.count(run) && code < Lane.TRANSIENT;
                    at++) {
                if (!Ledger.isPending(subscription, code, at) || subscription.isTaken(code, at)) {
                    return "message " + at + " of \"" + subscription.address().name()
                            + "\", which it received, has expired or was acknowledged elsewhere";
                }
            }
        }
        return null;
    }

    private void take(Branch branch, Subscription subscription, Runs wanted) {
        for (int run = 0; run < wanted.size(); run++) {
            int code = wanted.lane(run);
            if (code >= Lane.TRANSIENT) {
                branch.takesTransients = true;
                continue;
            }
            messages += wanted.count(run);
            branch.add(new Branch.Taken(subscription.id(), code, wanted.first(run), wanted.count(run)));
            for (long at = wanted.first(run); at < wanted.first(run) + wanted.count(run); at++) {
                subscription.take(code, at, branch.id());
            }
        }
        ledger.dirty().mark(branch);
    }

    private void countFailures(Subscription subscription, Runs of, int run) {
        for (long at = of.first(run); at < of.first(run) + of.count(run) && of.lane(run) < Lane.TRANSIENT; at++) {
            ledger.countFailure(subscription, of.lane(run), at);
        }
    }

    // ---- what goes wrong ----

    /** A command of the transaction was refused: all of it fails. */
    void fail(Session session, long transactionId, String reason) {
        if (transactionId != 0) {
            Branch branch = branchFor(session, transactionId);
            if (branch != null && branch.state() == State.ACTIVE) {
                rollbackOnly(branch, reason);
            }
        }
    }

    /** What the session's consumers held went to others; so does what they received in open transactions. */
    void lose(Session session) {
        for (Branch branch : catalog().branches()) {
            // Also those that it has ended its work for: no one may ever prepare them.
            if (branch.state() == State.ACTIVE
                    && branch.worked(session.id())
                    && (!branch.taken.isEmpty() || branch.takesTransients)) {
                rollbackOnly(branch, "its client was away for longer than the server keeps what a client has received");
            }
        }
    }

    /** The session ends: its transactions are undone, but for those that are prepared. */
    void sessionEnds(Session session) {
        List<Branch> open = new ArrayList<>();
        for (Branch branch : catalog().branches()) {
            if (branch.sessions.contains(session.id())
                    && (branch.state() == State.ACTIVE || branch.state() == State.ROLLBACK_ONLY)) {
                open.add(branch);
            }
        }
        for (Branch worked : session.branches.values()) {
            worked.associations -= worked.xid() == null ? 0 : 1;
        }
        session.branches.clear();
        for (Branch branch : open) {
            branch.sessions.remove(session.id());
            if (branch.sessions.isEmpty()) {
                undo(branch);
                end(branch);
            } else if (branch.state() == State.ROLLBACK_ONLY) {
                ledger.dirty().mark(branch);
            } else {
                rollbackOnly(branch, "a session that worked for it has ended");
            }
        }
    }

    /** When a transaction is out of time next; {@link Long#MAX_VALUE} for never. */
    long nextDeadlineMillis() {
        return deadlines.nextMillis();
    }

    /** Ends what is out of time and not prepared. */
    void tick() {
        while (nextDeadlineMillis() <= ledger.nowMillis()) {
            Branch branch = catalog().branch(deadlines.poll());
            if (branch != null && branch.state() == State.ACTIVE) {
                rollbackOnly(branch, Branch.TIMED_OUT);
            }
        }
    }

    /** After the rows were read. */
    void loaded() {
        for (Branch branch : catalog().branches()) {
            deadlines.watch(branch);
            messages += branch.messages();
        }
    }

    /** What it had goes back at once: a transaction that failed holds no space and blocks no one. */
    void rollbackOnly(Branch branch, String reason) {
        undo(branch);
        branch.reason(reason);
        branch.to(State.ROLLBACK_ONLY);
        ledger.dirty().mark(branch);
    }

    // ---- ends ----

    void undo(Branch branch) {
        for (Branch.Staged staged : branch.staged) {
            ledger.messages().removeUnplaced(staged.message());
        }
        for (Branch.Taken taken : branch.taken) {
            Subscription subscription = catalog().subscription(taken.subscriptionId());
            if (subscription != null) {
                untake(subscription, taken);
                runs.clear();
                runs.add(taken.code(), taken.first(), taken.count());
                countFailures(subscription, runs, 0);
                ledger.effects().untaken(subscription, runs);
            }
        }
        forgetWork(branch, false);
    }

    private static void untake(Subscription subscription, Branch.Taken taken) {
        for (long at = taken.first(); at < taken.first() + taken.count(); at++) {
            subscription.untake(taken.code(), at);
        }
    }

    void redo(Branch branch) {
        for (Branch.Taken taken : branch.taken) {
            Subscription subscription = catalog().subscription(taken.subscriptionId());
            if (subscription != null) {
                untake(subscription, taken);
                ledger.finish(subscription, taken.code(), taken.first(), taken.count());
            }
        }
        for (Branch.Staged staged : branch.staged) {
            StoredMessage message = staged.message();
            Address address = catalog().address(message.addressId);
            if (address == null || address.subscriptions().isEmpty()) {
                ledger.messages().removeUnplaced(message);
            } else {
                ledger.deposit(address, message, staged.dueMillis(), catalog().session(staged.sessionId()));
            }
            if (address != null) {
                address.countPublished();
            }
        }
        forgetWork(branch, true);
    }

    private void forgetWork(Branch branch, boolean committed) {
        messages -= branch.messages();
        ledger.dirty().workEnded(branch);
        branch.forgetWork();
        ledger.effects().workEnded(branch, committed);
    }

    void end(Branch branch) {
        for (long id : branch.sessions) {
            Session session = catalog().session(id);
            if (session != null && session.branches.values().removeIf(own -> own == branch)) {
                ledger.dirty().mark(session);
            }
        }
        deadlines.forget(branch);
        catalog().remove(branch);
        ledger.dirty().removed(branch);
    }

    // ---- commands ----

    /** What the command is answered with; null when it is simply done. */
    Session.@Nullable Answer transact(Session session, Transact what) {
        Xid xid = what.xid();
        if (xid == null) {
            return local(session, what);
        }
        return Decisions.isOf(what.kind())
                ? decisions.transact(session, what, xid)
                : global.transact(session, what, xid);
    }

    private Session.@Nullable Answer local(Session session, Transact what) {
        boolean commit = what.kind() == TransactKind.COMMIT_LOCAL;
        if (!commit && what.kind() != TransactKind.ROLLBACK_LOCAL) {
            return wrong(what, "of a local transaction");
        }
        Branch branch = session.branches.get(what.transactionId());
        if (branch == null) {
            Session.Answer missing = missing(session, what.transactionId());
            return commit ? missing : null;
        }
        if (branch.xid() != null) {
            return wrong(what, "of a branch of a global transaction");
        }
        return commit ? commit(branch) : rollback(branch);
    }

    static Session.Answer wrong(Transact what, String where) {
        return refusal(RefusalCode.TRANSACTION_STATE, what.kind() + " cannot be asked " + where);
    }

    static Session.Answer refusal(RefusalCode code, String text) {
        return new Session.Answer(code, 0, 0, text);
    }

    Session.@Nullable Answer commit(Branch branch) {
        if (branch.state() == State.ROLLBACK_ONLY) {
            end(branch);
            return rolledBack(branch);
        }
        redo(branch);
        end(branch);
        return null;
    }

    /** Why a branch that can only be rolled back cannot do anything else. */
    static Session.Answer rolledBack(Branch branch) {
        RefusalCode code = branch.isTimedOut() ? RefusalCode.TRANSACTION_TIMEOUT : RefusalCode.TRANSACTION_ROLLED_BACK;
        return refusal(code, "the transaction was rolled back: " + branch.reason());
    }

    Session.@Nullable Answer rollback(Branch branch) {
        undo(branch);
        end(branch);
        return null;
    }
}
