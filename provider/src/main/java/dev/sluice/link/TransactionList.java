package dev.sluice.link;

import dev.sluice.link.TransactionSink.Branch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transactions of a server as they come; filled by the link, then read by who waited for the end. */
public final class TransactionList implements TransactionSink {
    private final boolean wantsParts;
    private final List<Branch> branches = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private final Answer end = new Answer();

    private TransactionList(boolean wantsParts) {
        this.wantsParts = wantsParts;
    }

    /**
     * Asks for the transactions, and waits for them; oldest first.
     *
     * @param inDoubt only those that recovery asks for
     * @throws LinkException when the link has failed
     */
    public static List<Branch> of(Link link, boolean inDoubt) throws LinkException, InterruptedException {
        return ask(link, inDoubt, false).branches;
    }

    /**
     * Asks for the transactions with the destinations of their messages, and waits for them.
     *
     * @throws LinkException when the link has failed
     */
    public static TransactionList withParts(Link link) throws LinkException, InterruptedException {
        return ask(link, false, true);
    }

    private static TransactionList ask(Link link, boolean inDoubt, boolean parts)
            throws LinkException, InterruptedException {
        TransactionList list = new TransactionList(parts);
        link.listTransactions(inDoubt, list);
        long unused = list.end.await();
        return list;
    }

    /** The transactions; oldest first. */
    public List<Branch> branches() {
        return branches;
    }

    /** The destinations of one of them. */
    public List<Part> partsOf(Branch branch) {
        return parts.stream().filter(part -> part.branchId() == branch.id()).toList();
    }

    @Override
    public boolean wantsParts() {
        return wantsParts;
    }

    @Override
    public void part(Part part) {
        parts.add(part);
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
