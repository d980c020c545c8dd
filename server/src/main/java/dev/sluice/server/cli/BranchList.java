package dev.sluice.server.cli;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.TransactionSink;
import java.util.List;

/** A list of transactions. */
final class BranchList extends Collected<TransactionSink.Branch> implements TransactionSink {
    /** Asks for the transactions, and waits for them; oldest first. */
    static List<Branch> of(Link link, boolean inDoubt) throws LinkException, InterruptedException {
        BranchList list = new BranchList();
        link.listTransactions(inDoubt, list);
        return list.await();
    }

    @Override
    public void transaction(Branch branch) {
        add(branch);
    }
}
