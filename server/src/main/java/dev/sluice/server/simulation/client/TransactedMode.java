package dev.sluice.server.simulation.client;

import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.server.simulation.oracle.Deal;
import dev.sluice.session.Handed;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transacted session: after some messages it sends some, and commits all of it or rolls it back. */
final class TransactedMode implements Receiver.Mode {
    private static final int MESSAGES_MAX = 4;
    private static final int ROLLBACKS_ONCE_IN = 5;

    private final ClientNode client;
    private final TransactedSends sends;
    private Deal deal;
    private long number;
    private boolean begun;
    /** It can only be rolled back. */
    private boolean spoilt;

    TransactedMode(ClientNode client, List<Sender.Destination> to) {
        this.client = client;
        sends = new TransactedSends(client, to);
        number = client.nextNumber();
        deal = client.oracle().begin(name());
    }

    private String name() {
        return "transaction " + number + " of " + client.name();
    }

    private void beginNext() {
        number = client.nextNumber();
        deal = client.oracle().begin(name());
        begun = false;
        spoilt = false;
    }

    @Override
    public boolean mayHandOver(Receiver receiver) {
        return true;
    }

    @Override
    public void worked(Receiver receiver, Handed message, boolean last) {
        if (!receiver.isCalm() && receiver.chance().onceIn(2)) {
            Deal of = deal;
            begun |= sends.send(receiver, of, number, () -> spoilt |= of == deal);
        }
        boolean enough = receiver.isCalm()
                ? last || receiver.unsettled() >= MESSAGES_MAX
                : receiver.unsettled() >= 1 + receiver.chance().below(MESSAGES_MAX);
        if (!enough) {
            receiver.goOn();
        } else if (spoilt || (!receiver.isCalm() && receiver.chance().onceIn(ROLLBACKS_ONCE_IN))) {
            rollBack(receiver);
        } else {
            commit(receiver);
        }
    }

    private void commit(Receiver receiver) {
        take(receiver);
        if (!begun) {
            receiver.goOn();
            return;
        }
        Deal ending = deal;
        client.say("commits " + ending);
        client.oracle().committing(ending);
        long ended = number;
        beginNext();
        receiver.link()
                .transact(Transaction.local(TransactKind.COMMIT_LOCAL, ended))
                .whenDone((value, failure) -> committed(receiver, ending, failure));
    }

    private void take(Receiver receiver) {
        if (receiver.unsettled() == 0) {
            return;
        }
        Receiver.Batch batch = receiver.take(null);
        if (!batch.isEmpty()) {
            begun = true;
            client.oracle().takes(deal, batch.hands(), batch.numbers());
            var unused = receiver.link().take(batch.consumerId(), number, batch.ranges());
        }
    }

    private void committed(Receiver receiver, Deal ending, @Nullable LinkException failure) {
        if (failure == null) {
            client.oracle().committed(ending);
        } else if (failure.code() == RefusalCode.TRANSACTION_ROLLED_BACK) {
            client.oracle().rolledBack(ending);
            receiver.giveBackAll();
        }
        client.say("has " + ending + (failure == null ? "" : ": " + failure.getMessage()));
        receiver.goOn();
    }

    private void rollBack(Receiver receiver) {
        client.say("rolls back " + deal);
        client.oracle().rolledBack(deal);
        long ended = number;
        boolean known = begun;
        beginNext();
        if (known) {
            var unused = receiver.link().transact(Transaction.local(TransactKind.ROLLBACK_LOCAL, ended));
        }
        receiver.giveBackAll();
        receiver.goOn();
    }

    @Override
    public void lost() {
        spoilt = true;
    }

    @Override
    public void finish(Receiver receiver) {
        receiver.holdOn();
        if (spoilt) {
            rollBack(receiver);
        } else {
            commit(receiver);
        }
    }

    @Override
    public void closing(Receiver receiver) {
        take(receiver);
    }

    @Override
    public void killed() {
        client.oracle().abandoned(deal);
    }
}
