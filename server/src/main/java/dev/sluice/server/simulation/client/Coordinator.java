package dev.sluice.server.simulation.client;

import dev.sluice.link.BranchXid;
import dev.sluice.link.Link;
import dev.sluice.link.Link.Transaction;
import dev.sluice.server.simulation.oracle.Deal;
import dev.sluice.wire.RefusalCode;
import dev.sluice.wire.codec.TransactKind;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The transaction manager of a client's machine: of its global transactions it knows which of them commit, and that outlives the process. What
 * it has not decided it rolls back (presumed abort).
 */
final class Coordinator {
    private static final int FORMAT = 1;
    private static final byte[] QUALIFIER = {1};

    private final ClientNode client;
    private final TreeMap<String, Known> branches = new TreeMap<>();

    /** A branch of one run of the client. */
    private static final class Known {
        private final Deal deal;
        private final long run;
        private boolean decided;

        Known(Deal deal, long run) {
            this.deal = deal;
            this.run = run;
        }
    }

    Coordinator(ClientNode client) {
        this.client = client;
    }

    static BranchXid xid(String name) {
        return new BranchXid(FORMAT, name.getBytes(StandardCharsets.UTF_8), QUALIFIER);
    }

    static String name(BranchXid xid) {
        return new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8);
    }

    Deal begin(String name) {
        Deal deal = client.oracle().beginBranch(name);
        branches.put(name, new Known(deal, client.host().run()));
        return deal;
    }

    /** It is on the disk that the branch commits. */
    void decide(String name) {
        Known known = branches.get(name);
        if (known != null) {
            known.decided = true;
            client.oracle().doubts().decided(known.deal);
        }
    }

    /** The branch has ended, and nobody will ask for it. */
    void forget(String name) {
        branches.remove(name);
    }

    /** Ends what earlier runs have left: of these the servers wait to hear. */
    void recover(Link link, Collection<String> inDoubt) {
        for (Map.Entry<String, Known> each : List.copyOf(branches.entrySet())) {
            Known known = each.getValue();
            if (known.run == client.host().run()) {
                continue;
            }
            if (inDoubt.contains(each.getKey())) {
                end(link, each.getKey(), known);
            } else if (known.decided) {
                // It was prepared, and nobody else would have ended it.
                client.oracle().committed(known.deal);
                forget(each.getKey());
            }
        }
    }

    private void end(Link link, String name, Known known) {
        TransactKind kind = known.decided ? TransactKind.COMMIT : TransactKind.ROLLBACK;
        client.say("recovers " + known.deal + ": " + kind);
        client.oracle().doubts().ending(known.deal);
        if (!known.decided) {
            client.oracle().rolledBack(known.deal);
        }
        link.transact(new Transaction(kind, 0, xid(name), 0)).whenDone((value, failure) -> {
            // What the client had sent before it died may have arrived meanwhile.
            if (failure == null || failure.code() == RefusalCode.TRANSACTION_UNKNOWN) {
                client.oracle().doubts().ended(known.deal);
                if (known.decided) {
                    client.oracle().committed(known.deal);
                    forget(name);
                }
            } else {
                client.say("cannot recover " + known.deal + ": " + failure.getMessage());
            }
        });
    }
}
