package dev.sluice.server;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.link.BranchXid;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.link.LinkException;
import dev.sluice.link.TransactionList;
import dev.sluice.link.TransactionSink.Branch;
import dev.sluice.sharding.SpreadTransactions;
import dev.sluice.wire.codec.BranchState;
import dev.sluice.wire.codec.TransactKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends transactions over several shards whose clients died in the middle: a part that waits for a decision gets it from the shard that
 * coordinates, and a decision that all have heard of is forgotten. It may run anywhere, at any time, and several times at once. Used by one
 * thread.
 */
public final class Resolver {
    private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);

    private final SpreadTransactions.Shards shards;
    private final long patienceMillis;

    /**
     * Over these shards.
     *
     * @param patienceMillis for so long a client may do it itself
     */
    public Resolver(SpreadTransactions.Shards shards, long patienceMillis) {
        this.shards = shards;
        this.patienceMillis = patienceMillis;
    }

    /**
     * Ends what can be ended now. What cannot is logged, and left for the next time.
     *
     * @return how many parts and decisions were ended
     * @throws LinkException when a shard cannot be reached
     */
    public int resolve() throws LinkException, InterruptedException {
        List<Branch> decided = new ArrayList<>();
        // Decisions first: what is prepared after this look at them keeps its decision until the next time.
        for (int shard = 0; shard < shards.count(); shard++) {
            decided.addAll(overdue(TransactionList.of(shards.link(shard), false), shard, BranchState.COMMITTED));
        }
        Set<BranchXid> awaited = new HashSet<>();
        int ended = 0;
        for (int shard = 0; shard < shards.count(); shard++) {
            Link link = shards.link(shard);
            List<Branch> branches = TransactionList.of(link, false);
            for (Branch branch : branches) {
                if (branch.state() == BranchState.AWAITING_DECISION) {
                    awaited.add(Objects.requireNonNull(branch.name()));
                }
            }
            for (Branch branch : overdue(branches, shard, BranchState.AWAITING_DECISION)) {
                ended += end(Objects.requireNonNull(branch.name()), name -> finish(link, name));
            }
        }
        for (Branch branch : decided) {
            BranchXid decision = Objects.requireNonNull(branch.name());
            if (!awaited.contains(decision)) {
                ended += end(decision, name -> ask(coordinating(name), TransactKind.FORGET_DECISION, name));
            }
        }
        return ended;
    }

    private interface End {
        void of(BranchXid name) throws LinkException, InterruptedException;
    }

    /** One that cannot be ended keeps no other one from it. */
    private static int end(BranchXid name, End end) throws InterruptedException {
        try {
            end.of(name);
            return 1;
        } catch (LinkException refusal) {
            LOG.warn("transaction={} cannot be ended now: {}", name, refusal.getMessage());
            return 0;
        }
    }

    private List<Branch> overdue(List<Branch> branches, int shard, BranchState state) throws LinkException {
        long before = shards.link(shard).serverTimeMillis() - patienceMillis;
        return branches.stream()
                .filter(branch -> branch.state() == state && branch.times().prepared() <= before)
                .toList();
    }

    private Link coordinating(BranchXid name) throws LinkException {
        return shards.link(SpreadTransactions.coordinator(name, shards.count()));
    }

    private void finish(Link part, BranchXid name) throws LinkException, InterruptedException {
        boolean commit = ask(coordinating(name), TransactKind.INQUIRE, name) == 1;
        LOG.info("transaction={} {}: its client did not finish it", name, commit ? "committed" : "rolled back");
        ask(part, commit ? TransactKind.FINISH_COMMIT : TransactKind.FINISH_ROLLBACK, name);
    }

    @CanIgnoreReturnValue
    private static long ask(Link link, TransactKind kind, @Nullable BranchXid name)
            throws LinkException, InterruptedException {
        return link.transact(new Transaction(kind, 0, name, 0)).await();
    }
}
