package dev.sluice.sharding;

import dev.sluice.base.Monitor;
import dev.sluice.link.Answer;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.Reply;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which shard each open transaction works on: the first that it touches, and no other; branches of global ones are all at home. What would
 * touch a second shard is refused, and the transaction can only be rolled back from then on. Thread-safe.
 */
final class ShardedTransactions {
    private static final int HOME = 0;

    private final Monitor monitor = new Monitor();
    private final ShardLinks links;
    private final Map<Long, Place> open = new HashMap<>();

    private record Place(int shard, @Nullable LinkException refusal) {}

    ShardedTransactions(ShardLinks links) {
        this.links = links;
    }

    /** Something of a transaction (0: of none) happens on a shard. */
    void touch(long transactionId, int shard) throws LinkException {
        if (transactionId == 0) {
            return;
        }
        monitor.enter();
        try {
            Place place = open.computeIfAbsent(transactionId, unused -> new Place(shard, null));
            if (place.shard != shard) {
                LinkException refusal = new LinkException(
                        RefusalCode.TRANSACTION_STATE,
                        "transactions over several shards of a server are not there yet: this one works on shard "
                                + place.shard + ", and the destination is on shard " + shard);
                open.put(transactionId, new Place(place.shard, refusal));
                throw refusal;
            }
        } finally {
            monitor.leave();
        }
    }

    /** Begins, goes on with or ends a transaction, where it works. */
    Reply transact(Transaction what) {
        return switch (what.kind()) {
            case COMMIT_LOCAL, ROLLBACK_LOCAL -> endLocal(what);
            case START, JOIN, RESUME -> begin(what);
            case END, FAIL, SUSPEND -> end(what);
            default -> links.home().transact(what);
        };
    }

    private Reply endLocal(Transaction what) {
        Place place = forget(what.transactionId());
        Link link = place == null ? null : links.ifOpen(place.shard);
        if (place == null || link == null) {
            return links.home().transact(what);
        }
        LinkException refusal = place.refusal;
        if (refusal == null || what.kind() == TransactKind.ROLLBACK_LOCAL) {
            return link.transact(what);
        }
        Answer answer = new Answer();
        link.transact(Transaction.local(TransactKind.ROLLBACK_LOCAL, what.transactionId()))
                .whenDone((value, failure) -> answer.fail(failure == null ? rolledBack(refusal) : failure));
        return answer;
    }

    private static LinkException rolledBack(LinkException why) {
        return new LinkException(
                RefusalCode.TRANSACTION_ROLLED_BACK, "the transaction was rolled back: " + why.getMessage(), why);
    }

    private Reply begin(Transaction what) {
        try {
            touch(what.transactionId(), HOME);
            return links.home().transact(what);
        } catch (LinkException refusal) {
            return Answer.failed(refusal);
        }
    }

    private Reply end(Transaction what) {
        Place place = forget(what.transactionId());
        boolean failed = place != null && place.refusal != null;
        return links.home()
                .transact(
                        failed
                                ? new Transaction(
                                        TransactKind.FAIL, what.transactionId(), what.xid(), what.timeoutMillis())
                                : what);
    }

    private @Nullable Place forget(long transactionId) {
        monitor.enter();
        try {
            return open.remove(transactionId);
        } finally {
            monitor.leave();
        }
    }
}
