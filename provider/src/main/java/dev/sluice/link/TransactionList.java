package dev.sluice.link;

import dev.sluice.link.TransactionSink.Branch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transactions of a server as they come; filled by the event loop, then read by who waited for the end. */
public final class TransactionList implements TransactionSink {
    private final List<Branch> branches = new ArrayList<>();
    private final Answer end = new Answer();

    private TransactionList() {}

    /**
     * Asks for the transactions, and waits for them; oldest first.
     *
     * @param inDoubt only those that recovery asks for
     * @throws LinkException when the link has failed
     */
    public static List<Branch> of(Link link, boolean inDoubt) throws LinkException, InterruptedException {
        TransactionList list = new TransactionList();
        link.listTransactions(inDoubt, list);
        long unused = list.end.await();
        return list.branches;
    }

    @Override
    public void transaction(Branch branch) {
        branches.add(branch);
    }

    @Override
    public void end(@Nullable LinkException failure) {
        if (failure == null) {
            end.succeed(0);
        } else {
            end.fail(failure);
        }
    }
}
