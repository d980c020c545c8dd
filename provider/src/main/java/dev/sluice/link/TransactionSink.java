package dev.sluice.link;

import dev.sluice.wire.codec.BranchState;
import org.jspecify.annotations.Nullable;

/** Gets a list of transactions. Called on the event loop; must not block. */
public interface TransactionSink {
    /** One transaction. */
    void transaction(Branch branch);

    /** The end; {@code failure} is null when the list is complete. */
    void end(@Nullable LinkException failure);

    /** A transaction on the server; {@code name} is null for a local one. {@code connected}: sessions that worked for it and are there. */
    record Branch(
            long id,
            @Nullable BranchXid name,
            BranchState state,
            Times times,
            Work work,
            String clientId,
            long connected) {}

    /** Milliseconds of the server's clock; {@code prepared} is 0 for one that is not. */
    record Times(long started, long prepared) {}

    /** Messages that it sends and acknowledges. */
    record Work(long staged, long taken) {}
}
