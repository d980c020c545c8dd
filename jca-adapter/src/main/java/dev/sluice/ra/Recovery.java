package dev.sluice.ra;

import dev.sluice.SluiceRecovery;
import dev.sluice.base.Monitor;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction manager asks about: a connection for each server, opened when it is first asked about, and again after a loss; never for an
 * application. However often it is asked, there is one. Thread-safe.
 */
final class Recovery {
    private final Monitor monitor = new Monitor();
    private final Map<ServerSettings, Asked> asked = new LinkedHashMap<>();

    /** A server, and its resource as it was last shown: a transaction manager compares resources from pass to pass. */
    private static final class Asked {
        final SluiceRecovery recovery;
        private @Nullable Visiting shown;

        Asked(SluiceRecovery recovery) {
            this.recovery = recovery;
        }

        /** Inside. */
        Visiting show(XAResource resource) {
            Visiting last = shown;
            if (last == null || !last.isFor(resource)) {
                last = new Visiting(resource);
                shown = last;
            }
            return last;
        }
    }

    /** The resource of each server. */
    XAResource[] resources(List<ServerSettings> servers) throws ResourceException {
        List<XAResource> all = new ArrayList<>();
        for (ServerSettings server : servers) {
            Asked of = of(server);
            try {
                for (XAResource resource : Clients.asAdapter(of.recovery::getXAResources)) {
                    all.add(shown(of, resource));
                }
            } catch (JMSException unreachable) {
                throw ResourceErrors.of("what is in doubt on " + server + " is not known", unreachable);
            } finally {
                Visiting.leave();
            }
        }
        return all.toArray(new XAResource[0]);
    }

    private Asked of(ServerSettings server) {
        monitor.enter();
        try {
            return asked.computeIfAbsent(server, absent -> new Asked(new SluiceRecovery(absent.factory())));
        } finally {
            monitor.leave();
        }
    }

    private XAResource shown(Asked of, XAResource resource) {
        monitor.enter();
        try {
            return of.show(resource);
        } finally {
            monitor.leave();
        }
    }

    void close() {
        List<Asked> all;
        monitor.enter();
        try {
            all = List.copyOf(asked.values());
            asked.clear();
        } finally {
            monitor.leave();
        }
        all.forEach(each -> each.recovery.close());
    }
}
