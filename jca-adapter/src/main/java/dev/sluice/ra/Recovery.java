package dev.sluice.ra;

import dev.sluice.SluiceRecovery;
import dev.sluice.base.Monitor;
import jakarta.jms.JMSException;
import jakarta.resource.ResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a transaction manager asks about: a connection for each server, opened when it is first asked about, and again after a loss; never for an
 * application. However often it is asked, there is one. Thread-safe.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final long BETWEEN_MILLIS = 500;

    private final Duration patience;
    private final Monitor monitor = new Monitor();
    private final Map<ServerSettings, Asked> asked = new LinkedHashMap<>();
    private boolean closed;

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

    /** {@code patience}: so long it waits for a server that is away. */
    Recovery(Duration patience) {
        this.patience = patience;
    }

    /** Asks a server, again and again while it cannot be reached, as long as there is patience. */
    <T> T patiently(ServerSettings server, Clients.Opening<T, JMSException> question) throws JMSException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (true) {
            try {
                return Clients.asAdapter(question);
            } catch (JMSException refused) {
                if (!ResourceErrors.isUnreachable(refused) || !pause(deadline)) {
                    throw refused;
                }
                if (!told) {
                    LOG.warn(
                            "a recovery waits: server={} at-most={} reason={}", server, patience, refused.getMessage());
                    told = true;
                }
            }
        }
    }

    /** False when there is no time left. */
    private boolean pause(long deadline) {
        monitor.enter();
        try {
            long left = Math.min(deadline - System.nanoTime(), Monitor.nanosOf(BETWEEN_MILLIS));
            boolean patient = left > 0;
            while (left > 0 && !closed) {
                left = monitor.awaitQuietly(left);
            }
            return patient && !closed;
        } finally {
            monitor.leave();
        }
    }

    /** The resource of each server. */
    XAResource[] resources(List<ServerSettings> servers) throws ResourceException {
        List<XAResource> all = new ArrayList<>();
        for (ServerSettings server : servers) {
            Asked of = of(server);
            try {
                for (XAResource resource : patiently(server, of.recovery::getXAResources)) {
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
            closed = true;
            monitor.changed();
            all = List.copyOf(asked.values());
            asked.clear();
        } finally {
            monitor.leave();
        }
        all.forEach(each -> each.recovery.close());
    }
}
