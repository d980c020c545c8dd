package dev.sluice.link;

import dev.sluice.wire.codec.AddressKind;
import dev.sluice.wire.codec.BranchState;
import org.jspecify.annotations.Nullable;

/** Gets a list of transactions. Called within a turn of the link; must not block. */
public interface TransactionSink {
    /** One transaction. */
    void transaction(Branch branch);

    /** Whether it wants to know of which destinations the messages are. */
    default boolean wantsParts() {
        return false;
    }

    /** A destination of the transaction that came last. */
    default void part(Part part) {}

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

    /** What the branch with this number sends to, and acknowledges of, one destination. */
    record Part(long branchId, AddressKind kind, String name, Work work) {}
}
