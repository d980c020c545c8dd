package dev.sluice.server.simulation.client;

import dev.sluice.link.Link;
import dev.sluice.link.LinkException;
import dev.sluice.link.TransactionSink;
import dev.sluice.server.simulation.oracle.Doubts;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the servers, again and again, what is in doubt, and has the coordinator end what earlier runs of the client have left. */
final class Recovery implements Member {
    private static final long GAP_NANOS_MAX = TimeUnit.SECONDS.toNanos(4);

    private final ClientNode client;
    private boolean gone;

    Recovery(ClientNode client) {
        this.client = client;
    }

    @Override
    public void begin(Link link) {
        scanLater(link);
    }

    private void scanLater(Link link) {
        client.host().after(client.host().timeline().between(0, GAP_NANOS_MAX), () -> {
            if (!gone) {
                Doubts.Question question = client.oracle().doubts().asking();
                link.listTransactions(true, new Scan(link, question));
            }
        });
    }

    private final class Scan implements TransactionSink {
        private final Link link;
        private final Doubts.Question question;
        private final Set<String> names = new TreeSet<>();

        Scan(Link link, Doubts.Question question) {
            this.link = link;
            this.question = question;
        }

        @Override
        public void transaction(Branch branch) {
            if (branch.name() != null) {
                names.add(Coordinator.name(branch.name()));
            }
        }

        @Override
        public void end(@Nullable LinkException failure) {
            if (gone) {
                return;
            }
            if (failure == null) {
                client.oracle().doubts().answered(question, names);
                client.coordinator().recover(link, names);
            }
            scanLater(link);
        }
    }

    @Override
    public void killed() {
        gone = true;
    }
}
