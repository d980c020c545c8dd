package dev.sluice.server.simulation.client;

import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.server.simulation.oracle.Deal;
import dev.sluice.session.Handed;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session that works for branches of global transactions, one after the other, as an application with a transaction manager has it: in one
 * phase or in two; and its client may die between these.
 */
final class GlobalMode implements Receiver.Mode {
    private static final int MESSAGES_MAX = 4;
    private static final int ROLLBACKS_ONCE_IN = 6;
    private static final int ONE_PHASE_ONCE_IN = 5;
    private static final int FAILS_ONCE_IN = 15;
    private static final int TIMEOUTS_ONCE_IN = 10;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long RETRY_NANOS = 200 * MILLI;
    /** As XA_RDONLY. */
    private static final long READ_ONLY = 3;

    private final ClientNode client;
    private final TransactedSends sends;
    private Phase phase = Phase.IDLE;
    private @Nullable Deal deal;
    private String name = "";
    private long number;
    private boolean spoilt;
    private boolean gone;

    private enum Phase {
        IDLE,
        STARTING,
        WORKING,
        ENDING
    }

    GlobalMode(ClientNode client, List<Sender.Destination> to) {
        this.client = client;
        sends = new TransactedSends(client, to);
    }

    private Deal deal() {
        if (deal == null) {
            throw new IllegalStateException("no branch has begun");
        }
        return deal;
    }

    // ---- work ----

    @Override
    public boolean mayHandOver(Receiver receiver) {
        if (phase == Phase.IDLE) {
            start(receiver);
        }
        return phase == Phase.WORKING;
    }

    private void start(Receiver receiver) {
        number = client.nextNumber();
        name = "branch " + number + " of " + client.name();
        deal = client.coordinator().begin(name);
        spoilt = false;
        phase = Phase.STARTING;
        long timeoutMillis =
                receiver.chance().onceIn(TIMEOUTS_ONCE_IN) ? receiver.chance().between(500, 6_000) : 0;
        receiver.link()
                .transact(new Transaction(TransactKind.START, number, Coordinator.xid(name), timeoutMillis))
                .whenDone((value, failure) -> {
                    if (gone) {
                        return;
                    }
                    if (failure == null) {
                        phase = Phase.WORKING;
                        receiver.mayPump();
                    } else {
                        client.say("cannot start " + deal() + ": " + failure.getMessage());
                        client.oracle().rolledBack(deal());
                        client.host().after(RETRY_NANOS, () -> {
                            phase = Phase.IDLE;
                            receiver.mayPump();
                        });
                    }
                });
    }

    @Override
    public void worked(Receiver receiver, Handed message, boolean last) {
        Deal of = deal();
        if (!receiver.isCalm() && receiver.chance().onceIn(2)) {
            boolean unused = sends.send(receiver, of, number, () -> spoilt |= of == deal);
        }
        boolean enough = receiver.isCalm()
                ? last || receiver.unsettled() >= MESSAGES_MAX
                : receiver.unsettled() >= 1 + receiver.chance().below(MESSAGES_MAX);
        if (enough) {
            end(receiver);
        } else {
            receiver.goOn();
        }
    }

    private void take(Receiver receiver) {
        if (receiver.unsettled() == 0) {
            return;
        }
        Receiver.Batch batch = receiver.take(null);
        client.oracle().takes(deal(), batch.hands(), batch.numbers());
        var unused = receiver.link().take(batch.consumerId(), number, batch.ranges());
    }

    private void end(Receiver receiver) {
        phase = Phase.ENDING;
        receiver.holdOn();
        take(receiver);
        client.say("ends " + deal());
        TransactKind kind = spoilt ? TransactKind.FAIL : TransactKind.END;
        ask(receiver, kind, (value, failure) -> {
            if (failure != null || spoilt || undoes(receiver)) {
                rollBack(receiver);
            } else if (receiver.chance().onceIn(ONE_PHASE_ONCE_IN)) {
                commitOnePhase(receiver);
            } else {
                prepare(receiver);
            }
        });
    }

    private static boolean undoes(Receiver receiver) {
        return !receiver.isCalm() && receiver.chance().onceIn(ROLLBACKS_ONCE_IN);
    }

    private void ask(Receiver receiver, TransactKind kind, Reply.Callback then) {
        long of = kind == TransactKind.END || kind == TransactKind.FAIL ? number : 0;
        receiver.link()
                .transact(new Transaction(kind, of, Coordinator.xid(name), 0))
                .whenDone((value, failure) -> {
                    if (!gone) {
                        then.done(value, failure);
                    }
                });
    }

    // ---- ends ----

    private void commitOnePhase(Receiver receiver) {
        client.say("commits " + deal() + " in one phase");
        client.oracle().committing(deal());
        ask(receiver, TransactKind.COMMIT_ONE_PHASE, (value, failure) -> {
            if (failure == null) {
                client.oracle().committed(deal());
                finished(receiver);
            } else if (isRolledBack(failure)) {
                client.oracle().rolledBack(deal());
                undone(receiver);
            } else {
                client.say("does not know what became of " + deal() + ": " + failure.getMessage());
            }
        });
    }

    private static boolean isRolledBack(LinkException failure) {
        return switch (failure.code()) {
            case TRANSACTION_ROLLED_BACK, TRANSACTION_TIMEOUT, TRANSACTION_UNKNOWN -> true;
            default -> false;
        };
    }

    private void prepare(Receiver receiver) {
        client.say("prepares " + deal());
        client.oracle().doubts().preparing(deal());
        ask(receiver, TransactKind.PREPARE, (vote, failure) -> {
            if (failure != null && isRolledBack(failure)) {
                client.oracle().rolledBack(deal());
                undone(receiver);
            } else if (failure != null) {
                rollBack(receiver);
            } else if (vote == READ_ONLY) {
                client.oracle().doubts().readOnly(deal());
                finished(receiver);
            } else {
                prepared(receiver);
            }
        });
    }

    private void prepared(Receiver receiver) {
        client.say("has prepared " + deal());
        client.oracle().doubts().prepared(deal());
        if (!receiver.isCalm() && receiver.chance().onceIn(FAILS_ONCE_IN)) {
            client.fail();
        } else if (undoes(receiver)) {
            rollBack(receiver);
        } else {
            boolean slow = !receiver.isCalm() && receiver.chance().onceIn(8);
            client.host().after(receiver.chance().between(0, (slow ? 4_000 : 20) * MILLI), () -> decide(receiver));
        }
    }

    private void decide(Receiver receiver) {
        if (gone) {
            return;
        }
        client.coordinator().decide(name);
        if (!receiver.isCalm() && receiver.chance().onceIn(FAILS_ONCE_IN)) {
            client.fail();
            return;
        }
        client.say("commits " + deal());
        client.oracle().doubts().ending(deal());
        ask(receiver, TransactKind.COMMIT, (value, failure) -> {
            if (failure == null) {
                client.oracle().committed(deal());
                client.oracle().doubts().ended(deal());
                finished(receiver);
            } else if (failure.code() == RefusalCode.TRANSACTION_UNKNOWN) {
                client.oracle().doubts().unknown(deal());
            } else {
                client.say("cannot commit " + deal() + ": " + failure.getMessage());
            }
        });
    }

    private void rollBack(Receiver receiver) {
        client.say("rolls back " + deal());
        client.oracle().doubts().ending(deal());
        boolean kept = deal().isPrepared();
        client.oracle().rolledBack(deal());
        ask(receiver, TransactKind.ROLLBACK, (value, failure) -> {
            if (failure == null && kept) {
                client.oracle().undone(deal());
            }
            if (failure == null || failure.code() == RefusalCode.TRANSACTION_UNKNOWN) {
                client.oracle().doubts().ended(deal());
            }
            undone(receiver);
        });
    }

    /** What it received comes again, and in order. */
    private void undone(Receiver receiver) {
        receiver.giveBackAll();
        finished(receiver);
    }

    private void finished(Receiver receiver) {
        client.say("has " + deal());
        client.coordinator().forget(name);
        phase = Phase.IDLE;
        receiver.goOn();
    }

    // ---- the session ----

    @Override
    public void lost() {
        spoilt = true;
    }

    @Override
    public void finish(Receiver receiver) {
        if (phase == Phase.WORKING) {
            end(receiver);
        }
    }

    @Override
    public void closing(Receiver receiver) {
        take(receiver);
    }

    @Override
    public void killed() {
        gone = true;
        if (deal != null) {
            client.oracle().abandoned(deal);
        }
    }
}
