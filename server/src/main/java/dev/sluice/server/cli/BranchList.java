package dev.sluice.server.cli;

import dev.sluice.base.Completion;
import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.TransactionSink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects a list of transactions. Filled on the link's event loop, read after it is complete. */
final class BranchList extends Completion implements TransactionSink {
    private final List<Branch> branches = new ArrayList<>();

    /** Asks for the transactions, and waits for them; oldest first. */
    static List<Branch> of(Link link, boolean inDoubt) throws LinkException, InterruptedException {
        BranchList list = new BranchList();
        link.listTransactions(inDoubt, list);
        list.awaitDone();
        if (list.failure() instanceof LinkException failure) {
            throw failure;
        }
        return list.branches;
    }

    @Override
    public void transaction(Branch branch) {
        branches.add(branch);
    }

    @Override
    public void end(@Nullable LinkException failure) {
        if (failure == null) {
            succeed(0);
        } else {
            fail(failure);
        }
    }
}
