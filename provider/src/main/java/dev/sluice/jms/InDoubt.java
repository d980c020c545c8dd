package dev.sluice.jms;

import dev.sluice.link.Answer;
import dev.sluice.link.BranchXid;
import dev.sluice.link.LinkException;
import dev.sluice.link.TransactionSink;
import java.util.ArrayList;
import java.util.List;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** The branches in doubt as they come; filled by the event loop, then read by who waits for the end. */
final class InDoubt implements TransactionSink {
    private final List<Xid> names = new ArrayList<>();
    private final Answer end = new Answer();

    @Override
    public void transaction(Branch branch) {
        BranchXid name = branch.name();
        if (name != null) {
            names.add(name);
        }
    }

    @Override
    public void end(@Nullable LinkException failure) {
        if (failure == null) {
            end.succeed(0);
        } else {
            end.fail(failure);
        }
    }

    /** Waits for the end. */
    Xid[] await() throws LinkException, InterruptedException {
        long unused = end.await();
        return names.toArray(new Xid[0]);
    }
}
